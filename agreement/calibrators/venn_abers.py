"""Venn-Abers calibration: an interval of probabilities that assumes no curve and is wide where labels are few."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from agreement.calibrators.levels import Levels, check_steps, levels, rising
from agreement.estimate import Floats

DECIMALS = 3
"""Scores are read to this many: finer than the shares of any panel's votes, and it bounds the number of steps."""


@dataclass(frozen=True, slots=True)
class VennAbers:
    """Steps: below the first score, at it, between it and the next, at that, and so on to above the last."""

    n: int
    n_violations: int
    data_sha256: str
    scores: tuple[float, ...]
    lows: tuple[float, ...]
    """Probability if the new response were not a violation, on each of 2 len(scores) + 1 steps."""
    highs: tuple[float, ...]
    """Probability if it were one."""
    kind: Literal["venn_abers"] = "venn_abers"

    def __post_init__(self) -> None:
        check_steps("Venn-Abers", self.scores, self.lows, self.highs)
        if not len(self.lows) == len(self.highs) == 2 * len(self.scores) + 1:
            raise ValueError("expected 2 k + 1 steps for k scores of a Venn-Abers calibrator")

    def interval(self, scores: Floats) -> tuple[Floats, Floats]:
        """The lower and the upper probability of a violation at each score."""
        read = np.round(scores, DECIMALS)
        step = np.searchsorted(self.scores, read, "left") + np.searchsorted(self.scores, read, "right")
        return np.array(self.lows)[step], np.array(self.highs)[step]

    def apply(self, scores: Floats) -> Floats:
        """One probability for each interval: p1 / (1 - p0 + p1), the least regrettable under log loss."""
        low, high = self.interval(scores)
        return high / (1 - low + high)


def fit_venn_abers(of: Levels, n: int, n_violations: int, data_sha256: str) -> VennAbers:
    """Fit to labelled scores (the inductive form). With unequal weights its guarantee is only approximate.

    Source: Vovk, Petej and Fedorova (2015), Large-scale probabilistic predictors with and without guarantees of
    validity, NeurIPS.
    """
    read = levels(np.round(of.scores, DECIMALS), of.shares, of.weights)
    between = (read.scores[:-1] + read.scores[1:]) / 2
    places = np.sort(np.concatenate([[read.scores[0] - 1], read.scores, between, [read.scores[-1] + 1]]))
    lows, highs = (_steps([_with(read, place, label) for place in places]) for label in (0.0, 1.0))
    return VennAbers(n, n_violations, data_sha256, tuple(read.scores.tolist()), lows, highs)


def _steps(values: list[float]) -> tuple[float, ...]:
    """The values, which rise but for the last digit of their arithmetic."""
    return tuple(np.maximum.accumulate(values).tolist())


def _with(of: Levels, score: float, label: float) -> float:
    """The isotonic probability at a score when one response with this label is added there."""
    joined = levels(np.append(of.scores, score), np.append(of.shares, label), np.append(of.weights, 1.0))
    return float(rising(joined.shares, joined.weights)[np.searchsorted(joined.scores, score)])
