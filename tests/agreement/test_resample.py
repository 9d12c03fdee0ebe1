"""The cluster bootstrap, against scipy's and against what must hold whatever is drawn."""

import numpy as np
import pytest

from agreement.estimate import Floats
from agreement.resample import MIN_SCENARIOS, Resampling, estimates, resampled
from tests.oracles import percentile_interval_of_mean


def how(replicates: int = 2000, confidence: float = 0.95, seed: int = 1) -> Resampling:
    return Resampling(np.random.default_rng(seed), replicates, confidence)


def mean(totals: Floats) -> Floats:
    return totals[:, :1] / totals[:, 1:]


def sums_of(values: Floats) -> Floats:
    return np.column_stack([values, np.ones(len(values))])


def test_a_replicate_holds_as_many_scenarios_as_there_are() -> None:
    drawn = resampled(np.ones((37, 1)), how(500))
    assert (500, 1) == drawn.shape
    assert [37.0] == np.unique(drawn).tolist()


def test_each_scenario_is_drawn_about_once() -> None:
    drawn = resampled(np.eye(20), how(4000))
    assert np.ones(20) == pytest.approx(drawn.mean(axis=0), abs=0.1)
    assert np.full(20, 1 - 1 / 20) == pytest.approx(drawn.var(axis=0), abs=0.15)


def test_the_same_seed_gives_the_same_figures() -> None:
    sums = sums_of(np.arange(30.0))
    first, again = (estimates(sums, mean, how(), n=30, undefined="") for _ in range(2))
    assert first == again


def test_the_interval_is_scipys_percentile_one() -> None:
    values = np.random.default_rng(3).exponential(size=80)
    (found,) = estimates(sums_of(values), mean, how(9999), n=80, undefined="")
    assert (float(values.mean()), 80, "bootstrap") == (pytest.approx(found.value), found.n_scenarios, found.method)
    assert percentile_interval_of_mean(values, seed=4) == pytest.approx(found[1:3], abs=0.01)


def test_a_debiased_square_loses_the_noise_that_a_square_adds() -> None:
    draws = np.random.default_rng(5).normal(0.0, 1.0, (300, 40))
    found = [
        estimates(sums_of(row), lambda totals: mean(totals) ** 2, how(200), n=40, undefined="", debiased=True)[0].value
        for row in draws
    ]
    plain = (draws.mean(axis=1) ** 2).mean()
    assert 1 / 40 == pytest.approx(plain, rel=0.25)
    assert 0.6 * plain > np.mean(np.array(found, dtype=float))


def test_few_scenarios_give_a_value_and_no_interval() -> None:
    (found,) = estimates(sums_of(np.arange(MIN_SCENARIOS - 1.0)), mean, how(), n=99, undefined="")
    assert (4.0, None, None, None) == (found.value, found.low, found.high, found.method)
    assert "at least 10 scenarios are needed for an interval, here are 9" == found.refusal


def test_an_undefined_statistic_of_few_scenarios_has_the_callers_reason() -> None:
    (found,) = estimates(np.ones((3, 1)), lambda totals: totals * np.nan, how(), n=3, undefined="no harm seen")
    assert (None, "no harm seen") == (found.value, found.refusal)


def test_few_scenarios_cannot_be_rid_of_bias_so_there_is_no_value_either() -> None:
    (found,) = estimates(sums_of(np.arange(9.0)), mean, how(), n=9, undefined="", debiased=True)
    assert (None, None, None) == found[:3]
    assert "at least 10 scenarios" in (found.refusal or "")


def test_an_undefined_statistic_is_refused_with_the_callers_reason() -> None:
    (found,) = estimates(np.ones((20, 2)), lambda totals: totals[:, :1] * np.nan, how(), n=20, undefined="no harm seen")
    assert (None, None, None, "no harm seen") == (found.value, found.low, found.high, found.refusal)


def test_an_interval_is_refused_where_resamples_often_leave_the_statistic_undefined() -> None:
    rare = np.eye(20)[:, :1]
    (found,) = estimates(rare, lambda totals: np.where(totals > 0, 1.0, np.nan), how(), n=20, undefined="")
    assert (1.0, None) == (found.value, found.low)
    assert "of 2000 resamples" in (found.refusal or "")


def test_an_interval_that_resampling_cannot_widen_is_refused() -> None:
    (found,) = estimates(sums_of(np.ones(50)), mean, how(), n=50, undefined="")
    assert (1.0, None, None) == (found.value, found.low, found.high)
    assert "says nothing of its error" in (found.refusal or "")


def test_no_scenario_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one scenario"):
        estimates(np.empty((0, 2)), mean, how(), n=0, undefined="")


@pytest.mark.parametrize(("replicates", "confidence"), [(0, 0.95), (10, 0.0), (10, 1.0), (10, np.nan)])
def test_replicates_and_confidence_that_cannot_be_are_refused(replicates: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="expected at least one replicate and a confidence between 0 and 1"):
        how(replicates, confidence)
