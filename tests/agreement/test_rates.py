"""What a table says, against values worked by hand and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.rates import Rates, rates_of
from tests.oracles import f1, kappa, precision, recall

BY_HAND = np.array([[30.0, 10.0], [20.0, 140.0], [5.0, 15.0]])
"""The judge flagged 40, left 160 alone and gave no answer to 20; clinicians called 55 violated."""


def rates(cells: np.ndarray) -> Rates[float]:
    return Rates(*[float(one) for one in rates_of(np.asarray(cells, dtype=float)[None])[0]])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sensitivity", 30 / 50),
        ("specificity", 140 / 150),
        ("ppv", 30 / 40),
        ("npv", 140 / 160),
        ("macro_f1", (60 / 90 + 280 / 310) / 2),
        ("kappa", (170 / 200 - 0.65) / 0.35),
        ("ac1", (170 / 200 - 2 * 0.225 * 0.775) / (1 - 2 * 0.225 * 0.775)),
        ("agreement", 170 / 200),
        ("sensitivity_strict", 30 / 55),
        ("specificity_strict", 140 / 165),
        ("failure_rate", 55 / 220),
    ],
)
def test_rates_are_what_one_works_out_by_hand(name: str, expected: float) -> None:
    assert expected == pytest.approx(getattr(rates(BY_HAND), name))


@given(st.lists(st.integers(1, 200), min_size=4, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_rates_are_scikit_learns(counts: list[int]) -> None:
    judge, clinicians = np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0])
    weights = np.array(counts, dtype=float)
    found = rates(np.array([counts[:2], counts[2:], [0, 0]]))
    assert recall(clinicians, judge, weights) == pytest.approx(found.sensitivity)
    assert recall(clinicians, judge, weights, 0) == pytest.approx(found.specificity)
    assert precision(clinicians, judge, weights) == pytest.approx(found.ppv)
    assert precision(clinicians, judge, weights, 0) == pytest.approx(found.npv)
    assert f1(clinicians, judge, weights) == pytest.approx(found.macro_f1)
    assert kappa(clinicians, judge, weights) == pytest.approx(found.kappa)


def test_a_table_that_defines_no_rate_gives_none() -> None:
    nothing_flagged = rates(np.array([[0, 0], [3, 97], [0, 0]]))
    assert np.isnan(nothing_flagged.ppv)
    assert 0.0 == nothing_flagged.sensitivity
    assert np.isnan(rates(np.zeros((3, 2)))).all()
