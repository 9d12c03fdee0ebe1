"""A chart as one picture that stands by itself: what the pages draw, for where there is no page, such as a notebook."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.policy import PROVISIONAL
from pipeline.files.whole import write_text
from pipeline.reporting.charts import Bar
from pipeline.reporting.render import CHARTS_CSS, render_svg
from pipeline.reporting.whiskers import Mark, Row

_HEAD, _WARNING, _STRIP, _FOOT = 62, 18, 40, 18
"""Heights in pixels; a strip is a bar or an interval, with its words under it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle; `x` and `width` in percent of the chart's width, `top` in pixels from the strip's."""

    name: str
    x: float
    width: float
    top: float = 0.0
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """One bar or interval with what it says."""

    y: int
    label: str
    note: str
    shapes: list[Shape]
    said: str


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture that a notebook shows; printed, it is the same in words."""

    title: str
    svg: str
    lines: list[str]
    """What it says, row by row."""

    def __repr__(self) -> str:
        return "\n".join([self.title, *(f"  {line}" for line in self.lines)])

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, target: Path | str) -> None:
        """Write it as an SVG file.

        Raises:
            InputError: it cannot be written.
        """
        write_text(Path(target), self.svg)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a picture."""

    title: str
    caption: str
    provisional: bool
    """Whether what is drawn cleared without certificates, which every output says."""

    @property
    def warning(self) -> str:
        """Empty where there is none to give."""
        return PROVISIONAL if self.provisional else ""


def picture_of_bars(heading: Heading, bars: Sequence[Bar]) -> Picture:
    """Stacked bars; their words are the numbers."""
    return _picture(heading, [(bar.label, bar.note, _segments(bar), _numbers(bar)) for bar in bars], ())


def picture_of_intervals(heading: Heading, rows: Sequence[Row], scale: tuple[float, float]) -> Picture:
    """Values with intervals, several to a row; what is not drawn says why."""
    strips = [
        (row.label if first else "", row.note if first else "", _whiskers(one), f"{one.name}: {one.text}")
        for row in rows
        for first, one in zip([True, *[False] * len(row.marks)], row.marks, strict=False)
    ]
    return _picture(heading, strips, scale)


def _segments(bar: Bar) -> list[Shape]:
    return [Shape(one.name, one.x, one.width) for one in bar.segments]


def _numbers(bar: Bar) -> str:
    return ", ".join(f"{one.n:,} {one.name.replace('_', ' ')}" for one in bar.segments)


def _whiskers(one: Mark) -> list[Shape]:
    if one.x is None:
        return []
    value = Shape(one.name, max(one.x - 0.35, 0), 0.7)
    if one.low is None or one.width is None:
        return [value]
    return [Shape(one.name, one.low, one.width, top=3.5, is_faint=True), value]


def _picture(heading: Heading, strips: Iterable[tuple[str, str, list[Shape], str]], scale: Sequence[float]) -> Picture:
    top = _HEAD + (_WARNING if heading.warning else 0)
    placed = [Strip(top + _STRIP * n, *strip) for n, strip in enumerate(strips)]
    height = top + _STRIP * len(placed) + (_FOOT if scale else 0)
    svg = render_svg(heading=heading, strips=placed, height=height, colours=_colours(), scale=scale)
    return Picture(heading.title, svg, [*filter(None, [heading.warning]), *_lines(placed)])


def _lines(strips: Iterable[Strip]) -> list[str]:
    """The same in words; a label is said once."""
    return [f"{f'{one.label}: ' if one.label else '  '}{one.said}" for one in strips]


@cache
def _colours() -> dict[str, str]:
    """By name, as the pages' style sheet has them: it cannot come along, because it would restyle the notebook."""
    css = CHARTS_CSS.read_text(encoding="utf-8")
    variables: dict[str, str] = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", css))
    found: dict[str, str] = {}
    for selectors, body in re.findall(r"((?:(?:rect|i)\.[a-z_-]+,? ?)+)\{([^}]+)\}", css):
        if (fill := re.search(r"fill: (?:var\(--([a-z]+)\)|(#[0-9a-f]{6}))", body)) is not None:
            colour = fill[2] or variables[fill[1]]
            found |= dict.fromkeys(re.findall(r"rect\.([a-z_-]+)", selectors), colour)
    return found
