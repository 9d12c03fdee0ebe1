"""Rows of stacked bars and of intervals: numbers to lengths, nothing else; the page draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar. `x` and `width` are in percent of the chart's width."""

    name: str
    n: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart."""

    label: str
    note: str
    n: int
    segments: list[Segment]


def bars(rows: Sequence[tuple[str, str, Mapping[str, int]]], order: Sequence[str], *, share: bool) -> list[Bar]:
    """Stacked bars from (label, note, counts by name).

    Args:
        rows: one for each bar.
        order: names from left to right; a name without a count takes no room.
        share: every bar fills the width (shares of its own total), else the longest does.
    """
    longest = max((sum(counts.values()) for _, _, counts in rows), default=0)
    return [
        _bar(label, note, counts, order, sum(counts.values()) if share else longest) for label, note, counts in rows
    ]


def _bar(label: str, note: str, counts: Mapping[str, int], order: Sequence[str], whole: int) -> Bar:
    segments: list[Segment] = []
    x = 0.0
    for name in order:
        if n := counts.get(name, 0):
            width = 100 * n / whole
            segments.append(Segment(name, n, round(x, 3), round(width, 3)))
            x += width
    return Bar(label, note, sum(counts.values()), segments)


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its interval on a scale from 0. Places are in percent of the chart's width; None: not measured."""

    label: str
    note: str
    value: float | None
    low: float | None
    high: float | None
    most: float
    why: str
    """Why there is no value, or no interval."""

    def place(self, number: float) -> float:
        """Where a number lies."""
        return round(100 * number / self.most, 3)


def interval(
    label: str, note: str, ends: tuple[float | None, float | None, float | None, str], *, most: float = 1.0
) -> Interval:
    """A row of a chart of intervals.

    Args:
        label: of the row.
        note: beside it.
        ends: low, value, high, and the reason where one of them is missing.
        most: end of the scale.
    """
    low, value, high, why = ends
    return Interval(label, note, value, low, high, most, why)
