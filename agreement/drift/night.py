"""Tonight's verdicts on frozen anchors against those of earlier nights: an exact test, McNemar's where there is one."""

from typing import NamedTuple

import numpy as np

from agreement.estimate import Codes, Estimate, Floats, binned
from agreement.proportion import Proportion, proportion


class Night(NamedTuple):
    """One night against those before it, counted in units: responses, whose verdicts may flip together."""

    n_units: int
    """Units compared: complete tonight and on an earlier night at least."""
    n_missing: int
    """Units left out."""
    rose: Proportion
    """Units with more violations than usual."""
    fell: Proportion
    """Units with fewer."""
    net: Estimate
    """Share that rose less share that fell, -1 to 1: above 0 where the judges became stricter."""
    p_above: float
    """Chance of as many violations tonight, or more, if tonight were any of the nights."""
    p_at: float
    """Chance of exactly as many."""

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return min(1.0, 2 * min(self.p_above, 1 - self.p_above + self.p_at))


def night(marks: Codes, units: Codes, confidence: float = 0.95) -> Night:
    """Compare the last night with those before it.

    If nothing moved, each unit's nights could be told in any order, so that tonight is as likely to be any of them. The
    sum over units is then known exactly. With one earlier night and one verdict a unit this is McNemar's exact test on
    the flips; more nights before make it sharper, and a judge that flips at random raises no alarm with either.

    Args:
        marks: (nights, n) 1 where a verdict on an anchor says violated, 0 where not, -1 where there is none; two nights
            or more, tonight last.
        units: (n,) whole numbers; verdicts of the same unit are moved together, and independent of other units'.
        confidence: of the intervals.

    Raises:
        ValueError: shapes differ, there is no earlier night, or a mark is none of these.

    Source: McNemar (1947), Psychometrika 12:153-157; with several nights, the permutation test of Fisher (1935), The
    Design of Experiments, section 21, its distribution convolved rather than sampled.
    """
    _check(marks, units)
    sums = _sums(marks, units)
    usable = ~np.isnan(sums[-1]) & ~np.isnan(sums[:-1]).all(axis=0)
    bags = sums[:, usable]
    above, at = _tail(bags)
    changes = np.sign(bags[-1] - _usual(bags[:-1])) if bags.size else np.empty(0)
    one_side = 1 - (1 - confidence) / 2
    rose, fell = (proportion(int((changes == sign).sum()), len(changes), one_side) for sign in (1, -1))
    net = _net(rose, fell, int(np.isin(units, np.unique(units)[usable]).sum()))
    return Night(len(changes), int((~usable).sum()), rose, fell, net, above, at)


def _sums(marks: Codes, units: Codes) -> Floats:
    """Violations of each unit on each night, (nights, units); NaN where a verdict is missing."""
    distinct, place = np.unique(units, return_inverse=True)
    columns = np.where(marks < 0, np.nan, marks)
    return np.array([binned(place, row, len(distinct)) for row in columns])


def _usual(bags: Floats) -> Floats:
    """The median of each unit's nights; numpy's is ten times as fast where nothing is missing."""
    return np.nanmedian(bags, axis=0) if np.isnan(bags).any() else np.median(bags, axis=0)


def _tail(bags: Floats) -> tuple[float, float]:
    """Chance of tonight's sum or a larger one, and of exactly it, where each unit gives one of its nights.

    The distribution of the sum of independent units is the product of their Fourier transforms.
    """
    varying = bags[:, np.ptp(np.nan_to_num(bags - bags[-1]), axis=0) > 0]
    if not varying.size:
        return 1.0, 1.0
    above_least = varying - np.nanmin(varying, axis=0)
    ranges = np.nanmax(above_least, axis=0).astype(np.int64)
    counts = np.stack([(above_least == value).sum(axis=0) for value in range(ranges.max() + 1)], axis=1)
    length = int(ranges.sum()) + 1
    waves = np.fft.rfft(counts / counts.sum(axis=1, keepdims=True), length, axis=1)
    every = np.fft.irfft(waves.prod(axis=0), length).clip(0, 1)
    tonight = int(above_least[-1].sum())
    return float(min(1.0, every[tonight:].sum())), float(every[tonight])


def _net(rose: Proportion, fell: Proportion, n: int) -> Estimate:
    """The difference, its interval from the exact ones of both, which holds at no flip too (Bonferroni)."""
    if rose.share is None or rose.low is None or rose.high is None or fell.low is None or fell.high is None:
        return Estimate(None, None, None, 0, 0, refusal="no anchor was judged both tonight and before")
    value = (rose.k - fell.k) / rose.n
    return Estimate(value, rose.low - fell.high, rose.high - fell.low, n, rose.n, "exact")


def _check(marks: Codes, units: Codes) -> None:
    if marks.ndim != 2 or marks.shape[1:] != units.shape or len(marks) < 2:  # noqa: PLR2004 (tonight and a night before)
        shapes = f"{marks.shape} and {units.shape}"
        raise ValueError(f"expected two nights or more and a unit for each verdict, got shapes {shapes}")
    if not np.isin(marks, (-1, 0, 1)).all():
        raise ValueError("expected marks that are 1, 0 or -1")
