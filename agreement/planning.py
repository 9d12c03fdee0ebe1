"""What clinicians' minutes buy: how wide each interval would be, and the smallest bound that could be proven.

It is the arithmetic of `agreement.stratified` on what is expected instead of what was seen, so it needs guesses of how
often judges are right; an earlier night's figures are the best there are.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.estimate import Floats
from agreement.missed_harm import hidden_at_most
from agreement.parts import Parts
from agreement.rates import LOWEST, N_CLASSES, Rates, rates_of
from agreement.sampling import inclusion
from agreement.stratified import Measure, put_together


class Stratum(NamedTuple):
    """Items that are alike for the plan: one class of verdict in one lane."""

    verdict: int
    """Row of the table: flagged, left alone, no answer (`agreement.rates`)."""
    n_items: int
    violated: float
    """Expected share of violations, 0-1."""
    priority: float
    minutes: float
    """A clinician takes for one item."""
    cleared: bool
    """Whether its items are cleared, so that the missed-harm bound speaks of them."""


class Plan(NamedTuple):
    """What the minutes buy."""

    minutes: float
    """Expected, at most as many as there are."""
    items: float
    """Expected to be read."""
    unread: float
    """Expected to stay unread: a gap in coverage, never passed."""
    pi: Floats
    """(strata,) chance of an item of each stratum."""
    widths: Rates[float | None]
    """Expected width of each 95 % interval; None where the table would not define the rate, or where fewer items would
    be read than there are strata, so that some would stay unknown."""
    missed_harm: float | None
    """The smallest share that could be proven of the cleared, when no such violation is found; None when none is
    expected to be read."""


def plan(strata: tuple[Stratum, ...], budget: float, *, floor: float, design_effect: float = 1.0) -> Plan:
    """Work out what `budget` minutes buy.

    Args:
        strata: the night's items.
        budget: minutes that clinicians have, above 0.
        floor: the least chance of any item, above 0 to 1.
        design_effect: how many rows tell as much as one independent one, 1 or more, because scenarios' rows are alike.

    Raises:
        ValueError: there is no stratum, or a number is out of range.
    """
    if not strata or not all(0 <= one.violated <= 1 and one.n_items > 0 for one in strata):
        raise ValueError("expected at least one stratum, with items and an expected share of violations in 0-1")
    if design_effect < 1:
        raise ValueError(f"expected a design effect of 1 or more, got {design_effect}")
    sizes = np.array([one.n_items for one in strata])
    rows = np.repeat(np.arange(len(strata)), sizes)
    priority, minutes = (
        np.array([getattr(one, name) for one in strata], dtype=np.float64)[rows] for name in ("priority", "minutes")
    )
    found = inclusion(priority, minutes, budget, floor=floor)
    pi = found.pi[np.cumsum(sizes) - 1]
    return Plan(
        found.expected_minutes,
        found.expected_items,
        float(sizes.sum() - found.expected_items),
        pi,
        _widths(strata, sizes, pi, design_effect),
        _bound(strata, sizes, pi),
    )


def _widths(
    strata: tuple[Stratum, ...], sizes: NDArray[np.intp], pi: Floats, design_effect: float
) -> Rates[float | None]:
    expected = sizes * pi / design_effect
    if expected.sum() < len(strata):
        return Rates(*[None] * len(Rates._fields))
    reads = np.maximum(np.floor(expected), 1).astype(np.intp)
    table = _expected(strata, sizes, reads)
    measure = Measure(rates_of, LOWEST, Rates._fields)
    low, high, _ = put_together(table, measure, 0.95)
    wide = np.minimum(high, 1) - np.maximum(low, LOWEST)
    return Rates(*[None if np.isnan(one) else float(one) for one in wide])


def _expected(strata: tuple[Stratum, ...], sizes: NDArray[np.intp], reads: NDArray[np.intp]) -> Parts:
    """A table in which everything goes as expected: scenarios alike, the first of them read."""
    n = int(reads.max())
    is_read = np.arange(n)[:, None] < reads
    weight = np.where(is_read, sizes / reads, 0.0)
    share = np.array([one.violated for one in strata])
    sums = np.stack([np.broadcast_to(sizes / n, weight.shape), weight * share, weight], axis=-1)
    counts = np.stack([reads * share, reads * (1 - share)], axis=1).astype(np.intp)
    return Parts(sums, np.array([one.verdict for one in strata]), N_CLASSES, int(reads.sum()), counts)


def _bound(strata: tuple[Stratum, ...], sizes: NDArray[np.intp], pi: Floats) -> float | None:
    cleared = np.array([one.cleared for one in strata])
    chances = np.repeat(pi[cleared], sizes[cleared])
    n_read = int(chances.sum())
    return hidden_at_most(chances, n_read, 0, 0.05) / len(chances) if n_read else None
