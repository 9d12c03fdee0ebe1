"""Two ways of judging on the same questions, counted by hand."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.design import design
from agreement.paired import compare_pair, mcnemar
from agreement.resample import Resampling


def how() -> Resampling:
    return Resampling(np.random.default_rng(2), replicates=300)


def test_each_side_is_counted_by_itself_and_no_answer_agrees_with_nobody() -> None:
    labels = np.array([1] * 10 + [0] * 10)
    first = np.array([1] * 8 + [0] * 2 + [0] * 9 + [1])
    second = np.array([1] * 9 + [-1] + [0] * 5 + [1] * 5)
    found = compare_pair(np.column_stack([first, second]), labels, design(np.arange(20)), how())
    assert pytest.approx((0.85, 0.8, 0.9)) == tuple(one.value for one in found.first[:3])
    assert pytest.approx((0.70, 1.0, 0.5)) == tuple(one.value for one in found.second[:3])
    assert (0, 1) == (found.first.n_abstained, found.second.n_abstained)
    assert pytest.approx(-0.15) == found.difference.value
    assert (4, 1) == found.mcnemar[:2]


def test_a_side_without_violations_has_no_sensitivity() -> None:
    said = np.zeros((12, 2), dtype=int)
    found = compare_pair(said, np.zeros(12, dtype=int), design(np.arange(12)), how())
    assert found.first.sensitivity.value is None
    assert (0, 0, None) == found.mcnemar


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 5))
def test_the_exact_test_is_the_binomial_tail_doubled(b: int, c: int, both: int) -> None:
    first = np.array([1.0] * b + [0.0] * c + [1.0] * both)
    second = np.array([0.0] * b + [1.0] * c + [1.0] * both)
    found = mcnemar(first, second)
    assert (b, c) == found[:2]
    if b + c == 0:
        assert found.p is None
    else:
        tail = sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
        assert pytest.approx(min(1.0, 2 * tail)) == found.p


@pytest.mark.parametrize(
    ("said", "labels"), [([[0, 2]], [0]), ([[0, 1]], [2]), ([[0, 1]], [0, 1]), (np.zeros((0, 2)), [])]
)
def test_what_is_no_answer_and_no_label_is_refused(said: object, labels: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        compare_pair(np.array(said), np.array(labels), design(np.arange(len(np.array(said)))), how())
