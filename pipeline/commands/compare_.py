"""The command `caveat compare`."""

from pathlib import Path

import click

from agreement.confusion import Confusion
from agreement.proportion import Proportion
from pipeline.commands.out import AUTHOR, AUTHORS_OWN, PROVISIONAL, as_json, in_store, print_json
from pipeline.compare import ALL, Comparison, compare
from pipeline.inputs import load_labels
from pipeline.store.address import open_store
from pipeline.store.labels import fetch_labels
from pipeline.store.results import fetch_response_dispositions, fetch_run, fetch_verdict_values


@click.command("compare")
@click.argument("run_id", metavar="RUN")
@click.option("--labels", multiple=True, help="Label files (JSONL); else the labels imported into the store.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str, labels: tuple[str, ...], store: str, as_json: bool) -> None:
    """Judges against people's labels, per judge and criterion, with exact 95 % intervals.

    A violation is the event: sensitivity is the share of people's violations that a judge found, specificity the share
    of the rest that it left alone. Where a judge could not tell, it is counted apart.

    \b
    Examples:
      caveat compare demo --labels 'data/labels/*.jsonl'
      caveat import labels ours.csv && caveat compare nightly-2026-11-22 --json
    """
    with open_store(store, root).reading() as connection:
        run = fetch_run(connection, run_id)
        people = list(load_labels(root, labels, "--labels")) if labels else fetch_labels(connection)
        verdicts = fetch_verdict_values(connection, run_id)
        dispositions = fetch_response_dispositions(connection, run_id)
    found = compare(run_id, people, verdicts, dispositions)
    baselines = {one.judge_id for one in run.judges if one.is_baseline}
    if as_json:
        print_json({"provisional": run.provisional, "baselines": sorted(baselines)} | found.as_json())
    else:
        _print(found, baselines, provisional=run.provisional)


def _print(found: Comparison, baselines: set[str], *, provisional: bool) -> None:
    if provisional:
        click.echo(PROVISIONAL)
    click.echo(f"Run {found.run_id} against {found.n_labels:,} labels by {', '.join(found.reviewers)}.")
    if AUTHOR in found.reviewers:
        click.echo(AUTHORS_OWN)
    left_out = f"{found.n_undecided} undecided, {found.n_ties} split evenly, {found.n_unmatched} on what was not judged"
    click.echo(f"Left out: {left_out}.")
    for judge_id, rows in sorted(found.by_judge.items()):
        click.echo(f"\n{judge_id}{' (an embedded baseline)' if judge_id in baselines else ''}")
        click.echo(f"  {'criterion':<16}{'n':>6}{'violated':>10}{'abstained':>11}   {'sensitivity':<24}specificity")
        for criterion_id in [ALL, *sorted(row for row in rows if row != ALL)]:
            click.echo(_row(criterion_id, rows[criterion_id]))
    click.echo(f"\nCleared, yet violated according to people: {_share(found.cleared_with_violation)} of the cleared")
    click.echo(f"Violating responses that were cleared:     {_share(found.violating_cleared)} of the violating")
    click.echo("Intervals: exact, 95 %, as if responses were independent; those to one scenario are not quite.")


def _row(name: str, one: Confusion) -> str:
    return (
        f"  {name:<16}{one.n:>6}{one.n_positive:>10}{one.n_abstained:>11}   "
        f"{_share(one.sensitivity):<24}{_share(one.specificity)}"
    )


def _share(one: Proportion) -> str:
    if one.share is None:
        return "not measured (n = 0)"
    return f"{one.share:.2f} ({one.low:.2f}-{one.high:.2f})"
