"""A share of a count, with an interval that holds at zero events."""

from typing import NamedTuple

from scipy.stats import beta


class Proportion(NamedTuple):
    """k of n, as a share in 0-1 with its confidence interval; share and interval are None where n is 0."""

    k: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def proportion(k: int, n: int, confidence: float = 0.95) -> Proportion:
    """The share k / n with the exact (Clopper-Pearson) interval for independent trials.

    Args:
        k: events, 0 to n.
        n: trials; with none, nothing is estimated.
        confidence: nominal coverage in 0-1.

    Raises:
        ValueError: k is not between 0 and n, or confidence not between 0 and 1.

    Source: Clopper and Pearson (1934), Biometrika 26:404-413.
    """
    if not 0 <= k <= n:
        raise ValueError(f"expected 0 <= k <= n, got k = {k}, n = {n}")
    if not 0 < confidence < 1:
        raise ValueError(f"expected a confidence between 0 and 1, got {confidence}")
    if n == 0:
        return Proportion(k, n, None, None, None)
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, k, n - k + 1)) if k else 0.0  # pyright: ignore[reportUnknownMemberType]
    high = float(beta.ppf(1 - tail, k + 1, n - k)) if k < n else 1.0  # pyright: ignore[reportUnknownMemberType]
    return Proportion(k, n, k / n, low, high)
