"""The commands `caveat rubric check` and `caveat rubric effect`."""

import sys
from pathlib import Path

import click

from domain.errors import CaveatError
from domain.scenario import Scenario
from pipeline.admission import load_inputs
from pipeline.commands.out import as_json, in_store, print_json, say
from pipeline.commands.rubric_said import checked_text, effect_text, rejudged_text, trial_text
from pipeline.config import load_config
from pipeline.files.text import expand
from pipeline.inputs import Inputs, load_rubric, load_scenarios, refuse_rubric
from pipeline.prices import load_prices
from pipeline.store.address import open_store
from pipeline.workbench.check import Checked, check_rubrics
from pipeline.workbench.checks.remark import Level
from pipeline.workbench.effect import Effect, effect_of
from pipeline.workbench.estimate import Estimate, estimate
from pipeline.workbench.past import Past, open_past, read_items
from pipeline.workbench.rejudge import Rejudged, rejudge
from pipeline.workbench.trial import Trial, panels_of, puts_of, try_lexicon, try_panel
from pipeline.workspace import in_workspace

_RUBRICS = ("rubrics/*.yaml",)
_SCENARIOS = "data/scenarios/*.jsonl"
_INCOMPLETE = 3


@click.group("rubric")
def command() -> None:
    """For those who write rubrics: check one, try its examples, see what an edit would do.

    \b
    Examples:
      caveat rubric check
      caveat rubric check rubrics/escalation.yaml --config config/nightly.yaml --dry-run
      caveat rubric effect rubrics/escalation.yaml nightly-2026-11-22
    """


@command.command("check")
@click.argument("rubrics", metavar="[RUBRIC]...", nargs=-1)
@click.option("--config", type=click.Path(path_type=Path), help="Put every example to this configuration's panel too.")
@click.option("--dry-run", is_flag=True, help="With --config: say how many calls that is, and the price; ask nobody.")
@click.option("--strict", is_flag=True, help="Warnings and misjudged examples end with exit code 2 as well.")
@as_json
@click.pass_obj
def check(
    root: Path, rubrics: tuple[str, ...], config: Path | None, dry_run: bool, strict: bool, as_json: bool
) -> None:
    """Look rubrics over: form, contradicting examples, two questions in one, criteria that are never asked, gaps.
    Every problem of every file is listed.

    Examples are put to the embedded lexicon judge, and with --config to that panel, within its limits.usd. Without
    RUBRIC: the configuration's, else rubrics/*.yaml. Exit codes: 0 no error; 2 errors; 3 the budget did not reach.

    \b
    Examples:
      caveat rubric check
      caveat rubric check rubrics/escalation.yaml --strict
      caveat rubric check --config config/nightly.yaml --dry-run
      caveat rubric check --config config/nightly.yaml --json
    """
    if dry_run and config is None:
        raise click.UsageError("--dry-run says what a panel's calls would cost; it needs --config.")
    inputs = None if config is None else _inputs(root, in_workspace(root, config))
    patterns = rubrics or (inputs.config.rubrics if inputs else _RUBRICS) or _RUBRICS
    found = check_rubrics(expand(root, patterns, "RUBRIC"), _scenarios(root, inputs))
    lexicon = try_lexicon(found.rubrics)
    planned = _planned(inputs, found) if inputs else None
    panel = _tried(inputs, found, planned) if inputs and planned and not dry_run else None
    if as_json:
        trials = {"lexicon": lexicon.as_json(), "panel": panel and panel.as_json()}
        print_json(found.as_json() | {"plan": planned and planned.as_json(), "examples": trials})
    else:
        _print(found, lexicon, planned, panel)
    sys.exit(_exit_code(found, [lexicon, *([panel] if panel else [])], strict=strict))


@command.command("effect")
@click.argument("edited", metavar="EDITED", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("run_id", metavar="RUN")
@click.option("--judge", is_flag=True, help="Judge a sample anew where the edit asks something new; list what flips.")
@click.option("--sample", type=click.IntRange(min=1), default=20, show_default=True, help="With --judge: responses.")
@click.option("--config", type=click.Path(path_type=Path), help="How the run's judges are reached (keys, limits.usd); "
              "else as the run says, without keys.")  # fmt: skip
@in_store
@as_json
@click.pass_obj
def effect(
    root: Path, edited: Path, run_id: str, judge: bool, sample: int, config: Path | None, store: str, as_json: bool
) -> None:
    """What an edited rubric would do to a run's verdicts. Nothing is written to the store.

    What flips by rule alone (severity, aggregation, always_review, applicability) is worked out from the stored
    findings. What must be asked anew (wording, examples, a new criterion) is counted, with the calls and the price;
    with --judge a sample of it is asked.

    \b
    Examples:
      caveat rubric effect rubrics/escalation.yaml nightly-2026-11-22
      caveat rubric effect edited.yaml demo --json
      caveat rubric effect edited.yaml nightly-2026-11-22 --judge --sample 50 --config config/nightly.yaml
    """
    rubric = load_rubric(in_workspace(root, edited))
    reached = None if config is None else load_config(in_workspace(root, config))
    opened = open_store(store, root)
    past = open_past(root, opened, run_id, reached)
    found = effect_of(rubric, past, read_items(opened, run_id), sample if judge else 0)
    refuse_rubric(rubric, in_workspace(root, edited), past.inputs.gate)
    anew = _anew(past, found) if judge and found.sample else None
    if as_json:
        print_json(found.as_json() | {"rejudged": anew and anew.as_json()})
    else:
        click.echo(effect_text(found))
        click.echo(rejudged_text(anew) if anew else "Nothing was asked, and nothing was written to the store.")
    sys.exit(_INCOMPLETE if anew and anew.n_unheard else 0)


def _anew(past: Past, found: Effect) -> Rejudged:
    n_open = found.n_open
    say(f"Judging {len(found.sample)} of {n_open} responses anew; all of them would be {found.estimate_text()}")
    return rejudge(past, found.sample)


def _inputs(root: Path, path: Path) -> Inputs:
    """A configuration's judges and scenarios, its rubrics aside: these may be broken, and are read by themselves."""
    config = load_config(path)
    inputs = load_inputs(root, config.model_copy(update={"rubrics": ()}))
    inputs.config = config
    return inputs


def _scenarios(root: Path, inputs: Inputs | None) -> list[Scenario]:
    """The workspace's; none where it has no such file."""
    if inputs is not None:
        return list(inputs.scenarios)
    return list(load_scenarios(root, (_SCENARIOS,))) if any(root.glob(_SCENARIOS)) else []


def _planned(inputs: Inputs, found: Checked) -> Estimate:
    panels = panels_of(inputs, found.rubrics, list(puts_of(found.rubrics)))
    return estimate(inputs.config.judges, panels, load_prices(inputs.root / inputs.config.prices))


def _tried(inputs: Inputs, found: Checked, planned: Estimate) -> Trial:
    for rubric in found.rubrics:
        refuse_rubric(rubric, f"the rubric {rubric.rubric_id}", inputs.gate)
    if planned.n_calls:
        say(f"Putting examples to the panel: {planned.as_text()}")
    return try_panel(inputs, found.rubrics)


def _print(found: Checked, lexicon: Trial, planned: Estimate | None, panel: Trial | None) -> None:
    click.echo(checked_text(found))
    click.echo(trial_text(lexicon, "the embedded lexicon judge, a baseline"))
    if panel is not None:
        click.echo(trial_text(panel, f"the panel ({', '.join(panel.judge_ids)})"))
    elif planned is not None:
        click.echo(f"\nThe panel would be asked about the examples: {planned.as_text()} Nothing was sent.")


def _exit_code(found: Checked, trials: list[Trial], *, strict: bool) -> int:
    if found.count(Level.ERROR):
        return CaveatError.exit_code
    if strict and (found.count(Level.WARNING) or any(one.missed for one in trials)):
        return CaveatError.exit_code
    return _INCOMPLETE if any(one.found == "unheard" for trial in trials for one in trial.tried) else 0
