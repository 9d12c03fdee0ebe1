"""The command line: thin, quick to start, and the same words as everywhere else."""

import sys
from importlib import import_module
from pathlib import Path

import click

from domain.errors import CaveatError, from_the_system

_COMMANDS = {
    "init": "Lay out a workspace: prompts, rubrics, config, data.",
    "doctor": "Check configuration, keys, endpoints, files and store.",
    "run": "Put scenarios to candidates, judge the responses, queue what is not clear.",
    "requests": "The same calls as files, to judge where there is no network; results back.",
    "serve": "The clinicians' workspace in a browser.",
    "people": "Who may sign in to the workspace: register, list, retire.",
    "digest": "Tell a webhook, and leads by e-mail, what waits; for cron.",
    "queue": "What waits for clinicians, and why.",
    "plan": "What so many minutes of clinicians would buy.",
    "draw": "Draw what clinicians read within the minutes they have.",
    "rubric": "Check rubrics, try their examples, see what an edit would do.",
    "rejudge": "What a rubric's new version leaves to be judged anew.",
    "changes": "What clinicians ask the technical team to change.",
    "report": "A run as one self-contained HTML page.",
    "diff": "Two runs side by side: what changed, and what that did.",
    "gate": "One outcome a night for CI: passed, or what stands in the way.",
    "compare": "Judges and candidates against clinicians, right although they read only part.",
    "compare-table": "The same from a table of anybody's making, in one command.",
    "certify": "May a criterion clear on its own? Grant, list and void certificates.",
    "stop": "Stop a judge, a rubric or a run: nothing clears by it, and what had cleared goes to people.",
    "anchors": "Freeze labelled responses; say from a run on them what moved.",
    "export": "A run as XLSX, Parquet, CSV or JSON lines, for other tools, or as an evidence pack.",
    "verify": "Check every stored quote and response again.",
    "probe": "Attack and stress a judge; a card of how it did.",
    "calibrate": "Measure judges against clinicians' labels, and fit their calibrators.",
    "cards": "How far each judge can be trusted on each criterion, or that it is not measured.",
    "disagreements": "Where judges and clinicians differ, side by side, the worst first.",
    "prompts": "Try two sets of prompts on the same labelled responses.",
    "labels": "Divide labels into a training and an evaluation part.",
    "identifiers": "Find what could say who somebody is; let a text through by a named lead.",
    "import": "Bring in scenarios, responses, labels or verdicts from elsewhere.",
    "store": "Back the store up, restore it, make it anew from the runs' journals.",
}

_ELSEWHERE = {"serve": "review.serving"}
"""Commands of the package that stands above this one; found by name, so that nothing here imports upwards."""


class _Lazy(click.Group):
    """Imports a command's module only when that command is called, so that `--help` costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        return import_module(_ELSEWHERE.get(cmd_name, f"pipeline.commands.{cmd_name.replace('-', '_')}_")).command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "--workspace", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(),
    help="The workspace's folder; the current one where left out.",
)  # fmt: skip
@click.version_option(package_name="caveat")
@click.pass_context
def caveat(context: click.Context, workspace: Path) -> None:
    """Pre-screen what clinical AI says, so that clinicians' hours go where their judgement is needed.

    \b
    Examples:
      caveat run config/demo.yaml          the whole flow, no key needed
      caveat queue                         what waits for clinicians
      caveat report demo                   the run as a web page
      caveat serve --demo                  the clinicians' workspace, to try

    Exit codes: 0 done; 1 a candidate is worse; 2 wrong usage, configuration or input; 3 incomplete (calls failed or
    were not made); 4 the judges moved; 5 the clinicians moved.
    """
    context.obj = workspace.resolve()


def main() -> None:
    """Entry point: every foreseen error is one sentence on stderr and an exit code."""
    try:
        caveat()
    except CaveatError as error:
        _fail(str(error), error.exit_code)
    except OSError as error:
        _fail(str(from_the_system(error)), CaveatError.exit_code)


def _fail(sentence: str, exit_code: int) -> None:
    """One line of plain text, whatever a file put into the sentence: nothing that moves a terminal's cursor."""
    line = " ".join(sentence.splitlines())
    click.echo("caveat: " + "".join(one if one.isprintable() else "?" for one in line), err=True)
    sys.exit(exit_code)
