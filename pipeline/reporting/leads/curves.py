"""Calibration curves: what a judge's score is worth, as lines on a square."""

from dataclasses import dataclass

import numpy as np

from agreement.calibration import Calibrator
from agreement.calibrators.venn_abers import VennAbers
from agreement.estimate import Floats
from pipeline.comparing.wording import cell
from pipeline.learning.cards import RunCard
from pipeline.learning.words import calibrator_in_words

_PLACES = np.linspace(0, 1, 41)


@dataclass(frozen=True, slots=True)
class Curve:
    """One judge on one criterion. Points lie on a square of 100 by 100 whose origin is at the lower left."""

    title: str
    said: str
    """The same in words."""
    line: str
    band: str
    """Between the lower and the upper probability; empty where the calibrator gives no such interval."""


def curves(cards: list[RunCard]) -> list[Curve]:
    """Of every judge and criterion that has a calibrator."""
    return [_curve(one, one.card.calibrator) for one in cards if one.card is not None and one.card.calibrator]


def calibration_table(cards: list[RunCard]) -> list[list[str]]:
    """Criterion, judge, kind, labels, violations, expected calibration error, Brier score, whose labels, day."""
    return [
        [one.criterion_id, one.judge_id, calibrator_in_words(one), f"{one.card.n:,}", f"{one.card.n_violations:,}",
         cell(one.card.ece), cell(one.card.brier), _whose(one), one.measured.measured_at[:10]]
        for one in cards if one.card is not None and one.measured is not None
    ]  # fmt: skip


def _curve(one: RunCard, calibrator: Calibrator) -> Curve:
    found = calibrator.apply(_PLACES)
    band = ""
    if isinstance(calibrator, VennAbers):
        low, high = calibrator.interval(_PLACES)
        band = f"{_points(_PLACES, low)} {_points(_PLACES[::-1], high[::-1])}"
    ends = f"no vote for a violation: {found[0]:.0%}; every vote: {found[-1]:.0%} probable"
    said = f"{ends} ({calibrator_in_words(one)}, {calibrator.n:,} labels, {calibrator.n_violations:,} violations)"
    return Curve(f"{one.criterion_id}, {one.judge_id}", said, _points(_PLACES, found), band)


def _points(xs: Floats, ys: Floats) -> str:
    return " ".join(f"{100 * x:.1f},{100 - 100 * y:.1f}" for x, y in zip(xs, ys, strict=True))


def _whose(one: RunCard) -> str:
    names = one.measured.reviewers if one.measured is not None else ()
    return ", ".join(names[:3]) + (f" and {len(names) - 3} others" if len(names) > 3 else "")  # noqa: PLR2004
