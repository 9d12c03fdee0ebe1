"""The cluster bootstrap: whole scenarios are resampled, because rows of one scenario are not independent.

A statistic is a function of sums over scenarios, so that a replicate is one row of counts times a table of sums.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agreement.estimate import Estimate, Floats

Statistic = Callable[[Floats], Floats]
"""Sums (r, k) to statistics (r, m), row by row; NaN where a row does not define one."""

MIN_SCENARIOS = 10
"""With fewer, resampling says too little of other scenarios (Cameron, Gelbach and Miller 2008, REStat 90:414)."""

UNDEFINED_AT_MOST = 0.05
"""Share of replicates that may leave a statistic undefined before its interval is refused."""

_DRAWS = 2**20
"""Drawn at a time: what a core's cache holds."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """How intervals are drawn; the generator is the caller's, so that the same seed gives the same figures."""

    rng: np.random.Generator
    replicates: int = 2000
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.replicates < 1 or not 0 < self.confidence < 1:
            got = f"{self.replicates} and {self.confidence}"
            raise ValueError(f"expected at least one replicate and a confidence between 0 and 1, got {got}")


def resampled(sums: Floats, how: Resampling) -> Floats:
    """Totals of resampled scenarios: (n_scenarios, k) gives (replicates, k).

    Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, section 3.8 (clusters, strategy 1).
    """
    block = max(1, _DRAWS // len(sums))
    sizes = [min(block, how.replicates - done) for done in range(0, how.replicates, block)]
    return np.concatenate([_counts(len(sums), size, how.rng) @ sums for size in sizes])


def estimates(
    sums: Floats, statistic: Statistic, how: Resampling, *, n: int, undefined: str, debiased: bool = False
) -> list[Estimate]:
    """The statistics of all scenarios, each with its bootstrap interval.

    Args:
        sums: (n_scenarios, k) per scenario, as `Design.sums` gives them.
        statistic: function of such sums, for many replicates at once.
        how: generator, replicates, confidence.
        n: rows behind the sums, for the record.
        undefined: the reason to give where the statistic is NaN.
        debiased: for statistics that noise moves, as it does squares: what resampling adds is taken off the value, and
            the interval is the basic one, reflected about the statistic.

    Raises:
        ValueError: there is no scenario.

    Source: Davison and Hinkley (1997), sections 2.2.1 (bias), 5.2 (basic) and 5.3 (percentile).
    """
    if not len(sums):
        raise ValueError("expected sums of at least one scenario, got none")
    values = statistic(sums.sum(axis=0)[None])[0]
    bare = Estimate(None, None, None, n, len(sums), refusal=undefined)
    if len(sums) < MIN_SCENARIOS:
        return [_few(value, bare, debiased=debiased) for value in values]
    drawn = statistic(resampled(sums, how)).T
    return [_estimate(*pair, bare, how, debiased=debiased) for pair in zip(values, drawn, strict=True)]


def _few(value: float, bare: Estimate, *, debiased: bool) -> Estimate:
    """One statistic of too few scenarios: no interval, and no value where that would have to be rid of bias."""
    if np.isnan(value):
        return bare
    why = f"at least {MIN_SCENARIOS} scenarios are needed for an interval, here are {bare.n_scenarios}"
    return bare._replace(value=None if debiased else float(value), refusal=why)


def _estimate(value: float, drawn: Floats, bare: Estimate, how: Resampling, *, debiased: bool) -> Estimate:
    """One statistic with its interval; `bare` is what to say where it is undefined."""
    if np.isnan(value):
        return bare
    given = bare._replace(value=float(value))
    defined = drawn[~np.isnan(drawn)]
    if len(defined) < (1 - UNDEFINED_AT_MOST) * len(drawn):
        return given._replace(refusal=f"undefined in {len(drawn) - len(defined)} of {len(drawn)} resamples")
    low, high = np.quantile(defined, [(1 - how.confidence) / 2, (1 + how.confidence) / 2])
    if low == high:
        return given._replace(refusal="resampling scenarios does not change the value, which says nothing of its error")
    ends = np.array([value, low, high])
    if debiased:
        ends = 2 * value - np.array([defined.mean(), high, low])
    return Estimate(float(ends[0]), float(ends[1]), float(ends[2]), bare.n, bare.n_scenarios, "bootstrap")


def _counts(n: int, replicates: int, rng: np.random.Generator) -> Floats:
    """How often each of n is drawn in n draws with replacement: (replicates, n)."""
    drawn = rng.integers(0, n, size=(replicates, n)) + n * np.arange(replicates)[:, None]
    return np.bincount(drawn.ravel(), minlength=replicates * n).reshape(replicates, n).astype(np.float64)
