"""A number with its interval, or the reason why there is none: what every statistic of this package gives back."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.integer]
"""Whole numbers that stand for categories; -1 where nothing was said."""


Method = Literal["exact", "bootstrap", "parts", "linear"]
"""How an interval was had: Clopper-Pearson, resampled scenarios, limits of parts put together, scenarios' variance."""


class Estimate(NamedTuple):
    """A statistic of `n` rows from `n_scenarios`; what could not be estimated is None, and `refusal` says why."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    n_scenarios: int
    method: Method | None = None
    refusal: str | None = None
    reviews_needed: int | None = None
    """Where more of clinicians' reading would lift the refusal: about how many labels."""


class NotEstimableError(ValueError):
    """The data cannot carry the number that was asked for; the message is the reason."""


def binned(places: Codes, weights: Floats, n: int) -> Floats:
    """Sum of the weights that fall on each of n places (numpy's own annotation says whole numbers)."""
    return np.bincount(places, weights, n).astype(np.float64)
