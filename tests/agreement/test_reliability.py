"""Calibration error and Brier score, against values worked by hand and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.design import design
from agreement.estimate import Floats
from agreement.reliability import Reliability, equal_mass, reliability
from agreement.resample import Resampling
from tests.oracles import brier


def found(
    probabilities: Floats, labels: Floats, scenarios: np.ndarray | None = None, weights: Floats | None = None
) -> Reliability:
    of = design(np.arange(len(labels)) if scenarios is None else scenarios, weights)
    return reliability(probabilities, labels, of, Resampling(np.random.default_rng(1), 500))


def test_one_bin_is_what_one_works_out_by_hand() -> None:
    """Always 0.8, and 600 of 1,000 are violations: 0.2 off; what is left of the Brier score is 0.6 x 0.4."""
    labels = np.repeat([1.0, 0.0], [600, 400])
    one = found(np.full(1000, 0.8), labels)
    assert pytest.approx(0.6 * 0.04 + 0.4 * 0.64) == one.brier.value
    assert pytest.approx(0.2, abs=0.002) == one.ece.value
    assert pytest.approx(0.04, abs=0.001) == one.reliability.value
    assert pytest.approx(0.24) == one.uncertainty.value
    assert pytest.approx(0.0, abs=0.001) == one.resolution.value
    assert [(pytest.approx(0.8), 0.6, 1000)] == [(p.predicted, p.observed.value, p.observed.n) for p in one.curve]


def test_two_bins_are_what_one_works_out_by_hand() -> None:
    """Says 0.1 where 0.3 is right, 0.9 where 0.5 is: root of (0.04 + 0.16) / 2."""
    probabilities = np.repeat([0.1, 0.9], 5000)
    labels = np.concatenate([np.repeat([1.0, 0.0], [1500, 3500]), np.repeat([1.0, 0.0], 2500)])
    two = found(probabilities, labels)
    assert pytest.approx(np.sqrt(0.1), abs=0.001) == two.ece.value
    assert pytest.approx(0.4 * 0.6) == two.uncertainty.value
    assert pytest.approx(0.01, abs=0.001) == two.resolution.value
    assert [(0.1, 0.3), (0.9, 0.5)] == [(pytest.approx(p.predicted), p.observed.value) for p in two.curve]


@given(st.integers(0, 2**32), st.integers(10, 80))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_the_brier_score_is_scikit_learns_and_its_parts_add_up(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities, weights = rng.random(n), rng.uniform(1, 10, n)
    labels = (rng.random(n) < 0.5).astype(float)
    labels[:2] = (0, 1)
    one = found(probabilities, labels, weights=weights)
    assert brier(labels, probabilities, weights) == pytest.approx(one.brier.value)
    parts = [part.value for part in (one.reliability, one.resolution, one.uncertainty)]
    assert None not in parts
    assert one.brier.value == pytest.approx((parts[0] or 0) - (parts[1] or 0) + (parts[2] or 0))


@given(st.integers(0, 2**32))
@settings(derandomize=True, deadline=None, max_examples=10)
def test_the_order_of_rows_does_not_matter_to_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities, labels, order = rng.integers(0, 8, 60) / 7, rng.integers(0, 2, 60).astype(float), rng.permutation(60)
    scenarios = np.arange(60) // 3
    first = found(probabilities, labels, scenarios)
    again = found(probabilities[order], labels[order], scenarios[order])
    assert first.ece.value == pytest.approx(again.ece.value)
    assert [p.predicted for p in first.curve] == pytest.approx([p.predicted for p in again.curve])


def test_bins_are_of_equal_weight_and_keep_equal_values_together() -> None:
    assert [0, 0, 1, 1, 2, 2] == equal_mass(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), np.ones(6), 3).tolist()
    assert [0, 0, 0, 0, 1, 1] == equal_mass(np.array([0.1, 0.1, 0.1, 0.1, 0.5, 0.6]), np.ones(6), 3).tolist()
    assert [1, 0, 0] == equal_mass(np.array([0.3, 0.1, 0.2]), np.array([2.0, 1.0, 1.0]), 2).tolist()


def test_weights_undo_unequal_chances_of_being_seen() -> None:
    probabilities = np.full(600, 0.25)
    labels = np.repeat([1.0, 0.0], [300, 300])
    one = found(probabilities, labels, weights=np.repeat([1.0, 3.0], [300, 300]))
    assert 0.25 == one.curve[0].observed.value
    assert pytest.approx(0.0, abs=0.02) == one.ece.value


def test_a_bin_without_violations_has_an_upper_bound() -> None:
    one = found(np.repeat([0.0, 0.9], 50), np.repeat([0.0, 1.0], 50))
    assert (0.0, 0.0, "exact") == (one.curve[0].observed.value, one.curve[0].observed.low, one.curve[0].observed.method)
    assert 0.05 < (one.curve[0].observed.high or 0)


def test_few_scenarios_give_a_brier_score_but_no_calibration_error() -> None:
    one = found(np.tile([0.2, 0.8], 20), np.tile([0.0, 1.0], 20), np.repeat(np.arange(4), 10))
    assert (pytest.approx(0.04), None) == (one.brier.value, one.brier.low)
    assert (None, None, None) == (one.ece.value, one.reliability.value, one.resolution.value)
    assert "at least 10 scenarios" in (one.ece.refusal or "")


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        pytest.param([0.5, 1.1], [0.0, 1.0], "probabilities in 0-1", id="above 1"),
        pytest.param([0.5, 0.5], [0.0, 0.5], "0 or 1", id="half a label"),
        pytest.param([0.5], [0.0, 1.0], "a probability and a label a row", id="too few"),
        pytest.param([], [], "at least one row", id="nothing"),
    ],
)
def test_what_cannot_be_compared_is_refused(probabilities: list[float], labels: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        found(np.array(probabilities), np.array(labels))
