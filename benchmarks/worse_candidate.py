"""Is a candidate that became worse named, and no other? Simulated nights of fresh answers on the anchors' scenarios.

Scenarios differ in how often the candidate fails on them, and its answers are new each night. Worse: its chance of a
violation rises on every criterion. The last row takes the frozen responses, read more often where judges flagged them,
as the night before: what `caveat anchors compare` refuses. Target: at most one false blame in 100 nights.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.drift.cause import Cause, Move
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.candidate_arm import Answers, candidate_arms
from pipeline.panel_view import QuestionKey, View
from pipeline.store.anchors import AnchorRow

RUNS = 600
FALSE = 0.01
WORSE = (0.0, 0.05, 0.1, 0.2)
"""By how much the chance of a violation rises; 0: it stays."""
_STEADY = Move(-0.01, 0.01, is_shown=False)
_UNFLAGGED_READ = 0.2
Marks = NDArray[np.bool_]


class Regime(NamedTuple):
    """What is compared."""

    scenarios: int
    criteria: int
    is_chosen: bool = False
    """Whether the night before is what judges chose for reading."""


REGIMES = (Regime(100, 1), Regime(100, 4), Regime(300, 1), Regime(300, 4), Regime(300, 1, is_chosen=True))


def main() -> int:
    """The share of nights on which the candidate is blamed, by how much worse it became."""
    print(f"share of {RUNS} nights blamed; violations rise from 10 % by  " + "".join(f"{one:<8.0%}" for one in WORSE))
    with ProcessPoolExecutor(2) as pool:
        shares = list(pool.map(_blamed, REGIMES))
    for regime, found in zip(REGIMES, shares, strict=True):
        chosen = ", chosen by judges" if regime.is_chosen else ""
        name = f"{regime.scenarios} scenarios, {regime.criteria} criteria{chosen}"
        print(f"{name:<60}" + "".join(f"{one:<8.3f}" for one in found))
    worst = max(found[0] for found in shares)
    print(f"\nfalsely blamed: {worst:.3f} of nights or fewer (target {FALSE})")
    return int(worst > FALSE)


def _blamed(regime: Regime) -> list[float]:
    rng = np.random.default_rng(23)
    return [float(np.mean([_is_blamed(regime, worse, number, rng) for number in range(RUNS)])) for worse in WORSE]


def _is_blamed(regime: Regime, worse: float, number: int, rng: np.random.Generator) -> bool:
    chances = rng.beta(0.5, 4.5, size=(regime.scenarios, regime.criteria))
    before, tonight = (rng.random(chances.shape) < np.minimum(chances + rise, 1) for rise in (0.0, worse))
    if regime.is_chosen:
        read = before.any(axis=1) | (rng.random(regime.scenarios) < _UNFLAGGED_READ)
        before, tonight = before[read], tonight[read]
    anchors = [_anchor(*place) for place in np.ndindex(before.shape)]
    name = f"night {number}"
    of = Answers("before", name, {"before": _views(before), name: _views(tonight)})
    [arm] = candidate_arms(anchors, of)
    return Cause.CANDIDATE_WORSE in arm.attributed(_STEADY, None).causes


def _views(marks: Marks) -> dict[QuestionKey, View]:
    return {
        QuestionKey((f"s{scenario}", "a", 0), "r", f"c{criterion}"): View(
            Severity.MAJOR, "c", "s", "b", is_judged=True, score=float(marks[scenario, criterion])
        )
        for scenario, criterion in np.ndindex(marks.shape)
    }


def _anchor(scenario: int, criterion: int) -> AnchorRow:
    frozen = (
        "dr-a",
        "r",
        "c",
        "s",
        "b",
        VerdictValue.SATISFIED,
        "first",
        "p",
        "2026-11-28T06:00:00+00:00",
        "lead",
        "x",
    )
    return AnchorRow("spring", f"s{scenario}", "a", 0, f"c{criterion}", *frozen)


if __name__ == "__main__":
    sys.exit(main())
