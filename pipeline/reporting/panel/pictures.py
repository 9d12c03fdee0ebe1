"""The panel's figures as bars and intervals; the page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from agreement.estimate import Estimate
from pipeline.reporting.charts import Bar, Interval, bars, interval
from pipeline.reporting.panel.cascade import SETTLED, TURNS, WHY, Cascade
from pipeline.reporting.panel.figures import PanelFigures
from pipeline.reporting.panel.readings import MISSING

SAID = ("violated", "satisfied", "not_applicable", "cannot_tell", "failed", MISSING)
ROADS = (*WHY, SETTLED)


@dataclass(frozen=True, slots=True)
class PanelPictures:
    """What the page draws of the panel."""

    said: list[Bar]
    """What each judge said."""
    steadiness: list[Interval]
    """Flip rates, on 0 to 1; empty where no judge was asked twice."""
    agreement: list[Interval]
    """Raw agreement of every two judges, on 0 to 1."""
    worth: list[Interval]
    """The effective number of votes, on 0 to the number of judges."""
    roads: list[Bar]
    """Why questions went to the second stage, or that they did not."""
    turns: list[Bar]
    """By reason, what the second stage made of them."""


def panel_pictures(of: PanelFigures) -> PanelPictures:
    """Lay the figures out."""
    rows = [(one.judge_id, _role(one.stage, one.n_repeats), one.values) for one in of.readings]
    return PanelPictures(
        said=bars(rows, SAID, share=True),
        steadiness=[
            interval(one.judge_id, f"asked {one.n_repeats} times", _ends(one.flip_rate))
            for one in of.readings if one.flip_rate is not None
        ],
        agreement=[
            interval(f"{one.first} and {one.second}", _beside(one.raw.n, one.kappa, one.ac1), _ends(one.raw))
            for one in of.agreeing.pairs
        ],
        worth=_worth(of),
        roads=[] if of.cascade is None else bars([("All questions", "", of.cascade.why)], ROADS, share=True),
        turns=[] if of.cascade is None else _turns(of.cascade),
    )  # fmt: skip


def _role(stage: int, n_repeats: int) -> str:
    asked = f", asked {n_repeats} times" if n_repeats > 1 else ""
    return f"stage {stage}{asked}"


def _turns(of: Cascade) -> list[Bar]:
    rows = [(why, "", of.turns[why]) for why in WHY if why in of.turns]
    return bars(rows, TURNS, share=False)


def _worth(of: PanelFigures) -> list[Interval]:
    worth, n_judges = of.agreeing.n_effective, of.agreeing.n_judges
    if worth is None:
        return []
    return [interval(f"{n_judges} judges", "independent votes that they are worth", _ends(worth), most=n_judges)]


def _ends(of: Estimate) -> tuple[float | None, float | None, float | None, str]:
    return of.low, of.value, of.high, of.refusal or ""


def _beside(n: int, kappa: Estimate, ac1: Estimate) -> str:
    shown: Sequence[tuple[str, Estimate]] = (("kappa", kappa), ("AC1", ac1))
    parts = [f"{name} {'not measured' if one.value is None else f'{one.value:.2f}'}" for name, one in shown]
    return f"{n:,} questions, " + ", ".join(parts)
