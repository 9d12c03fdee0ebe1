"""Questions in parts, and the limits of each, against statsmodels'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.parts import effective_trials, limits, parts, shares_of, variances
from tests.oracles import clopper_pearson, clustered_mean, jeffreys


def test_a_part_is_one_class_and_one_band_of_chance() -> None:
    classes = np.repeat([0, 1, 1], 10)
    pi = np.repeat([1.0, 1.0, 0.05], 10)
    found = parts(classes, np.zeros(30, dtype=int), pi, np.arange(30), 2)
    assert [0, 1, 1] == found.classes.tolist()
    assert np.array([[10, 0, 10], [10, 0, 10], [10, 0, 200]]) == pytest.approx(found.totals)


def test_what_is_known_of_all_is_not_estimated() -> None:
    """Half of 40 cleared questions were read, a quarter of those violated: 10 of 40."""
    labels = np.array([1] * 5 + [0] * 15 + [-1] * 20)
    found = parts(np.zeros(40, dtype=int), labels, np.full(40, 0.5), np.arange(40), 1)
    assert np.array([[10.0, 30.0]]) == pytest.approx(found.cells(found.totals[None])[0])


def test_a_band_with_few_scenarios_read_joins_its_neighbour() -> None:
    pi = np.repeat([1.0, 0.2, 0.02], [20, 4, 20])
    found = parts(np.zeros(44, dtype=int), np.zeros(44, dtype=int), pi, np.arange(44), 1)
    assert [20, 24] == found.totals[:, 0].tolist()


def test_a_last_band_with_few_scenarios_read_joins_the_one_before() -> None:
    pi = np.repeat([1.0, 0.2, 0.02], [20, 20, 4])
    found = parts(np.zeros(44, dtype=int), np.zeros(44, dtype=int), pi, np.arange(44), 1)
    assert [20, 24] == found.totals[:, 0].tolist()


def test_rows_left_out_change_nothing_but_the_scenarios_that_could_have_been() -> None:
    classes, labels = np.array([0, 0, -1, -1]), np.array([1, 0, 1, 1])
    found = parts(classes, labels, np.ones(4), np.array([7, 8, 9, 9]), 1)
    assert (3, 2, [[2.0, 1.0, 2.0]]) == (found.n_scenarios, found.n_read, found.totals.tolist())


def test_a_part_of_which_nothing_is_read_leaves_its_cells_undefined_and_no_others() -> None:
    labels = np.array([1, 0, -1, -1])
    found = parts(np.array([0, 0, 1, 1]), labels, np.ones(4), np.arange(4), 2)
    cells = found.cells(found.totals[None])[0]
    assert [1.0, 1.0] == cells[0].tolist()
    assert np.isnan(cells[1]).all()
    assert (0.0, 1.0) == tuple(float(end[1]) for end in limits(found, 0.95))


@pytest.mark.parametrize("k", [0, 40])
def test_where_nothing_or_everything_is_violated_limits_are_clopper_and_pearsons(k: int) -> None:
    found = parts(np.zeros(40, dtype=int), (np.arange(40) < k).astype(int), np.full(40, 0.1), np.arange(40), 1)
    low, high = limits(found, 0.95)
    assert clopper_pearson(k, 40) == pytest.approx((float(low[0]), float(high[0])))


def test_limits_are_exact_only_where_the_whole_class_has_no_event() -> None:
    """The audit found nothing; what was borderline and of the same class had violations."""
    labels = np.array([1] * 8 + [0] * 12 + [0] * 40)
    found = parts(np.zeros(60, dtype=int), labels, np.repeat([1.0, 0.1], [20, 40]), np.arange(60), 1)
    _, high = limits(found, 0.95)
    assert jeffreys(0, 40)[1] == pytest.approx(float(high[1]), rel=1e-6)


def test_elsewhere_limits_of_independent_rows_are_nearly_jeffreys() -> None:
    found = parts(np.zeros(400, dtype=int), (np.arange(400) < 30).astype(int), np.ones(400), np.arange(400), 1)
    low, high = limits(found, 0.95)
    assert jeffreys(30, 400) == pytest.approx((float(low[0]), float(high[0])), abs=2e-4)


def test_jeffreys_limits_can_be_asked_for_at_zero_too() -> None:
    found = parts(np.zeros(40, dtype=int), np.zeros(40, dtype=int), np.ones(40), np.arange(40), 1)
    low, high = limits(found, 0.95, exact=False)
    assert (0.0, jeffreys(0, 40)[1]) == pytest.approx((float(low[0]), float(high[0])), rel=1e-6)


def test_rows_of_one_scenario_are_worth_no_more_than_it() -> None:
    labels = np.repeat([1, 0, 0, 0, 1, 0, 0, 0, 0, 0], 10)
    together = parts(np.zeros(100, dtype=int), labels, np.ones(100), np.repeat(np.arange(10), 10), 1)
    apart = parts(np.zeros(100, dtype=int), labels, np.ones(100), np.arange(100), 1)
    assert pytest.approx(9, abs=0.01) == float(effective_trials(together)[0])
    assert pytest.approx(99, abs=0.01) == float(effective_trials(apart)[0])


@given(st.integers(0, 2**32))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_share_and_variance_are_statsmodels_with_robust_errors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    scenarios, pi, labels = rng.integers(0, 15, n), rng.uniform(0.4, 1, n), rng.integers(0, 2, n)
    found = parts(np.zeros(n, dtype=int), labels, pi, scenarios, 1)
    mean, variance = clustered_mean(labels.astype(float), 1 / pi, scenarios)
    assert mean == pytest.approx(float(shares_of(found)[0]))
    assert variance == pytest.approx(float(variances(found)[0]), rel=1e-6)
