"""The command `caveat calibrate`."""

from collections.abc import Sequence
from pathlib import Path

import click

from domain.errors import InputError
from pipeline.commands.cards_ import print_cards
from pipeline.commands.labelled import gather_labels, with_labels
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.entries import now
from pipeline.learning.cards import gather_cards
from pipeline.learning.measure import Measurement, measure_run, spec_of
from pipeline.learning.truth import Told, truth_of
from pipeline.store.address import open_store
from pipeline.store.calibrations import AnswerRow, PanelJudge, fetch_answers, fetch_panel, record_measured
from pipeline.store.connection import Connection
from pipeline.store.results import fetch_run


@click.command("calibrate")
@click.argument("run_id", metavar="RUN")
@with_labels
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str, labels: tuple[str, ...], stored: bool, store: str, as_json: bool) -> None:
    """Measure a run's judges against clinicians' labels, fit their calibrators, and keep both.

    For each judge and criterion: sensitivity and specificity, weighted by how likely a response was to be labelled; how
    often repeats differ; and a calibrator from the share of votes that say violated to a probability of a violation,
    with its calibration error and Brier score on scenarios that it was not fitted on. The same data give the same
    figures. `caveat cards` shows them again.

    \b
    Examples:
      caveat calibrate demo --labels 'data/labels/*.jsonl'
      caveat import labels ours.csv && caveat calibrate nightly-2026-11-22
      caveat calibrate nightly-2026-11-22 --json
    """
    door = open_store(store, root)
    with door.reading() as connection:
        fetch_run(connection, run_id)
        people = gather_labels(root, labels, connection, run_id, stored=stored)
        told = truth_of(people.labels)
        _refuse_nothing(told)
        panel = fetch_panel(connection, run_id)
        answers = _answers(connection, run_id, panel, told)
    found = measure_run(run_id, panel, answers, told, now())
    with door.writing() as connection:
        record_measured(connection, found.cards)
        cards = gather_cards(connection, run_id)
    if as_json:
        counts = {"other_runs": people.n_others, **_counts(told, found)}
        print_json({"run_id": run_id, **counts, "cards": [one.as_json() for one in cards]})
    else:
        click.echo(_summary(run_id, told, found, people.n_others))
        print_cards(cards)


def _refuse_nothing(told: Told) -> None:
    if not told.by_question:
        raise InputError(
            "there are no labels to calibrate with that clinicians gave without sight of the judges; import some, or "
            "name a file with --labels"
        )


def _answers(connection: Connection, run_id: str, panel: Sequence[PanelJudge], told: Told) -> list[AnswerRow]:
    """What the judges said: of what nobody labelled, only repeats tell anything."""
    has_repeats = any(spec_of(one).repeats > 1 for one in panel)
    return fetch_answers(connection, run_id, None if has_repeats else {key[0] for key in told.by_question})


def _counts(told: Told, found: Measurement) -> dict[str, int]:
    """What was used, and what was not."""
    return {
        "labels": told.n_labels, "questions": len(told.by_question), "not_blind": told.n_sighted,
        "undecided": told.n_undecided, "ties": told.n_ties, "own_criteria": found.n_own, "taught": found.n_taught,
        "unmatched": found.n_unmatched,
    }  # fmt: skip


def _summary(run_id: str, told: Told, found: Measurement, n_others: int) -> str:
    left_out = (
        (n_others, "that may be of other runs' responses"),
        (told.n_sighted, "given with the judges in sight"),
        (told.n_undecided, "undecided"),
        (told.n_ties, "split evenly"),
        (found.n_own, "on scenarios' own criteria, each a criterion by itself"),
        (found.n_taught, "on scenarios that teach a judge"),
        (found.n_unmatched, "on what was not judged"),
    )
    said = ", ".join(f"{n:,} {why}" for n, why in left_out if n) or "nothing"
    return f"Run {run_id}: {told.n_labels:,} labels on {len(told.by_question):,} questions. Left out: {said}.\n"
