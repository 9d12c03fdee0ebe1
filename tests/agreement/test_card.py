"""One judge on one criterion, counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.card import Answers, Card, Repeats, lacking, measure
from agreement.design import design
from agreement.resample import Resampling


def card(
    labels: list[int], said: list[int], scenarios: list[int] | None = None, weights: list[float] | None = None,
    scores: list[float] | None = None,
) -> Card:  # fmt: skip
    of = design(np.array(scenarios or range(len(labels))), weights)
    given_scores = scores or [np.nan if one < 0 else float(one) for one in said]
    answers = Answers(np.array(labels, dtype=float), np.array(given_scores), np.array(said), of)
    repeats = Repeats(np.array([[1 - max(one, 0)] for one in said]), of)
    return measure(answers, repeats, "sha", Resampling(np.random.default_rng(1), replicates=200))


def test_sensitivity_and_specificity_are_of_the_labels_on_which_the_judge_answered() -> None:
    found = card([1] * 10 + [0] * 20, [1] * 6 + [0] * 2 + [-1] * 2 + [0] * 15 + [1] * 4 + [-1])
    assert (30, 10, 3) == (found.n, found.n_violations, found.n_abstained)
    assert pytest.approx(6 / 8) == found.sensitivity.value
    assert pytest.approx(15 / 19) == found.specificity.value
    assert ("exact", 8) == (found.sensitivity.method, found.sensitivity.n)


def test_a_label_stands_for_as_many_as_its_weight_says() -> None:
    found = card([1, 1] + [0] * 20, [1, 0] + [0] * 20, weights=[1.0, 9.0] + [1.0] * 20)
    assert pytest.approx(0.1) == found.sensitivity.value


@pytest.mark.parametrize(
    ("labels", "said", "name", "reason"),
    [
        ([0] * 25, [0] * 25, "sensitivity", "no label says violated"),
        ([1] * 25, [1] * 25, "specificity", "no label says not violated"),
        ([1] * 5 + [0] * 20, [-1] * 5 + [0] * 20, "sensitivity", "of 5 labels that say violated, the judge"),
        ([1] * 5 + [0] * 20, [0] * 25, "ece", "every response has the same score"),
        ([1] * 5 + [0] * 10, [1] * 5 + [0] * 10, "brier", "fewer than 20 labels"),
        ([1] * 5 + [0] * 20, [1] * 5 + [0] * 20, "flip_rate", "no question was answered twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused_with_the_reason(
    labels: list[int], said: list[int], name: str, reason: str
) -> None:
    found = getattr(card(labels, said), name)
    assert (None, None, None) == found[:3]
    assert reason in found.refusal


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0), ("20 more labels", "1 more violation among the labels", "1 more label that says not violated",
                     "10 more scenarios among the labels, for an interval")),
        ((19, 3, 12), ("1 more label",)),
        ((40, 0, 12), ("1 more violation among the labels",)),
        ((40, 40, 9), ("1 more label that says not violated", "1 more scenario among the labels, for an interval")),
        ((20, 1, 10), ()),
    ],
)  # fmt: skip
def test_how_many_labels_would_lift_it(counts: tuple[int, int, int], expected: tuple[str, ...]) -> None:
    assert expected == lacking(*counts)


def test_nineteen_labels_are_not_measured_and_twenty_are() -> None:
    assert not card([1] * 5 + [0] * 14, [1] * 5 + [0] * 14).is_measured
    assert card([1] * 5 + [0] * 15, [1] * 5 + [0] * 15).is_measured


def test_three_hundred_labels_carry_an_isotonic_map_fewer_a_curve_and_a_rare_violation_an_interval() -> None:
    rng = np.random.default_rng(4)
    labels = (rng.random(400) < 0.4).astype(int).tolist()
    scores = np.clip(np.round((0.5 * np.array(labels) + rng.random(400) / 2) * 5) / 5, 0, 1).tolist()
    said = [int(one > 0.5) for one in scores]
    kinds = [
        card(labels, said, scores=scores).kind,
        card(labels[:100], said[:100], scores=scores[:100]).kind,
        card([1] * 4 + [0] * 40, [1, 1, 1, 0] + [0] * 40).kind,
    ]
    assert ["isotonic", "platt", "venn_abers"] == kinds


def test_repeats_that_differ_are_counted_over_all_questions_labelled_or_not() -> None:
    of = design(np.arange(4))
    answers = Answers(np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([1, 0]), design(np.arange(2)))
    repeats = Repeats(np.array([[0, 0], [1, 0], [1, 1], [-1, 1]]), of)
    found = measure(answers, repeats, "sha", Resampling(np.random.default_rng(1)))
    assert pytest.approx(1 / 3) == found.flip_rate.value


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-1, 1), st.integers(0, 12)), min_size=1, max_size=60))
def test_no_labels_whatever_give_a_probability_outside_of_what_one_is(rows: list[tuple[int, int, int]]) -> None:
    labels, said, scenarios = (list(column) for column in zip(*rows, strict=True))
    found = card(labels, said, scenarios)
    for one in (found.sensitivity, found.specificity, found.flip_rate, found.ece, found.brier):
        assert one.value is None or 0 <= one.value <= 1
        assert (one.value is None) <= (one.refusal is not None)
    if found.calibrator is not None:
        low, high = found.calibrator.apply(np.array([0.0, 1.0]))
        assert 0 <= low <= high <= 1


def test_what_labels_say_at_each_score_is_kept_and_equal_scores_are_never_parted() -> None:
    scores = [0.0] * 12 + [0.5] * 8 + [1.0] * 10
    labels = [0] * 11 + [1] + [0] * 4 + [1] * 4 + [1] * 10
    points = card(labels, [int(one > 0.5) for one in scores], scores=scores).points
    assert [(0.0, 12), (0.5, 8), (1.0, 10)] == [(one.predicted, one.observed.n) for one in points]
    assert [1 / 12, 1 / 2, 1.0] == pytest.approx([one.observed.value or 0 for one in points])
    assert all(one.observed.low is not None and one.observed.method == "exact" for one in points)


def test_a_judge_that_never_answered_has_no_point() -> None:
    assert () == card([1] * 5 + [0] * 20, [-1] * 25).points
