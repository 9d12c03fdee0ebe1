"""Corrections for looking at many comparisons at once."""

import numpy as np
from numpy.typing import NDArray

from agreement.estimate import Floats


def holm(p: Floats) -> Floats:
    """Adjusted p-values (m,): calling those at most a true keeps the chance of any false call at a.

    Args:
        p: (m,) in 0-1, of tests that may depend on each other in any way.

    Raises:
        ValueError: a p-value is outside 0-1.

    Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    order = _order(p)
    stepped = p[order] * np.arange(len(p), 0, -1)
    return _back(np.maximum.accumulate(stepped), order)


def benjamini_yekutieli(p: Floats) -> Floats:
    """Adjusted p-values (m,): of those at most a, the expected share of false calls is at most a.

    Args:
        p: (m,) in 0-1, of tests that may depend on each other in any way.

    Raises:
        ValueError: a p-value is outside 0-1.

    Source: Benjamini and Yekutieli (2001), Annals of Statistics 29:1165-1188.
    """
    order, ranks = _order(p), np.arange(1, len(p) + 1)
    stepped = p[order] * len(p) * (1 / ranks).sum() / ranks
    return _back(np.minimum.accumulate(stepped[::-1])[::-1], order)


def _order(p: Floats) -> NDArray[np.intp]:
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("expected p-values in 0-1")
    return np.argsort(p, kind="stable")


def _back(stepped: Floats, order: NDArray[np.intp]) -> Floats:
    found = np.empty_like(stepped)
    found[order] = np.minimum(stepped, 1)
    return found
