"""What clinicians read: by expected harm, within the minutes they have, each item with a known chance.

Nothing is taken because it is on top of a list: every item has a chance above 0, and the chance is recorded, so that
what was read can speak for what was not. What is not drawn is unread, never passed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.estimate import Codes, Floats, binned

DOUBLE_SHARE = 0.175
"""Of what is read, the share that a second clinician reads too: 15-20 % show how far clinicians agree."""


class Inclusion(NamedTuple):
    """The chance of each item, and what reading what is drawn takes."""

    pi: Floats
    """(n,) above 0 to 1."""
    scale: float
    """pi = clip(scale x priority, floor, 1)."""
    floor: float
    """As asked for, or lower where the minutes did not reach."""
    expected_minutes: float
    expected_items: float


def expected_harm(severity_weights: Floats, probabilities: Floats) -> Floats:
    """(n,) priority: severity weight times calibrated probability of a violation.

    Raises:
        ValueError: a weight is negative, or a probability outside 0-1.
    """
    if not np.all(severity_weights >= 0) or not np.all((probabilities >= 0) & (probabilities <= 1)):
        raise ValueError("expected severity weights of 0 or more and probabilities in 0-1")
    return severity_weights * probabilities


def inclusion(priority: Floats, minutes: Floats, budget: float, *, floor: float) -> Inclusion:
    """Chances in proportion to priority, so that what is drawn takes as many minutes as there are, on average.

    Args:
        priority: (n,) 0 or more; expected harm, or `audit_priority`.
        minutes: (n,) that a clinician takes for each item, above 0.
        budget: minutes that clinicians have, above 0.
        floor: the least chance of any item, above 0 to 1. Where the minutes do not suffice for it, all items get one
            lower chance, and `floor` in the result says which.

    Raises:
        ValueError: shapes differ, or a number is out of range.

    Source: Poisson sampling with probability proportional to size, Särndal, Swensson and Wretman (1992), Model Assisted
    Survey Sampling, section 3.5; here the cost is fixed, not the number.
    """
    _check(priority, minutes, budget, floor)
    least = minutes.sum() * floor
    if budget <= least:
        lower = float(budget / minutes.sum()) if len(minutes) else floor
        return _inclusion(priority, minutes, 0.0, lower)
    return _inclusion(priority, minutes, _scale(priority, minutes, budget, floor), floor)


def audit_priority(items: Codes, cells: Codes, n_items: int) -> Floats:
    """(n_items,) priority that gives every cell (criterion x candidate) of cleared items the same expected audits.

    Args:
        items: (m,) item of each pair of an item and a cell to which it belongs; an item may belong to many.
        cells: (m,) the cell.
        n_items: how many items there are; those in no cell get 0.

    Source: equal allocation, Cochran (1977), Sampling Techniques, section 5.9.
    """
    size = np.bincount(cells)
    found = np.zeros(n_items)
    np.maximum.at(found, items, 1 / size[cells])
    return found


def drawn(pi: Floats, uniforms: Floats) -> NDArray[np.bool_]:
    """Which items are drawn: independent of each other, and of the order in which they stand.

    Args:
        pi: (n,) the chance of each.
        uniforms: (n,) in 0-1 (1 excluded), from a hash of the seed and the item's id.

    Raises:
        ValueError: shapes differ, or a uniform is outside 0-1.
    """
    if pi.shape != uniforms.shape or not np.all((uniforms >= 0) & (uniforms < 1)):
        raise ValueError("expected one uniform number in 0-1 for each chance")
    return uniforms < pi


def doubled(is_drawn: NDArray[np.bool_], uniforms: Floats, share: float = DOUBLE_SHARE) -> NDArray[np.bool_]:
    """Which drawn items a second clinician reads too, by uniforms of another hash.

    Raises:
        ValueError: as `drawn`, or the share is outside 0-1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share in 0-1, got {share}")
    return is_drawn & drawn(np.full(len(uniforms), share), uniforms)


def reached(pi: Floats, is_drawn: NDArray[np.bool_], is_read: NDArray[np.bool_], lanes: Codes) -> Floats:
    """(n,) chances of having been read, where part of what was drawn was not: in each lane, scaled by the share read.

    It takes what was read of a lane for a random part of what was drawn. A lane of which nothing was read gets 0.

    Args:
        pi: (n,) the chance with which each item was drawn.
        is_drawn: (n,) whether it was.
        is_read: (n,) whether a clinician finished it.
        lanes: (n,) 0 upwards.

    Source: weighting classes, Oh and Scheuren (1983), in Incomplete Data in Sample Surveys, volume 2, pp. 143-184.
    """
    n = int(lanes.max()) + 1 if len(lanes) else 0
    asked, answered = (binned(lanes, flags.astype(np.float64), n) for flags in (is_drawn, is_drawn & is_read))
    share = np.divide(answered, asked, out=np.ones(n), where=asked > 0)
    return pi * share[lanes]


def _check(priority: Floats, minutes: Floats, budget: float, floor: float) -> None:
    if priority.shape != minutes.shape or not np.all(np.isfinite(priority) & (priority >= 0)):
        raise ValueError("expected a priority of 0 or more and minutes for each item")
    if not np.all(np.isfinite(minutes) & (minutes > 0)):
        raise ValueError("expected minutes above 0 for each item")
    if not budget > 0 or not 0 < floor <= 1:
        raise ValueError(f"expected a budget above 0 and a floor above 0 to 1, got {budget} and {floor}")


def _scale(priority: Floats, minutes: Floats, budget: float, floor: float) -> float:
    """The scale at which the expected minutes meet the budget: they rise with it in straight pieces."""
    some = priority > 0
    if not some.any() or float(_pi(priority, np.inf, floor) @ minutes) <= budget:
        return float("inf")
    bends = np.unique(np.concatenate([floor / priority[some], 1 / priority[some]]))
    low, high = 0, len(bends) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _pi(priority, bends[middle], floor) @ minutes >= budget else (middle + 1, high)
    upper, lower = bends[low], bends[low - 1] if low else 0.0
    at_lower, at_upper = (float(_pi(priority, scale, floor) @ minutes) for scale in (lower, upper))
    if at_upper <= at_lower:
        return float(upper)
    return float(lower + (upper - lower) * (budget - at_lower) / (at_upper - at_lower))


def _pi(priority: Floats, scale: float, floor: float) -> Floats:
    if np.isinf(scale):
        return np.where(priority > 0, 1.0, floor)
    return np.clip(scale * priority, floor, 1.0)


def _inclusion(priority: Floats, minutes: Floats, scale: float, floor: float) -> Inclusion:
    pi = _pi(priority, scale, floor)
    return Inclusion(pi, scale, floor, float(pi @ minutes), float(pi.sum()))
