"""Of all cleared responses, how many at most hide a violation that a clinician would call major?

The responses are those of the window and no others, so the only chance in it is the audit's own draw: that responses of
one scenario resemble each other does no harm, and the bound holds exactly whatever the truth.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, hypergeom

from agreement.estimate import Floats, NotEstimableError

_DIGITS = 3
"""Chances of being read are rounded down to this many digits, which can only make the bound larger."""


class MissedHarm(NamedTuple):
    """At most `bound` of the cleared responses hide such a violation."""

    n_cleared: int
    n_read: int
    n_found: int
    n_at_most: int
    bound: float
    """n_at_most / n_cleared."""
    confidence: float
    """One-sided."""
    reviews_to_halve: int | None
    """Further audit reviews, drawn evenly from the unread, that would halve the bound if they found nothing; None where
    even reading all would not."""


def missed_harm(pi: Floats, read: NDArray[np.bool_], found: NDArray[np.bool_], confidence: float = 0.95) -> MissedHarm:
    """Bound the hidden violations of a window of cleared responses from a random audit of them.

    The more violations are hidden, the more of them an audit finds. The bound is the largest number of which it would
    find so few, with a chance above 1 - confidence, wherever they hide: the worst place is where audits seldom look.
    With equal chances the number read tells all, and the count found is hypergeometric; so with none found the bound
    is, but for the finite number of responses, the Clopper-Pearson limit.

    Args:
        pi: (n,) the chance with which each cleared response was drawn for audit, above 0 to 1, drawn independently.
        read: (n,) whether it was read; those drawn and not read must be missing at random, and `pi` scaled for them.
        found: (n,) whether a clinician found such a violation in it.
        confidence: one-sided, in 0-1.

    Raises:
        ValueError: shapes differ, a chance is outside 0-1, or a violation was found in what was not read.
        NotEstimableError: there is no cleared response, one had no chance of being read, or none was read.

    Source: Clopper and Pearson (1934), inverted over the hypergeometric, as Buonaccorsi (1987), American Statistician
    41:215-218; over sums of unequal chances, Hoeffding (1956), Annals of Mathematical Statistics 27:713-721, with the
    least favourable configuration worked out here.
    """
    _check(pi, read, found)
    n, n_read, k = len(pi), int(read.sum()), int(found.sum())
    at_most = hidden_at_most(pi, n_read, k, 1 - confidence)
    more = _to_halve(pi, n_read, k, at_most, 1 - confidence)
    return MissedHarm(n, n_read, k, at_most, at_most / n, confidence, more)


def hidden_at_most(pi: Floats, n_read: int, k: int, alpha: float) -> int:
    """The largest number of hidden violations that is not refuted at `alpha` when k are found among n_read."""
    lowest = np.sort(_rounded(pi))
    if lowest[0] == lowest[-1]:
        n = len(pi)
        return _largest(lambda hidden: float(hypergeom.cdf(k, n, hidden, n_read)), k, n - (n_read - k), alpha)  # pyright: ignore[reportUnknownMemberType]
    levels, counts = np.unique(lowest, return_counts=True)
    return _largest(lambda hidden: _few_found(levels, counts, hidden, k), k, len(pi) - (n_read - k), alpha)


def _check(pi: Floats, read: NDArray[np.bool_], found: NDArray[np.bool_]) -> None:
    if not pi.shape == read.shape == found.shape:
        raise ValueError(f"expected one chance a response, got shapes {pi.shape}, {read.shape} and {found.shape}")
    if not np.all((pi >= 0) & (pi <= 1)):
        raise ValueError("expected chances of being read in 0-1")
    if np.any(found & ~read):
        raise ValueError("a violation was found in a response that was not read")
    if not len(pi):
        raise NotEstimableError("no response was cleared")
    if never := int((pi == 0).sum()):
        raise NotEstimableError(f"{never} of {len(pi)} cleared responses had no chance of being read; audit at random")
    if not read.any():
        raise NotEstimableError(
            f"none of {len(pi)} cleared responses was read; about {min(59, len(pi))} bound it at 5 %"
        )


def _few_found(levels: Floats, counts: NDArray[np.intp], hidden: int, k: int) -> float:
    """Chance that of `hidden` violations, where chances of being read are lowest, at most k are read."""
    before = np.cumsum(counts) - counts
    inside = np.clip(hidden - before, 0, counts)
    so_far = np.eye(1, k + 1)[0]
    for level, many in zip(levels, inside, strict=True):
        if many:
            step = binom.pmf(np.arange(k + 1), many, level)  # pyright: ignore[reportUnknownMemberType]
            so_far = np.convolve(so_far, step)[: k + 1]
    return float(so_far.sum())


def _largest(chance: Callable[[int], float], low: int, high: int, alpha: float) -> int:
    """The largest number in low to high whose chance is above alpha; the chance falls with the number."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if chance(middle) > alpha else (low, middle - 1)
    return low


def _to_halve(pi: Floats, n_read: int, k: int, at_most: int, alpha: float) -> int | None:
    """The fewest further reviews of the unread, all finding nothing, that bring the bound to half."""
    unread = len(pi) - n_read

    def halved(more: int) -> bool:
        chances = 1 - (1 - pi) * (1 - more / unread)
        return 2 * hidden_at_most(chances, n_read + more, k, alpha) <= at_most

    if at_most == 0:
        return 0
    if not unread or not halved(unread):
        return None
    low, high = 0, unread
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if halved(middle) else (middle + 1, high)
    return low


def _rounded(pi: Floats) -> Floats:
    scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(pi)))
    return np.floor(pi * scale + 1e-9) / scale
