"""Ordered categories, against values worked by hand, scikit-learn's and statsmodels'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from agreement.design import design
from agreement.ordinal import Steps, gwets_ac2, ordinal_agreement, weighted_kappa
from agreement.panel import gwets_ac1
from agreement.resample import Resampling
from tests.oracles import weighted_kappa_sklearn, weighted_kappa_statsmodels

BOTH: tuple[Steps, ...] = ("linear", "quadratic")


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), 200)


@pytest.mark.parametrize("steps", BOTH)
@given(arrays.arrays(np.int64, st.tuples(st.integers(5, 60), st.just(2)), elements=st.integers(0, 3)))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_weighted_kappa_is_scikit_learns_and_statsmodels(steps: Steps, values: np.ndarray) -> None:
    table = np.zeros((4, 4))
    np.add.at(table, (values[:, 0], values[:, 1]), 1)
    found = float(weighted_kappa(table, steps))
    if np.isnan(found):
        assert 1 == len(np.unique(values))
    else:
        assert weighted_kappa_sklearn(values[:, 0], values[:, 1], 4, steps) == pytest.approx(found)
        assert weighted_kappa_statsmodels(table, steps) == pytest.approx(found)


def test_ac2_is_what_one_works_out_by_hand() -> None:
    """Three categories, quadratic credit 1, 3/4, 0; used by both with shares .5, .3, .2."""
    table = np.array([[4.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 2.0]])
    agreed = (8 + 2 * 0.75) / 10
    chance = (3 + 4 * 0.75) / 6 * (0.5 * 0.5 + 0.3 * 0.7 + 0.2 * 0.8)
    assert (agreed - chance) / (1 - chance) == pytest.approx(float(gwets_ac2(table, "quadratic")))


def test_of_two_categories_ac2_is_ac1() -> None:
    table = np.array([[118.0, 5.0], [2.0, 0.0]])
    assert float(gwets_ac1(table)) == pytest.approx(float(gwets_ac2(table, "linear")))


def test_a_near_miss_costs_less_than_a_far_one() -> None:
    first = np.repeat([0, 1, 2, 3], 25)
    near, far = np.where(np.arange(100) % 5 == 0, np.minimum(first + 1, 3), first), first.copy()
    far[::5] = np.where(first[::5] < 2, 3, 0)
    of = design(np.arange(100))
    close, apart = (ordinal_agreement(first, second, 4, of, how()) for second in (near, far))
    assert (close.kappa_quadratic.value or 0) > (close.kappa_linear.value or 0) > (close.raw.value or 0)
    assert (apart.kappa_quadratic.value or 0) < (apart.kappa_linear.value or 0)


def test_weights_undo_unequal_chances_of_being_seen() -> None:
    first, second = np.array([0, 1, 2, 3] * 10), np.array([0, 1, 2, 2] * 10)
    doubled = ordinal_agreement(np.tile(first, 2), np.tile(second, 2), 4, design(np.arange(80)), how())
    weighed = ordinal_agreement(first, second, 4, design(np.arange(40), np.full(40, 2.0)), how())
    assert doubled.ac2_linear.value == pytest.approx(weighed.ac2_linear.value)


def test_what_only_one_rated_is_left_out() -> None:
    found = ordinal_agreement(np.array([0, -1]), np.array([-1, 2]), 4, design(np.arange(2)), how())
    assert "nothing was rated by both" == found.ac2_linear.refusal
