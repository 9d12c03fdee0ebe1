"""The same responses looked at twice: how much more often are they marked now, and is that more than chance?"""

from typing import NamedTuple

import numpy as np

from agreement.drift.night import night
from agreement.estimate import Codes, Estimate, Floats, binned
from agreement.proportion import proportion
from agreement.resample import Resampling, estimates

MIN_FLIPS = 10
"""Scenarios that changed, for resampling to see how the difference varies; with fewer its limits are put together."""
_NOTHING = "nothing was judged in both runs"


class Change(NamedTuple):
    """Marks before and after, in pairs."""

    n_rows: int
    """Pairs."""
    n_scenarios: int
    rose: int
    """Scenarios with more marks after."""
    fell: int
    """Scenarios with fewer."""
    before: float | None
    """Share of rows marked."""
    after: float | None
    difference: Estimate
    """After less before, -1 to 1."""
    p_worse: float
    """Chance of such a rise or a larger one, if nothing moved."""
    p: float
    """Two-sided."""


def change(before: Codes, after: Codes, scenarios: Codes, how: Resampling) -> Change:
    """How much more often rows are marked after than before.

    With one row a scenario, the limits of the difference lie above 0 just where the exact test (McNemar's) says so at
    the same level, also where few rows changed or none.

    Args:
        before: (n,) 1 where marked, 0 where not, below 0 where nothing is known: such a row is left out.
        after: (n,) the same rows.
        scenarios: (n,) equal ones are one scenario, whose rows may change together.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ.

    Source: McNemar (1947), Psychometrika 12:153-157, and for scenarios of several rows the permutation test of
    `agreement.drift.night`; limits from Clopper and Pearson (1934), Biometrika 26:404-413, for the share that changed
    and for the share of these that rose; else the bootstrap of `agreement.resample`.
    """
    if not before.shape == after.shape == scenarios.shape:
        raise ValueError(f"expected pairs with a scenario, got shapes {before.shape}, {after.shape}, {scenarios.shape}")
    known = (before >= 0) & (after >= 0)
    first, second, unit = before[known], after[known], np.unique(scenarios[known], return_inverse=True)[1]
    if not len(first):
        return Change(0, 0, 0, 0, None, None, Estimate(None, None, None, 0, 0, refusal=_NOTHING), 1.0, 1.0)
    tested = night(np.stack([first, second]).astype(np.int64), unit, how.confidence)
    sizes = binned(unit, np.ones(len(unit)), int(unit.max()) + 1)
    moved = binned(unit, (second - first).astype(np.float64), len(sizes))
    rose, fell = int((moved > 0).sum()), int((moved < 0).sum())
    shares = float((first == 1).mean()), float((second == 1).mean())
    found = _difference(moved, sizes, (rose, fell), how)
    return Change(len(first), len(sizes), rose, fell, *shares, found, tested.p_above, tested.p_value)


def _difference(moved: Floats, sizes: Floats, flips: tuple[int, int], how: Resampling) -> Estimate:
    n, n_rows, most = len(sizes), int(sizes.sum()), float(sizes.max())
    if most > 1 and sum(flips) >= MIN_FLIPS:
        return estimates(np.column_stack([moved, sizes]), _mean, how, n=n_rows, undefined=_NOTHING)[0]
    low, high = limits(*flips, n, how.confidence) if most == 1 else _outer(flips, n, most * n / n_rows, how.confidence)
    return Estimate(float(moved.sum()) / n_rows, low, high, n_rows, n, "exact")


def _mean(totals: Floats) -> Floats:
    return totals[:, :1] / totals[:, 1:]


def limits(rose: int, fell: int, n: int, confidence: float) -> tuple[float, float]:
    """Limits of the share that rose less the share that fell, of n in all."""
    changed = proportion(rose + fell, n, confidence)
    upwards = proportion(rose, rose + fell, confidence)
    least, most = changed.low or 0.0, 1.0 if changed.high is None else changed.high
    low, high = 2 * (upwards.low or 0.0) - 1, 2 * (1.0 if upwards.high is None else upwards.high) - 1
    return low * (least if low > 0 else most), high * (most if high > 0 else least)


def _outer(flips: tuple[int, int], n: int, scale: float, confidence: float) -> tuple[float, float]:
    """For scenarios of several rows, of which few changed: as if every row of each had."""
    each = 1 - (1 - confidence) / 2
    rose, fell = (proportion(one, n, each).high or 0.0 for one in flips)
    return max(-1.0, -fell * scale), min(1.0, rose * scale)
