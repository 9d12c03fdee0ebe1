"""Calibration curves: what a judge's score is worth, as lines on a square."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agreement.calibration import Calibrator
from agreement.calibrators.venn_abers import VennAbers
from agreement.estimate import Floats
from agreement.reliability import CurvePoint
from pipeline.comparing.wording import cell
from pipeline.learning.cards import RunCard
from pipeline.learning.words import calibrator_in_words

_PLACES = np.linspace(0, 1, 41)
_SMALLEST, _LARGEST = 1.2, 3.0
"""Radius of a point: of nearly no label, and what all labels add."""


class Dot(NamedTuple):
    """What labels say at a score: places on the square, from its upper left."""

    x: float
    y: float
    low: float
    high: float
    """Ends of the interval; both are `y` where there is none."""
    r: float
    """Radius: its area grows with the number of labels."""
    said: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One judge on one criterion. Points lie on a square of 100 by 100 whose origin is at the lower left."""

    title: str
    said: str
    """The same in words."""
    line: str
    band: str
    """Between the lower and the upper probability; empty where the calibrator gives no such interval."""
    dots: list[Dot]


def curves(cards: list[RunCard]) -> list[Curve]:
    """Of every judge and criterion that has a calibrator."""
    return [_curve(one, one.card.calibrator, one.card.points) for one in cards if one.card and one.card.calibrator]


def observed_table(cards: list[RunCard]) -> list[list[str]]:
    """Criterion, judge, score, labels, the share of them that says violated."""
    return [
        [one.criterion_id, one.judge_id, f"{point.predicted:.2f}", f"{point.observed.n:,}", cell(point.observed)]
        for one in cards
        if one.card is not None
        for point in one.card.points
    ]


def calibration_table(cards: list[RunCard]) -> list[list[str]]:
    """Criterion, judge, kind, labels, violations, expected calibration error, Brier score, whose labels, day."""
    return [
        [one.criterion_id, one.judge_id, calibrator_in_words(one), f"{one.card.n:,}", f"{one.card.n_violations:,}",
         cell(one.card.ece), cell(one.card.brier), _whose(one), one.measured.measured_at[:10]]
        for one in cards if one.card is not None and one.measured is not None
    ]  # fmt: skip


def _curve(one: RunCard, calibrator: Calibrator, points: Iterable[CurvePoint]) -> Curve:
    found = calibrator.apply(_PLACES)
    band = ""
    if isinstance(calibrator, VennAbers):
        low, high = calibrator.interval(_PLACES)
        band = f"{_line(_PLACES, low)} {_line(_PLACES[::-1], high[::-1])}"
    ends = f"no vote for a violation: {found[0]:.0%}; every vote: {found[-1]:.0%} probable"
    day = one.measured.measured_at[:10] if one.measured is not None else "an unknown day"
    labels = f"{calibrator.n:,} labels, {calibrator.n_violations:,} violations"
    said = f"{ends} ({calibrator_in_words(one)}, {labels}, measured on {day})"
    dots = [dot for point in points if (dot := _dot(point, calibrator.n)) is not None]
    return Curve(f"{one.criterion_id}, {one.judge_id}", said, _line(_PLACES, found), band, dots)


def _dot(point: CurvePoint, n: int) -> Dot | None:
    of = point.observed
    if of.value is None:
        return None
    low, high = (of.value, of.value) if of.low is None or of.high is None else (of.low, of.high)
    said = f"score {point.predicted:.2f}: {cell(of)} violated, n = {of.n:,}"
    radius = round(_SMALLEST + _LARGEST * (of.n / n) ** 0.5, 1)
    return Dot(_across(point.predicted), _up(of.value), _up(low), _up(high), radius, said)


def _across(share: float) -> float:
    return round(100 * share, 1)


def _up(share: float) -> float:
    return round(100 - 100 * share, 1)


def _line(xs: Floats, ys: Floats) -> str:
    return " ".join(f"{_across(x)},{_up(y)}" for x, y in zip(xs, ys, strict=True))


def _whose(one: RunCard) -> str:
    names = one.measured.reviewers if one.measured is not None else ()
    return ", ".join(names[:3]) + (f" and {len(names) - 3} others" if len(names) > 3 else "")  # noqa: PLR2004
