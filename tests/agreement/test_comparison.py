"""Judges against clinicians who read part of what judges saw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.comparison import (
    FAILED,
    NOT_ASKED,
    UNDECIDED,
    UNREAD,
    Comparison,
    Questions,
    answer_classes,
    compare,
    compare_all,
)
from agreement.estimate import Estimate
from agreement.panel import CANNOT_TELL, NOT_APPLICABLE, SATISFIED, VIOLATED
from agreement.rates import LOWEST, Rates, rates_of
from agreement.resample import Resampling
from benchmarks.simulated_nights import Regime, night, truth


def how(replicates: int = 300) -> Resampling:
    return Resampling(np.random.default_rng(1), replicates)


def one(verdicts: list[int], labels: list[int], pi: list[float] | None = None) -> Comparison:
    """One judge, every row a scenario of its own."""
    n = len(labels)
    chances = np.ones(n) if pi is None else np.array(pi)
    return compare_all(Questions(np.array(verdicts)[:, None], np.array(labels), chances, np.arange(n)), how())[0]


def flagged_and_audited(*, audit: float) -> Comparison:
    """40 flagged, all read, 30 of them rightly; 400 left alone, a tenth of them read if audited, 2 of them violated."""
    verdicts = [VIOLATED] * 40 + [SATISFIED] * 400
    read = [1] * 2 + [0] * 38 if audit else [UNREAD] * 40
    labels = [1] * 30 + [0] * 10 + read + [UNREAD] * 360
    return one(verdicts, labels, [1.0] * 40 + [audit] * 400)


def test_cleared_questions_count_for_as_many_as_they_stand_for() -> None:
    found = flagged_and_audited(audit=0.1)
    assert np.array([[30, 10], [20, 380], [0, 0]]) == pytest.approx(found.cells)
    assert [[30, 10], [2, 38], [0, 0]] == found.counts.tolist()
    assert (30 / 32, 30 / 40) == (found.queue_only.sensitivity, found.queue_only.ppv)


def test_the_value_is_rid_of_the_lean_that_few_audits_give_it() -> None:
    """A share of small sums leans upward when the sum below it is guessed: the corrected value is lower."""
    assert 0.5 < (flagged_and_audited(audit=0.1).rates.sensitivity.value or 0) < 30 / 50


def test_without_an_audit_only_what_was_flagged_can_be_spoken_of() -> None:
    found = flagged_and_audited(audit=0.0)
    refused = {name for name, rate in zip(Rates._fields, found.rates, strict=True) if rate.value is None}
    assert set(Rates._fields) - {"ppv"} == refused
    assert pytest.approx(0.75) == found.rates.ppv.value
    assert 400 == found.n_out_of_reach
    assert (
        "400 of 400 questions that the judge left alone had no chance of being read by clinicians; a random audit of "
        "about 72 of them would lift this"
    ) == found.rates.sensitivity.refusal
    assert 72 == found.rates.sensitivity.reviews_needed


def test_an_audit_that_was_drawn_and_not_read_is_refused_too() -> None:
    labels = [1] * 20 + [UNREAD] * 20
    found = one([VIOLATED] * 20 + [SATISFIED] * 20, labels, [1.0] * 20 + [0.1] * 20)
    assert "none of 20 questions that the judge left alone was read; about 20 reviews would lift this" == (
        found.rates.npv.refusal
    )
    assert 20 == found.rates.npv.reviews_needed


def test_where_clinicians_found_nothing_sensitivity_is_refused_and_the_failure_rate_has_an_exact_limit() -> None:
    found = one([SATISFIED] * 100, [0] * 100)
    assert (
        "clinicians called no question violated of 100 that they read and the judge answered; about 72 more reviews "
        "would lift this"
    ) == found.rates.sensitivity.refusal
    assert ("the judge called nothing violated", None) == (found.rates.ppv.refusal, found.rates.ppv.reviews_needed)
    assert 72 == found.rates.sensitivity.reviews_needed
    assert (0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / 100))) == found.rates.failure_rate[:3]


def test_where_no_violation_was_missed_sensitivity_still_has_room_below() -> None:
    found = one([VIOLATED] * 20 + [SATISFIED] * 100, [1] * 20 + [0] * 100)
    low, high = found.rates.sensitivity.low or 1, found.rates.sensitivity.high
    assert (1.0, 1.0) == (found.rates.sensitivity.value, high)
    assert pytest.approx(20 / (20 + 100 * (1 - 0.025**0.01)), abs=0.02) == low


def test_abstentions_are_counted_and_rates_given_with_and_without_them() -> None:
    verdicts = [VIOLATED] * 20 + [SATISFIED] * 60 + [CANNOT_TELL] * 15 + [FAILED] * 5
    labels = [1] * 16 + [0] * 4 + [1] * 4 + [0] * 56 + [1] * 5 + [0] * 15
    found = one(verdicts, labels)
    assert [[16, 4], [4, 56], [5, 15]] == found.counts.tolist()
    assert (0.8, 16 / 25) == pytest.approx(
        (found.rates.sensitivity.value, found.rates.sensitivity_strict.value), abs=0.01
    )
    assert (56 / 60, 56 / 75) == pytest.approx(
        (found.rates.specificity.value, found.rates.specificity_strict.value), abs=0.01
    )
    assert 0.2 == found.abstention.value


def test_a_judge_is_compared_where_it_was_asked() -> None:
    verdicts = np.array([[VIOLATED, NOT_ASKED], [NOT_APPLICABLE, SATISFIED], [NOT_ASKED, FAILED]])
    assert [[0, -1], [1, 1], [-1, 2]] == answer_classes(verdicts).tolist()
    questions = Questions(verdicts, np.array([1, 0, 1]), np.ones(3), np.arange(3))
    assert [(2, 2), (2, 2)] == [(found.n_questions, found.n_read) for found in compare_all(questions, how())]


def test_a_clinician_who_could_not_tell_is_counted_and_left_out() -> None:
    found = one([VIOLATED] * 12, [1] * 10 + [UNDECIDED] * 2)
    assert (10, 2, 12) == (found.n_read, found.n_undecided, found.n_questions)


def test_fewer_than_ten_scenarios_give_no_interval_and_say_how_many_are_missing() -> None:
    found = one([VIOLATED, SATISFIED] * 3, [1, 0] * 3)
    assert (1.0, None, None) == found.rates.agreement[:3]
    assert 4 == found.rates.agreement.reviews_needed


def test_every_group_is_compared_alone() -> None:
    questions = night(Regime("", scenarios=60), np.random.default_rng(3)).questions
    groups = np.arange(len(questions.labels)) % 3 - 1
    found = compare(questions, groups, 3, how())
    alone = compare_all(questions.where(groups == 1), how())
    assert (3, 2) == (len(found), len(found[0]))
    assert alone[0].cells.tolist() == found[1][0].cells.tolist()
    assert (0, "there are no questions") == (found[2][0].n_questions, found[2][0].rates.failure_rate.refusal)


def test_everything_labelled_is_a_plain_count() -> None:
    rng = np.random.default_rng(4)
    verdicts, labels = rng.integers(0, 2, 400), rng.integers(0, 2, 400)
    found = one(verdicts.tolist(), labels.tolist())
    plain = rates_of(found.counts[None].astype(float))[0]
    assert plain.tolist() == pytest.approx([rate.value for rate in found.rates], abs=2e-3)
    assert {"bootstrap"} == {rate.method for rate in found.rates}


def test_rows_of_one_scenario_widen_the_interval() -> None:
    labels = np.repeat(np.random.default_rng(2).integers(0, 2, 60), 8)
    verdicts = np.where(np.random.default_rng(3).random(480) < 0.8, 1 - labels, labels)[:, None]
    together, apart = (
        compare_all(Questions(verdicts, labels, np.ones(480), scenarios), how())[0].rates.failure_rate
        for scenarios in (np.arange(480) // 8, np.arange(480))
    )
    assert 2 < width(together) / width(apart)


def width(of: Estimate) -> float:
    return (of.high or 0) - (of.low or 0)


@pytest.mark.parametrize(
    "regime",
    [
        Regime("few violations", violated=(0.03,), audit=0.05),
        Regime("many events", scenarios=600, violated=(0.3,), skill=0.6, audit=0.3),
        Regime("many responses", scenarios=80, responses=8, violated=(0.15,), resemblance=0.5),
    ],
    ids=lambda regime: regime.name,
)
def test_intervals_hold_the_truth_about_as_often_as_they_say(regime: Regime) -> None:
    """Three regimes of 120 nights; `make bench-agreement` has ten of 2,000."""
    expected = truth(regime, draws=2)
    held = np.zeros((120, len(Rates._fields)))
    for seed in range(120):
        questions = night(regime, np.random.default_rng([seed, 5])).questions.only(0)
        rates = compare_all(questions, Resampling(np.random.default_rng(seed), 200))[0].rates
        held[seed] = [(rate.low or -1) <= true <= (rate.high or 1) for rate, true in zip(rates, expected, strict=True)]
    assert np.all((held.mean(axis=0) >= 0.88) & (held.mean(axis=0) <= 1)), held.mean(axis=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"verdicts": np.zeros(3, dtype=int)}, "one row of verdicts", id="no table"),
        pytest.param({"verdicts": np.full((3, 1), 4)}, "verdicts from -2 to 3", id="no such verdict"),
        pytest.param({"labels": np.array([1, 0, 2])}, "labels from -2 to 1", id="no such label"),
        pytest.param({"pi": np.array([1, 0.5, 1.1])}, "probabilities in 0-1", id="no probability"),
        pytest.param({"pi": np.array([1, 0.5, np.nan])}, "probabilities in 0-1", id="no number"),
        pytest.param(
            {"pi": np.array([1, 0.5, 0])}, "1 questions were read that had no chance", id="read without chance"
        ),
    ],
)
def test_questions_that_cannot_be_are_refused(change: dict[str, np.ndarray], message: str) -> None:
    whole: dict[str, np.ndarray] = {
        "verdicts": np.zeros((3, 1), dtype=int), "labels": np.array([1, 0, 1]), "pi": np.ones(3),
        "scenarios": np.arange(3),
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        Questions(**{**whole, **change})  # pyright: ignore[reportArgumentType]


@st.composite
def anything(draw: st.DrawFn) -> Questions:
    """Few or many questions, of few or many scenarios, read or not, with every kind of verdict and label."""
    n = draw(st.integers(1, 120))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    pi = rng.choice(draw(st.sampled_from([[1.0], [0.0, 1.0], [0.02, 0.3, 1.0], [0.04, 0.05]])), n)
    labels = rng.choice(draw(st.sampled_from([[0, 1], [0], [1], [0, 0, 0, 0, 1, UNDECIDED]])), n)
    labels = np.where(rng.random(n) < pi, labels, UNREAD)
    verdicts = rng.choice(draw(st.sampled_from([[0, 1], [0], [1], range(NOT_ASKED, 4), [FAILED]])), (n, 2))
    return Questions(verdicts, labels, pi, rng.integers(0, draw(st.sampled_from([3, 15, 1000])), n))


@given(anything())
@settings(derandomize=True, deadline=None, max_examples=150)
def test_whatever_was_read_a_rate_is_a_number_in_its_interval_or_refused_with_a_reason(questions: Questions) -> None:
    for found in compare_all(questions, how(50)):
        for rate, least in zip((*found.rates, found.abstention), (*LOWEST, 0.0), strict=True):
            if rate.value is None or rate.low is None or rate.high is None:
                assert rate.refusal
                assert (None, None) == (rate.low, rate.high)
                assert rate.value is None or least <= rate.value <= 1
            else:
                assert rate.refusal is None
                assert least <= rate.low <= rate.value <= rate.high <= 1


@given(anything())
@settings(derandomize=True, deadline=None, max_examples=40)
def test_a_refusal_says_how_many_reviews_would_lift_it_where_any_would(questions: Questions) -> None:
    for found in compare_all(questions, how(50)):
        for rate in found.rates:
            assert rate.reviews_needed is None or (rate.refusal is not None and rate.reviews_needed >= 1)
        for rate in (found.rates.sensitivity, found.rates.specificity, found.rates.kappa):
            assert (rate.refusal is None or "throughout" in rate.refusal) is (rate.reviews_needed is None)


def test_groups_that_cannot_be_are_refused() -> None:
    questions = Questions(np.zeros((3, 1), dtype=int), np.array([1, 0, 1]), np.ones(3), np.arange(3))
    with pytest.raises(ValueError, match="one group from -1 to 1"):
        compare(questions, np.array([0, 1, 2]), 2, how())


def test_a_judge_that_flags_nothing_has_no_sensitivity_of_which_anybody_knows_how_sure_it_is() -> None:
    """However scenarios are resampled it stays 0: an interval without width would claim certainty."""
    labels = np.arange(100) % 5 == 0
    questions = Questions(np.full((100, 1), SATISFIED), labels.astype(int), np.ones(100), np.arange(100))
    rates = compare_all(questions, how())[0].rates
    for rate, value in ((rates.sensitivity, 0.0), (rates.specificity, 1.0), (rates.kappa, 0.0)):
        assert (value, None, None) == rate[:3]
        assert "gave the same one answer throughout" in (rate.refusal or "")
    assert rates.failure_rate.low is not None
