"""The command `caveat disagreements`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click

from domain.errors import InputError
from domain.scenario import AUTHOR
from pipeline.commands.labelled import gather_labels, with_labels
from pipeline.commands.out import AUTHORS_OWN, as_json, in_store, print_json
from pipeline.learning.answers import answers_by_judge
from pipeline.learning.disagreements import Disagreement, disagreements_of
from pipeline.learning.measure import spec_of
from pipeline.learning.truth import truth_of
from pipeline.store.address import open_store
from pipeline.store.calibrations import fetch_answers, fetch_panel
from pipeline.store.connection import Store
from pipeline.store.results import fetch_run
from pipeline.store.said import fetch_said

_TITLES = {"missed": "Missed", "false_flag": "False flag"}


class _Only(TypedDict):
    """The options that choose among disagreements."""

    criterion: str | None
    judge: str | None
    limit: int | None


@click.command("disagreements")
@click.argument("run_id", metavar="RUN")
@click.option("--criterion", metavar="CRITERION", help="Only this criterion.")
@click.option("--judge", metavar="JUDGE", help="Only this judge.")
@with_labels
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many.")
@in_store
@as_json
@click.pass_obj
def command(
    root: Path,
    run_id: str,
    labels: tuple[str, ...],
    stored: bool,
    store: str,
    as_json: bool,
    **only: Unpack[_Only],
) -> None:
    """Where judges and clinicians say opposite things, side by side, as Markdown: for whoever edits prompt or rubric.

    Missed violations come first, the most severe before the rest. Labels that were given with the judges in sight count
    too: who saw the judge's reason and still differs says most. Reviewers are not named.

    \b
    Examples:
      caveat disagreements demo --labels 'data/labels/*.jsonl' --limit 20
      caveat disagreements nightly-2026-11-22 --criterion SN-1 --judge gpt > sn-1.md
      caveat disagreements nightly-2026-11-22 --json
    """
    found, reviewers, judged = _found(open_store(store, root), root, run_id, labels, stored=stored)
    _check_known(run_id, "judge", only["judge"], {one for one, _ in judged})
    _check_known(run_id, "criterion", only["criterion"], {one for _, one in judged})
    chosen = [
        one for one in found if only["judge"] in (None, one.judge_id) and only["criterion"] in (None, one.criterion_id)
    ]
    shown = chosen[: only["limit"]]
    if as_json:
        rows = [one.as_json() for one in shown]
        print_json({"run_id": run_id, "n": len(chosen), "reviewers": reviewers, "disagreements": rows})
        return
    click.echo(f"# Judges against clinicians: run {run_id}\n")
    click.echo(_counts(chosen, len(shown)))
    if AUTHOR in reviewers:
        click.echo(f"\n{AUTHORS_OWN}")
    for one in shown:
        click.echo("\n" + "\n".join(_lines(one)))


def _check_known(run_id: str, what: str, name: str | None, known: set[str]) -> None:
    if name is not None and name not in known:
        raise InputError(
            f"the run {run_id} has no {what} {name!r}; it has: {', '.join(sorted(known))}", key=f"--{what}"
        )


def _found(
    door: Store, root: Path, run_id: str, labels: tuple[str, ...], *, stored: bool
) -> tuple[list[Disagreement], list[str], set[tuple[str, str]]]:
    """The run's disagreements, whose labels they were found with, and every judge with each of its criteria."""
    with door.reading() as connection:
        fetch_run(connection, run_id)
        people = gather_labels(root, labels, connection, run_id, stored=stored)
        told = truth_of(people.labels, only_blind=False).by_question
        if not told:
            raise InputError("there are no labels to set beside the judges; import some, or name a file with --labels")
        n_repeats = {one.judge_id: spec_of(one).repeats for one in fetch_panel(connection, run_id)}
        scenario_ids = {key[0] for key in told}
        answers = answers_by_judge(fetch_answers(connection, run_id, scenario_ids), n_repeats)
        said = fetch_said(connection, run_id, scenario_ids)
    reviewers = sorted({label.reviewer_id for truth in told.values() for label in truth.labels})
    judged = {(judge_id, one.key[3]) for judge_id, some in answers.items() for one in some}
    return disagreements_of(answers, told, said), reviewers, judged


def _counts(chosen: Sequence[Disagreement], n_shown: int) -> str:
    counts = Counter(one.kind for one in chosen)
    shown = f", {n_shown} shown" if n_shown < len(chosen) else ""
    return f"{counts['missed']} missed violations and {counts['false_flag']} false flags{shown}, the worst first."


def _lines(one: Disagreement) -> Iterator[str]:
    """One disagreement as Markdown."""
    yield f"## {_TITLES[one.kind]}: {one.criterion_id} ({one.severity}), {one.scenario_id}, {one.candidate_id}\n"
    yield "Response:\n"
    yield from (f"> {line}" for line in one.excerpt.splitlines())
    yield f"\n- {one.judge_id} says {one.judge_verdict.replace('_', ' ')}: {_flat(one.judge_reason)}"
    yield from (f"  - quotes “{_flat(quote)}”" for quote in one.judge_quotes)
    if one.judge_expected:
        yield f"  - expected: {_flat(one.judge_expected)}"
    agreed = "" if one.is_unanimous else " (most of them)"
    reasons = _flat("; ".join(one.clinicians_reasons)) or "no reason given"
    yield f"- clinicians say {one.clinicians_verdict}{agreed}: {reasons}"


def _flat(text: str) -> str:
    return " ".join(text.split())
