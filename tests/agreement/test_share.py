"""A weighted mean: exact where rows are independent or all the same, resampled elsewhere."""

import numpy as np
import pytest

from agreement.design import design
from agreement.estimate import Estimate
from agreement.proportion import proportion
from agreement.resample import Resampling
from agreement.share import share


def how() -> Resampling:
    return Resampling(np.random.default_rng(1))


def test_independent_rows_of_equal_weight_get_the_exact_interval() -> None:
    found = share(np.array([1.0, 0.0, 0.0, 0.0]), design(np.arange(4), [3.0] * 4), how())
    assert (*proportion(1, 4)[2:], 4, 4, "exact", None) == found[:7]


def test_where_nothing_happened_the_trials_are_the_scenarios() -> None:
    found = share(np.zeros(100), design(np.repeat(np.arange(20), 5)), how())
    assert (*proportion(0, 20)[2:], 100, 20, "exact", None) == found[:7]


def test_where_nothing_happened_unequal_weights_are_worth_fewer_trials() -> None:
    found = share(np.ones(3), design(np.arange(3), [1.0, 1.0, 4.0]), how())
    assert proportion(2, 2)[2:] == found[:3]


def test_rows_of_one_scenario_widen_the_interval() -> None:
    values = np.repeat(np.random.default_rng(2).integers(0, 2, 40), 10).astype(float)
    together = share(values, design(np.repeat(np.arange(40), 10)), how())
    apart = share(values, design(np.arange(400)), how())
    assert together.value == apart.value
    assert "bootstrap" == together.method
    assert 2.5 * ((apart.high or 0) - (apart.low or 0)) < (together.high or 0) - (together.low or 0)


def test_weights_undo_unequal_chances_of_being_seen() -> None:
    found = share(np.array([1.0, 0.0] * 10), design(np.arange(20), [1.0, 3.0] * 10), how())
    assert 0.25 == found.value


def test_of_nothing_no_share_is_estimated() -> None:
    nothing = share(np.array([]), design(np.array([], dtype=int)), how())
    assert Estimate(None, None, None, 0, 0, refusal="there are no rows") == nothing


@pytest.mark.parametrize("values", [[0.5], [0.5, 1.1], [0.5, -0.1], [0.5, np.nan]])
def test_values_that_are_no_shares_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="one value in 0-1"):
        share(np.array(values), design(np.arange(2)), how())
