"""A weighted mean of values in 0-1, with an interval that holds for scenarios of many rows and at its ends."""

import numpy as np

from agreement.design import Design
from agreement.estimate import Estimate, Floats
from agreement.proportion import proportion
from agreement.resample import Resampling, estimates

_ROUNDING = 1e-9
"""Keeps a whole number of scenarios whole when it is cut to one."""


def share(values: Floats, of: Design, how: Resampling) -> Estimate:
    """The weighted mean, with its interval.

    Independent yes-or-no rows of equal weight get the exact (Clopper-Pearson) interval. So does a mean of exactly 0 or
    1, of which resampling would say nothing: there the trials are the scenarios, as many as their weights are worth,
    because the rows of one scenario may all go the same way. Anything else is bootstrapped over scenarios.

    Args:
        values: (n,) in 0-1.
        of: scenario and weight of each row.
        how: how intervals are drawn.

    Raises:
        ValueError: a value is outside 0-1, or shapes differ.

    Source: Clopper and Pearson (1934), Biometrika 26:404-413; with an effective number of trials, Korn and Graubard
    (1998), Survey Methodology 24:193-201.
    """
    if values.shape != of.scenarios.shape or not np.all((values >= 0) & (values <= 1)):
        raise ValueError("expected one value in 0-1 for each row of the design")
    if not of.n:
        return Estimate(None, None, None, 0, 0, refusal="there are no rows")
    if of.is_simple and np.all((values == 0) | (values == 1)):
        return _exact(int(values.sum()), of.n, of, how)
    if np.all(values == values[0]) and values[0] in (0, 1):
        trials = int(of.effective_scenarios + _ROUNDING)
        return _exact(trials * int(values[0]), trials, of, how)
    sums = of.sums(np.column_stack([values, np.ones(of.n)]))
    return estimates(sums, _mean, how, n=of.n, undefined="there are no rows")[0]


def _mean(totals: Floats) -> Floats:
    return totals[:, :1] / totals[:, 1:]


def _exact(k: int, trials: int, of: Design, how: Resampling) -> Estimate:
    found = proportion(k, trials, how.confidence)
    return Estimate(found.share, found.low, found.high, of.n, of.n_scenarios, "exact")
