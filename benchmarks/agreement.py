"""Are the corrected figures right? Simulated nights with known truth; bias, coverage, and what naive figures would say.

Target: |bias| of sensitivity, kappa and failure rate at most 0.01 in every regime; 95 % intervals hold the truth on 93
to 97 % of nights: never on fewer, and on more by no more than twice the error that the number of nights leaves. On how
many nights the truth lay below an interval and above it is told apart: where an audit finds hardly any event, no upper
limit that holds elsewhere can lie below the truth, so that only the lower side's half of the 5 % is left.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np

from agreement.comparison import compare_all
from agreement.estimate import Floats
from agreement.rates import Rates
from agreement.resample import Resampling
from benchmarks.simulated_nights import Regime, night, truth

NIGHTS = 2000
REPLICATES = 1000
BIAS = 0.01
COVERAGE = (0.93, 0.97)
JUDGED = ("sensitivity", "kappa", "failure_rate")
_PLACES = [Rates._fields.index(name) for name in JUDGED]

REGIMES = (
    Regime("as in the field: 10 % violations"),
    Regime("common violations: 30 %", violated=(0.30,)),
    Regime("rare violations: 2 %", violated=(0.02,)),
    Regime("a good judge", skill=0.95),
    Regime("a poor judge", skill=0.5),
    Regime("one dominating criterion of five", scenarios=250, violated=(0.25, 0.02, 0.02, 0.01, 0.01)),
    Regime("clinicians who err: a tenth overlooked", slips=0.1),
    Regime("tiny audit: 3 %", audit=0.03),
    Regime("ten responses to each scenario", scenarios=150, responses=10, resemblance=0.5),
    Regime("thirty nights together: many events", scenarios=1500, violated=(0.2,), skill=0.7, audit=0.15),
)


class Result(NamedTuple):
    """Of one regime: three numbers each, for sensitivity, kappa and failure rate."""

    regime: Regime
    truth: Floats
    bias: Floats
    beyond: Floats
    """(2, 3) share of nights on which the truth lay below the interval, and above it."""
    width: Floats
    naive: Floats
    resampled: Floats
    """Share of nights on which the interval was the bootstrap's."""

    @property
    def coverage(self) -> Floats:
        """Share of nights on which the interval held the truth."""
        return 1 - self.beyond.sum(axis=0)


def main() -> int:
    """Every regime, then whether all of them hold."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(simulate, REGIMES))
    for one in results:
        print("\n".join(_lines(one)), flush=True)
    worst_bias = max(float(np.abs(one.bias).max()) for one in results)
    coverages = np.array([one.coverage for one in results])
    missed = [one for one in results if not holds(one)]
    print(f"\n{len(REGIMES)} regimes of {NIGHTS} nights; outside the target: {[one.regime.name for one in missed]}")
    print(f"largest |bias| {worst_bias:.4f}, coverage {coverages.min():.3f} to {coverages.max():.3f}")
    return 1 if missed else 0


def simulate(regime: Regime) -> Result:
    """All nights of one regime."""
    expected = truth(regime)[_PLACES]
    values, beyond, widths, naive, drawn = (
        np.array(list(column)) for column in zip(*_nights(regime, expected), strict=True)
    )
    return Result(
        regime, expected, values.mean(axis=0) - expected, beyond.mean(axis=0), widths.mean(axis=0),
        np.nanmean(naive, axis=0), drawn.mean(axis=0),
    )  # fmt: skip


def holds(one: Result) -> bool:
    """Whether a regime meets the target."""
    low, high = COVERAGE
    allowed = high + 2 * np.sqrt(high * (1 - high) / NIGHTS)
    enough = np.all((one.coverage >= low) & (one.coverage <= allowed))
    return bool(enough and np.all(np.abs(one.bias) <= BIAS))


def _nights(regime: Regime, expected: Floats) -> Iterator[tuple[Floats, ...]]:
    for seed in range(NIGHTS):
        one = night(regime, np.random.default_rng([seed, 2])).questions
        first = compare_all(one.only(0), Resampling(np.random.default_rng([seed, 3]), REPLICATES))[0]
        rates = [first.rates[place] for place in _PLACES]
        value, low, high = np.array([[np.nan if x is None else x for x in rate[:3]] for rate in rates]).T
        naive = [first.queue_only[place] for place in _PLACES]
        drawn = np.array([rate.method == "bootstrap" for rate in rates])
        yield value, np.stack([expected < low, expected > high]), high - low, np.array(naive, dtype=float), drawn


def _lines(one: Result) -> Iterator[str]:
    mark = "" if holds(one) else "   <- outside the target"
    yield f"\n{one.regime.name}{mark}"
    names = ("truth", "bias", "coverage", "below", "above", "width", "resampled", "queue-only (biased)")
    yield " " * 16 + "".join(f"{name:>{len(name) + 4}}" for name in names)
    for number, name in enumerate(JUDGED):
        rows = (one.truth, one.bias, one.coverage, *one.beyond, one.width, one.resampled, one.naive)
        yield f"  {name:14}" + "".join(
            f"{row[number]:{len(head) + 4}.4f}" for head, row in zip(names, rows, strict=True)
        )


if __name__ == "__main__":
    sys.exit(main())
