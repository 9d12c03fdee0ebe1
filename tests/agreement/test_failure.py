"""How often a candidate fails, from labels of part of its responses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from agreement.estimate import Estimate
from agreement.failure import FailureRate, Responses, failure_rate
from agreement.resample import Resampling
from benchmarks.simulated_nights import Regime, night


def how(replicates: int = 300) -> Resampling:
    return Resampling(np.random.default_rng(1), replicates)


def responses(regime: Regime, seed: int) -> Responses:
    """A night's, with what the judges expect of each."""
    drawn = night(regime, np.random.default_rng([seed, 6])).questions
    predicted = 0.05 + 0.4 * (drawn.verdicts == 0).sum(axis=1)
    return Responses(drawn.labels, predicted, drawn.pi, drawn.scenarios)


def every(found: FailureRate) -> list[Estimate]:
    return [found.stratified, found.horvitz_thompson, found.hajek, found.prediction_powered]


def test_rates_are_what_one_works_out_by_hand() -> None:
    """Of 20 expected to fail all were read and 12 did; of 100 others a fifth was read and one in 20 did."""
    labels = np.array([1] * 12 + [0] * 8 + [1] + [0] * 19 + [-1] * 80)
    predicted, pi = np.repeat([0.9, 0.1], [20, 100]), np.repeat([1.0, 0.2], [20, 100])
    found = failure_rate(Responses(labels, predicted, pi, np.arange(120)), how())
    assert [17 / 120] * 3 == pytest.approx([one.value for one in every(found)[:3]])
    assert (13 / 40, (20 * 0.9 + 100 * 0.1) / 120) == pytest.approx((found.queue_only, found.judges_say))


def test_estimates_are_glides() -> None:
    """Values of `IPWClassicalMeanEstimator` and `ASIMeanEstimator` of glide-py 0.11.0, which needs Python 3.12."""
    rng = np.random.default_rng(20)
    state = rng.normal(size=400)
    failed = state + 0.4 * rng.normal(size=400) > 1
    predicted = expit(3 * (state - 1))
    pi = np.clip(predicted, 0.15, 1)
    labels = np.where(rng.random(400) < pi, failed, -1)
    found = failure_rate(Responses(labels, predicted, pi, np.arange(400)), how())
    assert 0.13332607257509976 == pytest.approx(found.horvitz_thompson.value)
    assert 0.13720334631993286 == pytest.approx(found.prediction_powered.value)


def test_with_many_events_the_variance_is_glides_and_the_interval_as_wide() -> None:
    found = failure_rate(responses(Regime("", scenarios=2000, responses=1, violated=(0.3,), audit=0.5), 1), how())
    assert ["bootstrap", "linear", "linear", "linear"] == [one.method for one in every(found)]
    widths = [(one.high or 0) - (one.low or 0) for one in every(found)]
    assert widths[0] == pytest.approx(widths[2], rel=0.2)
    assert widths[3] < widths[1]


def test_when_everything_was_read_all_four_are_the_plain_share() -> None:
    labels = np.random.default_rng(2).integers(0, 2, 200)
    found = failure_rate(Responses(labels, np.full(200, 0.5), np.ones(200), np.arange(200)), how())
    assert [labels.mean()] * 4 == pytest.approx([one.value for one in every(found)])


def test_no_failure_found_has_an_exact_limit_above() -> None:
    found = failure_rate(Responses(np.zeros(80, dtype=int), np.full(80, 0.1), np.full(80, 0.5), np.arange(80)), how())
    for one in every(found):
        assert (0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / 80))) == one[:3]


def test_queue_only_shares_are_far_too_high_and_the_others_are_not() -> None:
    rates = [failure_rate(responses(Regime(""), seed), how(2)) for seed in range(150)]
    assert 0.15 < np.mean([one.queue_only or 0 for one in rates]) - 0.1
    means = np.mean([[one.value or 0 for one in every(rate)] for rate in rates], axis=0)
    assert [0.1] * 4 == pytest.approx(means.tolist(), abs=0.006)


@pytest.mark.parametrize(
    "regime",
    [
        Regime("usual", scenarios=300),
        Regime("rare", scenarios=300, violated=(0.02,)),
        Regime("many events", scenarios=500, violated=(0.3,), audit=0.3),
    ],
    ids=lambda regime: regime.name,
)
def test_intervals_hold_the_truth_about_as_often_as_they_say(regime: Regime) -> None:
    rates = [failure_rate(responses(regime, seed), how(200)) for seed in range(200)]
    true = regime.violated[0]
    held = np.mean([[(one.low or 0) <= true <= (one.high or 0) for one in every(rate)] for rate in rates], axis=0)
    assert np.all(held >= 0.9), held


@given(st.integers(0, 2**32), st.integers(1, 80))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_whatever_was_read_a_share_is_a_number_in_its_interval_or_refused(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    pi = rng.choice([0.02, 0.3, 1.0], n)
    labels = np.where(rng.random(n) < pi, rng.random(n) < rng.choice([0, 0.1, 1]), -1)
    for one in every(failure_rate(Responses(labels, rng.random(n), pi, rng.integers(0, 40, n)), how(50))):
        if one.low is None or one.high is None:
            assert one.refusal
        else:
            assert 0 <= one.low <= (one.value if one.value is not None else -1) <= one.high <= 1


def test_nothing_read_is_refused() -> None:
    found = failure_rate(Responses(np.full(30, -1), np.full(30, 0.5), np.full(30, 0.1), np.arange(30)), how())
    assert [None] * 3 == [one.value for one in every(found)[:3]]
    assert "no response was read" in (found.stratified.refusal or "")
    assert found.queue_only is None


def test_responses_out_of_reach_are_refused_with_the_audit_that_would_mend_it() -> None:
    labels, pi = np.repeat([1, -1], [30, 300]), np.repeat([1.0, 0.0], [30, 300])
    found = failure_rate(Responses(labels, np.full(330, 0.5), pi, np.arange(330)), how())
    why = (
        "300 of 330 responses had no chance of being read by clinicians; a random audit of about 72 of them would lift "
        "this"
    )
    assert [(None, why, 72)] * 4 == [(one.value, one.refusal, one.reviews_needed) for one in every(found)]
    assert 1.0 == found.queue_only


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"predicted": np.array([0.5, 1.5])}, "predictions in 0-1", id="no probability"),
        pytest.param({"pi": np.array([0.5, 0.0])}, "above 0 where a response was read", id="read without chance"),
        pytest.param({"labels": np.array([1])}, "one label, prediction, chance and scenario", id="shapes"),
    ],
)
def test_responses_that_cannot_be_are_refused(change: dict[str, np.ndarray], message: str) -> None:
    whole = Responses(np.array([1, 0]), np.array([0.5, 0.5]), np.ones(2), np.arange(2))
    with pytest.raises(ValueError, match=message):
        failure_rate(whole._replace(**change), how())
