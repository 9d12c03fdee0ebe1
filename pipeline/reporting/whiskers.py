"""Intervals as marks on a scale: figures to lengths, nothing else; the page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from agreement.estimate import Estimate
from pipeline.comparing.wording import share, why


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval. Places are in percent of the chart's width; None where there is no figure."""

    name: str
    text: str
    """What it says, or why it says nothing."""
    x: float | None
    low: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a chart."""

    label: str
    note: str
    marks: list[Mark]

    @property
    def is_bare(self) -> bool:
        """Whether there is no figure in it."""
        return all(one.x is None for one in self.marks)


def mark(name: str, one: Estimate, least: float, most: float) -> Mark:
    """An estimate on a scale from `least` to `most`; what lies beyond is cut off."""
    said, reason = share(one), why(one)
    text = ": ".join(part for part in (said or "no figure", reason) if part)
    if one.value is None:
        return Mark(name, text, None, None, None)
    x = _place(one.value, least, most)
    if one.low is None or one.high is None:
        return Mark(name, text, x, None, None)
    low, high = _place(one.low, least, most), _place(one.high, least, most)
    return Mark(name, text, x, low, round(high - low, 2))


def rows(of: Sequence[tuple[str, str, Sequence[tuple[str, Estimate]]]], least: float, most: float) -> list[Row]:
    """Rows from (label, note, estimates by name)."""
    return [Row(label, note, [mark(name, one, least, most) for name, one in some]) for label, note, some in of]


def _place(value: float, least: float, most: float) -> float:
    return round(100 * (min(max(value, least), most) - least) / (most - least), 2)
