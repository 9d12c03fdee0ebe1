"""Is one candidate worse than another, or than it was last night? Both answered the same scenarios."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from agreement.estimate import Codes, Estimate, Floats
from agreement.failure import Responses, check_responses, refusal_of
from agreement.many import benjamini_yekutieli, holm
from agreement.parts import parts
from agreement.resample import Resampling
from agreement.stratified import Measure, stratified

_UNREAD = "on the scenarios that both answered, nothing was read of one of them (or of what judges expect of it)"


class Difference(NamedTuple):
    """How much more often the first fails than the second, on the scenarios that both answered."""

    first: int
    second: int
    difference: Estimate
    """-1 to 1; above 0 the first is worse."""
    p: float | None
    """Two-sided, in step with the interval; None where there is none."""
    holm_p: float | None
    """Adjusted so that among all pairs no false call is made."""
    by_p: float | None
    """Adjusted so that few of the calls are false."""


def differences(of: Responses, sides: Codes, how: Resampling) -> tuple[Difference, ...]:
    """Every two sides compared, with what looking at many of them costs.

    Args:
        of: the responses of all.
        sides: (n,) the side of each response, 0 upwards: its candidate, or its night.
        how: how intervals are drawn.

    Raises:
        ValueError: as `failure.failure_rate`; or shapes differ.

    Source: corrections as `agreement.many` names.
    """
    check_responses(of)
    if sides.shape != of.labels.shape:
        raise ValueError(f"expected one side a response, got shape {sides.shape} for {len(of.labels)}")
    present = [int(one) for one in np.unique(sides[sides >= 0])]
    return tuple(corrected([difference(of, sides, pair, how) for pair in combinations(present, 2)]))


def corrected(found: Sequence[Difference]) -> list[Difference]:
    """The same with what looking at all of them costs."""
    known = [number for number, one in enumerate(found) if one.p is not None]
    p = np.array([found[number].p for number in known], dtype=np.float64)
    adjusted = list(found)
    for number, by_holm, by_by in zip(known, holm(p), benjamini_yekutieli(p), strict=True):
        adjusted[number] = found[number]._replace(holm_p=float(by_holm), by_p=float(by_by))
    return adjusted


def difference(of: Responses, sides: Codes, pair: tuple[int, int], how: Resampling) -> Difference:
    """One pair of sides, before any correction; arguments as `differences`."""
    first, second = (of.scenarios[sides == one] for one in pair)
    common = np.intersect1d(first, second)
    chosen = np.isin(of.scenarios, common) & np.isin(sides, pair)
    here, side = of.where(chosen), (sides[chosen] == pair[1]).astype(np.intp)
    if not len(common):
        nothing = Estimate(None, None, None, 0, 0, refusal="no scenario was answered by both")
        return Difference(*pair, nothing, None, None, None)
    if (refused := refusal_of(here, how)) is not None:
        return Difference(*pair, refused, None, None, None)
    classes = side * 2 + (here.predicted < 1 / 2)
    (found,) = stratified(parts(classes, here.labels, here.pi, here.scenarios, 4), _APART, how)
    p = _p(found, how.confidence)
    return Difference(*pair, found, p, p, p)


def _apart(cells: Floats) -> Floats:
    first, second = (cells[:, side].sum(axis=1) for side in ([0, 1], [2, 3]))
    return (first[:, 0] / first.sum(axis=1) - second[:, 0] / second.sum(axis=1))[:, None]


_APART = Measure(_apart, (-1.0,), (_UNREAD,), exact=False)


def _p(found: Estimate, confidence: float) -> float | None:
    """How far 0 lies outside, on the scale of the interval's half towards it."""
    if found.value is None or found.low is None or found.high is None:
        return None
    half = found.value - found.low if found.value > 0 else found.high - found.value
    if half == 0:
        return 1.0 if found.value == 0 else 0.0
    z = float(norm.ppf((1 + confidence) / 2))  # pyright: ignore[reportUnknownMemberType]
    return float(2 * norm.sf(z * abs(found.value) / half))  # pyright: ignore[reportUnknownMemberType]
