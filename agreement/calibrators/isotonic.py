"""Isotonic calibration: any rising map, so it needs many labels."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from agreement.calibrators.levels import Levels, check_steps, rising
from agreement.estimate import Floats


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Straight lines between knots, level beyond. A 0 says that no label there was a violation, not that none is."""

    n: int
    n_violations: int
    data_sha256: str
    scores: tuple[float, ...]
    probabilities: tuple[float, ...]
    kind: Literal["isotonic"] = "isotonic"

    def __post_init__(self) -> None:
        check_steps(self.kind, self.scores, self.probabilities)
        if len(self.scores) != len(self.probabilities):
            raise ValueError("expected one probability for each score of an isotonic calibrator")

    def apply(self, scores: Floats) -> Floats:
        """Probability of a violation at each score."""
        return np.interp(scores, self.scores, self.probabilities)


def fit_isotonic(of: Levels, n: int, n_violations: int, data_sha256: str) -> Isotonic:
    """Fit to labelled scores.

    Source: Zadrozny and Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates,
    KDD.
    """
    fitted = rising(of.shares, of.weights)
    before, after = np.diff(fitted, prepend=np.nan), np.diff(fitted, append=np.nan)
    corner = (before != 0) | (after != 0)
    knots, values = of.scores[corner].tolist(), fitted[corner].tolist()
    return Isotonic(n, n_violations, data_sha256, tuple(knots), tuple(values))
