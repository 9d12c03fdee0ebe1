"""The command `caveat cards`."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from domain.scenario import AUTHOR
from pipeline.commands.out import AUTHORS_OWN, as_json, in_store, print_json
from pipeline.learning.cards import RunCard, gather_cards, reviewers_of
from pipeline.learning.words import calibrator_in_words, estimate_in_words, unmeasured_in_words
from pipeline.store.address import open_store

_HEAD = (
    f"  {'criterion':<12}{'n':>6}{'violated':>10}{'abstained':>11}  {'sensitivity':<20}{'specificity':<20}"
    f"{'flips':<20}{'ECE':<20}{'Brier':<20}{'calibrator':<12}measured"
)


@click.command("cards")
@click.argument("run_id", metavar="RUN")
@click.option("--judge", metavar="JUDGE", help="Only this judge's cards.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str, judge: str | None, store: str, as_json: bool) -> None:
    """How far each judge of a run can be trusted on each criterion, or why that is not measured.

    A card holds for one wording of a criterion and one fingerprint of a judge: any change of model, parameters, prompt,
    examples or criterion makes it "not measured" again. `caveat calibrate` measures.

    \b
    Examples:
      caveat cards demo
      caveat cards nightly-2026-11-22 --judge gpt --json
    """
    with open_store(store, root).reading() as connection:
        cards = gather_cards(connection, run_id, judge_id=judge)
    if as_json:
        print_json({"run_id": run_id, "cards": [one.as_json() for one in cards]})
    else:
        print_cards(cards)


def print_cards(cards: Sequence[RunCard]) -> None:
    """A table for each judge."""
    for judge_id, some in groupby(cards, key=lambda one: one.judge_id):
        rows = list(some)
        click.echo(f"{judge_id}{' (an embedded baseline)' if rows[0].is_baseline else ''}")
        if any(one.card for one in rows):
            click.echo(_HEAD)
        for one in rows:
            click.echo(_row(one))
        click.echo()
    click.echo(f"Labels by: {', '.join(reviewers_of(cards)) or 'nobody'}.")
    if AUTHOR in reviewers_of(cards):
        click.echo(AUTHORS_OWN)
    click.echo("Intervals: 95 %, whole scenarios resampled, or exact. Where a figure is '-', --json says why.")


def _row(one: RunCard) -> str:
    if (card := one.card) is None or one.measured is None:
        return f"  {one.criterion_id:<12}{unmeasured_in_words(one)}"
    figures = (card.sensitivity, card.specificity, card.flip_rate, card.ece, card.brier)
    return (
        f"  {one.criterion_id:<12}{card.n:>6}{card.n_violations:>10}{card.n_abstained:>11}  "
        + "".join(f"{estimate_in_words(figure):<20}" for figure in figures)
        + f"{calibrator_in_words(one):<12}{one.measured.measured_at[:10]}"
    )
