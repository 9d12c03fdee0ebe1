"""Judges against each other, against values worked by hand and scikit-learn's kappa."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from agreement.design import design
from agreement.panel import PairAgreement, cohens_kappa, gwets_ac1, pairwise
from agreement.resample import Resampling
from tests.oracles import kappa

GWET = np.array([[118.0, 5.0], [2.0, 0.0]])
"""A rare category: the two agree on 118 of 125, and kappa is below 0."""


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), 200)


def panel(values: np.ndarray, q: int = 4, weights: np.ndarray | None = None) -> tuple[PairAgreement, ...]:
    return pairwise(values, q, design(np.arange(len(values)), weights), how())


def test_kappa_is_what_one_works_out_by_hand() -> None:
    assert pytest.approx(0.4) == float(cohens_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])))


def test_ac1_is_steady_where_kappa_is_not() -> None:
    chance = 2 * (243 / 250) * (7 / 250)
    assert (118 / 125 - chance) / (1 - chance) == pytest.approx(float(gwets_ac1(GWET)))
    assert pytest.approx(-0.0234, abs=1e-4) == float(cohens_kappa(GWET))


def test_both_are_undefined_of_nothing_and_kappa_of_one_value() -> None:
    assert np.isnan([cohens_kappa(np.zeros((2, 2))), gwets_ac1(np.zeros((2, 2)))]).all()
    alike = np.array([[9.0, 0.0], [0.0, 0.0]])
    assert (True, 1.0) == (np.isnan(cohens_kappa(alike)), gwets_ac1(alike))


@given(arrays.arrays(np.int64, st.tuples(st.integers(2, 40), st.just(2)), elements=st.integers(0, 3)))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_kappa_is_scikit_learns(values: np.ndarray) -> None:
    found = panel(values)[0].kappa.value
    weighed = panel(values, weights=np.arange(1.0, len(values) + 1))[0].kappa.value
    if found is None or weighed is None:
        assert 1 == len(np.unique(values))
    else:
        first, second = values.T
        assert kappa(first, second) == pytest.approx(found)
        assert kappa(first, second, np.arange(1.0, len(values) + 1)) == pytest.approx(weighed)


def test_every_two_judges_are_compared_where_both_answered() -> None:
    found = panel(np.array([[0, 0, -1], [1, 1, 0], [1, 0, 1], [-1, 0, 1]]))
    assert [(0, 1, 3), (0, 2, 2), (1, 2, 3)] == [(pair.first, pair.second, pair.raw.n) for pair in found]
    assert [2 / 3, 1 / 2, 0.0] == [pair.raw.value for pair in found]


def test_judges_that_answered_no_question_in_common_are_not_compared() -> None:
    (found,) = panel(np.array([[0, -1], [-1, 1]]))
    assert (None, None, None) == (found.raw.value, found.kappa.value, found.ac1.value)
    assert "no question was answered by both" == found.kappa.refusal


def test_judges_that_always_say_one_thing_have_no_kappa_but_agree() -> None:
    (found,) = panel(np.full((30, 2), 1))
    assert (1.0, "exact") == (found.raw.value, found.raw.method)
    assert (None, True) == (found.kappa.value, "same one value" in (found.kappa.refusal or ""))
    assert (1.0, None) == (found.ac1.value, found.ac1.low)


def test_intervals_hold_their_values() -> None:
    values = np.random.default_rng(2).integers(0, 4, (60, 3))
    values[:40, 1] = values[:40, 0]
    for pair in panel(values):
        for estimate in (pair.raw, pair.kappa, pair.ac1):
            assert (estimate.low or -1) < (estimate.value or 0) < (estimate.high or 0)


@pytest.mark.parametrize(
    ("values", "q", "message"),
    [
        pytest.param([[0, 4]], 4, "codes from 0 to 3", id="no such category"),
        pytest.param([[0, -2]], 4, "or -1 for none", id="no such code"),
        pytest.param([[0], [1]], 4, "two judges or more", id="one judge"),
        pytest.param([[0, 0]], 1, "two categories or more", id="one category"),
        pytest.param([0, 0], 4, "one row of codes", id="no table"),
    ],
)
def test_what_is_no_panel_is_refused(values: list[list[int]], q: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        panel(np.array(values), q)
