"""Platt's calibration: a logistic curve with two numbers, for few labels."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import minimize  # pyright: ignore[reportUnknownVariableType]
from scipy.special import expit, logit

from agreement.calibrators.levels import Levels
from agreement.estimate import Floats, NotEstimableError


@dataclass(frozen=True, slots=True)
class Platt:
    """1 / (1 + exp(-(slope * score + intercept))); the slope is never negative."""

    n: int
    n_violations: int
    data_sha256: str
    slope: float
    intercept: float
    kind: Literal["platt"] = "platt"

    def __post_init__(self) -> None:
        if not (np.isfinite(self.intercept) and np.isfinite(self.slope) and self.slope >= 0):
            raise ValueError(f"expected finite numbers and a slope of 0 or more, got {self.slope} and {self.intercept}")

    def apply(self, scores: Floats) -> Floats:
        """Probability of a violation at each score."""
        return expit(self.slope * scores + self.intercept)


def fit_platt(of: Levels, n: int, n_violations: int, data_sha256: str) -> Platt:
    """Fit to labelled scores, by maximum likelihood with Platt's smoothed targets.

    The targets are (V + 1) / (V + 2) for violations and 1 / (S + 2) for the rest, with V and S the weighted numbers of
    each, so no data are separable and the curve stays finite. Scores that run the wrong way give a level curve.

    Raises:
        NotEstimableError: the search for the curve did not end.

    Source: Platt (1999), Probabilistic outputs for support vector machines, section 2.2.
    """
    total, violations = of.weights.sum(), of.violations.sum()
    high, low = (violations + 1) / (violations + 2), 1 / (total - violations + 2)
    targets = low + (high - low) * of.shares

    def loss(curve: Floats) -> tuple[float, Floats]:
        z = curve[0] * of.scores + curve[1]
        missed = of.weights * (expit(z) - targets) / total
        value = of.weights @ (np.logaddexp(0, z) - targets * z) / total
        return float(value), np.array([missed @ of.scores, missed.sum()])

    start = [0.0, float(logit(of.weights @ targets / total))]
    bounds = [(0, None), (None, None)]
    exact = {"ftol": 1e-15, "gtol": 1e-10}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=exact)  # pyright: ignore[reportUnknownVariableType]
    curve = np.asarray(found.x, dtype=np.float64)  # pyright: ignore[reportUnknownMemberType]
    if np.abs(loss(curve)[1][1]) > 1e-4:  # noqa: PLR2004 (a search stopped early leaves the mean probability off)
        raise NotEstimableError(f"the logistic curve of {n} labels with {n_violations} violations was not found")
    return Platt(n, n_violations, data_sha256, float(curve[0]), float(curve[1]))
