"""The command `caveat gate`."""

import sys
from pathlib import Path
from textwrap import wrap
from typing import TypedDict, Unpack

import click

from domain.errors import InputError, PostingError
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json, say, write_page
from pipeline.gate.junit import as_junit
from pipeline.gate.look import Asked
from pipeline.gate.markdown import as_markdown
from pipeline.gate.night import Decider, gate_night
from pipeline.gate.outcome import Gated
from pipeline.gate.plain import as_json as json_of
from pipeline.gate.plain import figures
from pipeline.gate.wording import headline, paragraph
from pipeline.posting.webhook import check_address, post
from pipeline.store.address import open_store

_WIDTH = 120


class _Options(TypedDict):
    """As they are on the command line."""

    baseline: str | None
    is_first: bool
    by: str
    reason: str
    anchor_set: str | None
    anchors_run: str | None
    markdown: Path | None
    junit: Path | None
    webhook: str | None


@click.command("gate")
@click.argument("run_id", metavar="RUN")
@click.option("--baseline", metavar="RUN", help="Compare with this run; else with the last night that passed.")
@click.option("--first", "is_first", is_flag=True, help="Compare with nothing: begin anew. Needs --by and --reason.")
@click.option("--by", default="", help="Who decides to begin anew.")
@click.option("--reason", default="", help="Why.")
@click.option("--anchors", "anchor_set", metavar="SET", help="Frozen anchors: have judges or clinicians moved?")
@click.option("--anchors-run", metavar="RUN", help="Tonight's run on them; else RUN itself.")
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Append a summary to this file.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to this file.")
@click.option(
    "--webhook", metavar="URL", envvar="CAVEAT_WEBHOOK", help="Post counts and ids to URL, also from CAVEAT_WEBHOOK."
)
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str, store: str, as_json: bool, **options: Unpack[_Options]) -> None:
    """One outcome for a night. It fails on what intervals show, never on a single figure, and is rarely wrong: a
    candidate that is as before is called worse in one of 200 nights. Budgets are `gate:` in the run's configuration.

    \b
    Exit codes: 0 passed; 1 a candidate is worse, or beyond a budget; 3 incomplete; 4 the judges moved (their
    certificates are void from now on); 5 the clinicians moved. Of several, 4 goes before 3, 3 before 1, 1 before 5.

    \b
    Examples:
      caveat gate nightly-2026-11-22
      caveat gate nightly-2026-11-22 --baseline release-4 --anchors spring --anchors-run anchors-2026-11-22
      caveat gate nightly-2026-11-22 --markdown "$GITHUB_STEP_SUMMARY" --junit gate.xml
      caveat gate nightly-2026-11-22 --first --by "R. Lead" --reason "release 5 is the new measure"
    """
    asked = Asked(run_id, options["baseline"], options["is_first"], options["anchor_set"], options["anchors_run"])
    if options["webhook"]:
        check_address(options["webhook"])
    found, voided = gate_night(open_store(store, root), asked, Decider(options["by"], options["reason"]))
    _write(found, options)
    if as_json:
        print_json(json_of(found) | {"voided": voided})
    else:
        _print(found, voided)
    sys.exit(found.outcome.exit_code)


def _write(found: Gated, options: _Options) -> None:
    """To files and to whoever is told; the outcome stands, whatever becomes of these."""
    if (markdown := options["markdown"]) is not None:
        try:
            with markdown.open("a", encoding="utf-8") as file:
                file.write(as_markdown(found))
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", file=markdown) from None
    if options["junit"] is not None:
        write_page(options["junit"], as_junit(found))
    if options["webhook"]:
        _tell(options["webhook"], found)


def _tell(address: str, found: Gated) -> None:
    """A webhook that fails changes nothing of the outcome."""
    try:
        post(address, headline(found), figures(found))
    except PostingError as error:
        say(f"WARNING: {error}; the outcome is the same")


def _print(found: Gated, voided: list[str]) -> None:
    if found.looked.provisional:
        click.echo(PROVISIONAL)
    click.echo("\n".join(wrap(paragraph(found), _WIDTH)))
    if voided:
        click.echo(f"Void from now on: {', '.join(voided)}")
