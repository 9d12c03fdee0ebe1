"""Evidence over nights: it grows with a slow move, and false alarms are as far apart as stated."""

import numpy as np
import pytest

from agreement.drift.night import night
from agreement.drift.sequence import evidence, smoothed
from tests.oracles_certificates import chance_if_uniform, mean_over_powers


def test_an_e_value_is_the_integral_over_all_powers() -> None:
    for p in (1e-6, 0.01, 0.3, 0.9):
        assert pytest.approx((mean_over_powers(p) + mean_over_powers(1 - p)) / 2) == evidence(np.array([p]))[0]


def test_by_hand() -> None:
    """At p = 0.5 an e-value is (0.5 - 0.5 ln 2) / (0.5 ln(2)^2) = 0.6387 in both directions: e, then (1 + e) e."""
    first, second = evidence(np.array([0.5, 0.5]))
    assert pytest.approx(0.6387, abs=1e-4) == first
    assert pytest.approx(1.6387 * 0.6387, abs=1e-3) == second


def test_a_move_that_no_night_shows_is_shown_by_many() -> None:
    gathered = evidence(np.full(30, 0.05))
    assert 500 > gathered[2]
    assert 500 < gathered[-1]


def test_both_directions_are_followed() -> None:
    p_values = np.array([0.2, 0.01, 0.03])
    assert evidence(p_values).tolist() == pytest.approx(evidence(1 - p_values).tolist())


@pytest.mark.parametrize("p_value", [0.0, 1.0])
def test_evidence_stays_a_number_whatever_happens(p_value: float) -> None:
    assert np.isfinite(evidence(np.full(50, p_value))).all()


def test_smoothed_p_values_of_a_steady_judge_are_uniform_and_independent() -> None:
    rng = np.random.default_rng(6)
    found: list[list[float]] = []
    for _ in range(600):
        marks = (rng.random((5, 12)) < rng.random(12) * 0.5).astype(int)
        nights = [night(marks[:last], np.arange(12)) for last in range(2, 6)]
        found.append([smoothed(one.p_above, one.p_at, rng.random()) for one in nights])
    p_values = np.array(found)
    assert 0.01 < chance_if_uniform(p_values.ravel())
    assert 0.1 > np.abs(np.corrcoef(p_values, rowvar=False) - np.eye(4)).max()


def test_false_alarms_are_as_far_apart_as_stated() -> None:
    """With an alarm at 50, at least 50 nights on average."""
    rng = np.random.default_rng(7)
    until = [int(np.argmax(np.append(evidence(rng.random(400)), 50) >= 50)) for _ in range(300)]
    assert 50 < np.mean(until)
