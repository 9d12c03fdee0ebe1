"""Frozen anchors on simulated nights: judges that moved are caught the same night, and false alarms are rare.

Moved: 3 % of 600 anchor verdicts turn from satisfied to violated, above what flips at random both ways. Steady: nothing
moves, and flips stay random; an alarm is a false one, after which the nights begin anew. The verdicts of a response may
flip together. Targets: where flips at random are 1 % at most, 95 % of moves caught the same night; nowhere more than
one false alarm in 100 nights.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.drift.watch import watch
from agreement.estimate import Codes

RUNS = 600
SEQUENCES, NIGHTS = 40, 100
CAUGHT, FALSE = 0.95, 1.0
_RESPONSES, _CRITERIA = 100, 6
_MOVED = 0.03


class Regime(NamedTuple):
    """How the judges behave; shares of anchor verdicts."""

    flips: float
    """Verdicts that differ from the usual, on any night, either way."""
    before: int = 1
    """Nights since the freeze when the judges move."""
    is_together: bool = False
    """Whether the verdicts of a response flip together, not each by itself."""
    tossed: float = 0.0
    """Anchors that a coin decides each night."""
    is_target: bool = True


MOVED = (
    Regime(0.0),
    Regime(0.005, before=5),
    Regime(0.01, before=5),
    Regime(0.005, is_target=False),
    Regime(0.01, is_target=False),
    Regime(0.02, before=10, is_target=False),
    Regime(0.01, before=5, is_together=True, is_target=False),
)
STEADY = (
    Regime(0.0),
    Regime(0.005),
    Regime(0.02),
    Regime(0.05),
    Regime(0.02, is_together=True),
    Regime(0.01, tossed=0.1),
)


def main() -> int:
    """Both tables; the worst share caught and the worst rate of false alarms last."""
    with ProcessPoolExecutor(2) as pool:
        print(f"moved: {_MOVED:.0%} of {_RESPONSES * _CRITERIA} anchor verdicts, {RUNS:,} runs\n")
        caught = list(pool.map(_caught, MOVED))
        for regime, share in zip(MOVED, caught, strict=True):
            print(f"{_said(regime):<68}caught {share:.3f}{'' if regime.is_target else '  (no target)'}", flush=True)
        print(f"\nsteady: {SEQUENCES} sequences of {NIGHTS} nights\n")
        false = list(pool.map(_false_alarms, STEADY))
        for regime, rate in zip(STEADY, false, strict=True):
            print(f"{_said(regime):<68}false alarms in 100 nights {rate:.2f}", flush=True)
    least = min(share for regime, share in zip(MOVED, caught, strict=True) if regime.is_target)
    print(
        f"\ncaught the same night: {least:.3f} or more (target {CAUGHT}); false alarms in 100 nights: {max(false):.2f}"
    )
    return int(least < CAUGHT or max(false) > FALSE)


def _said(regime: Regime) -> str:
    how = ", those of a response together" if regime.is_together else ""
    tossed = f", {regime.tossed:.0%} by a coin" if regime.tossed else ""
    return f"random flips {regime.flips:.1%}{how}{tossed}, {regime.before} night{'s' * (regime.before > 1)} before"


def _caught(regime: Regime) -> float:
    rng = np.random.default_rng(21)
    return float(np.mean([_is_caught(regime, rng) for _ in range(RUNS)]))


def _is_caught(regime: Regime, rng: np.random.Generator) -> bool:
    anchors = _Anchors(rng)
    marks = [anchors.judge(regime) for _ in range(regime.before)]
    p_values: tuple[float, ...] = ()
    for night in range(2, regime.before + 1):
        p_values = watch(np.array(marks[:night]), anchors.units, anchors.criteria, p_values, rng.random()).p_values
    anchors.move()
    marks.append(anchors.judge(regime))
    return bool(watch(np.array(marks), anchors.units, anchors.criteria, p_values, rng.random()).alarms)


def _false_alarms(regime: Regime) -> float:
    rng = np.random.default_rng(22)
    return float(np.mean([_alarms_of_one(regime, rng) for _ in range(SEQUENCES)])) * 100 / NIGHTS


def _alarms_of_one(regime: Regime, rng: np.random.Generator) -> int:
    anchors = _Anchors(rng)
    marks, p_values, alarms = [anchors.judge(regime)], (), 0
    for _ in range(NIGHTS):
        marks.append(anchors.judge(regime))
        found = watch(np.array(marks), anchors.units, anchors.criteria, p_values, rng.random())
        p_values = found.p_values
        if found.alarms:
            alarms += 1
            marks, p_values = marks[-1:], ()
    return alarms


class _Anchors:
    """Responses with a verdict on each criterion, a fifth of them violations."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        n = _RESPONSES * _CRITERIA
        self._usual: NDArray[np.bool_] = rng.random(n) < 0.2
        self._tossed = rng.random(n)
        self.units = np.repeat(np.arange(_RESPONSES), _CRITERIA)
        self.criteria = np.tile(np.arange(_CRITERIA), _RESPONSES)

    def judge(self, regime: Regime) -> Codes:
        """One night's marks."""
        rng, n = self._rng, len(self._usual)
        flips = rng.random(_RESPONSES)[self.units] if regime.is_together else rng.random(n)
        marks = self._usual ^ (flips < regime.flips)
        return np.where(self._tossed < regime.tossed, rng.random(n) < 1 / 2, marks).astype(np.int64)

    def move(self) -> None:
        """From now on 3 % of all verdicts, satisfied before, say violated."""
        satisfied = np.flatnonzero(~self._usual)
        turned = self._rng.choice(satisfied, round(_MOVED * len(self._usual)), replace=False)
        self._usual = self._usual | np.isin(np.arange(len(self._usual)), turned)


if __name__ == "__main__":
    sys.exit(main())
