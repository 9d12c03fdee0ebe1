"""Labelled scores, condensed: one level for each distinct score. What every kind of calibrator is fitted on."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression  # pyright: ignore[reportUnknownVariableType]

from agreement.estimate import Floats, binned


@dataclass(frozen=True, slots=True)
class Levels:
    """Distinct scores, rising, with the weight and the weighted share of violations at each; made by `levels`."""

    scores: Floats
    weights: Floats
    shares: Floats

    @property
    def violations(self) -> Floats:
        """Weighted violations at each level."""
        return self.weights * self.shares


def levels(scores: Floats, shares: Floats, weights: Floats) -> Levels:
    """Condense rows, whose order does not matter.

    Args:
        scores: (n,) in 0-1.
        shares: (n,) 1 where clinicians say violated, 0 where not; where rows are levels already, their shares.
        weights: (n,) positive, kept as they are.
    """
    distinct, place = np.unique(scores, return_inverse=True)
    weight = binned(place, weights, len(distinct))
    return Levels(distinct, weight, np.clip(binned(place, weights * shares, len(distinct)) / weight, 0, 1))


def rising(shares: Floats, weights: Floats) -> Floats:
    """The non-decreasing sequence nearest to the shares in weighted squares, kept within 0-1.

    Source: Barlow, Bartholomew, Bremner and Brunk (1972), Statistical Inference under Order Restrictions; by scipy.
    """
    found = isotonic_regression(shares, weights=weights).x  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return np.clip(np.asarray(found, dtype=np.float64), 0, 1)


def check_steps(name: str, xs: tuple[float, ...], *rising_values: tuple[float, ...]) -> None:
    """Refuse steps that would not give a monotone map into 0-1.

    Raises:
        ValueError: scores do not rise, or values fall or leave 0-1.
    """
    if not xs or not np.all(np.diff(xs) > 0):
        raise ValueError(f"expected the scores of a {name} calibrator to rise, got {xs}")
    for values in rising_values:
        if not np.all(np.diff(values) >= 0) or not (values[0] >= 0 and values[-1] <= 1):
            raise ValueError(f"expected the probabilities of a {name} calibrator to rise within 0-1, got {values}")
