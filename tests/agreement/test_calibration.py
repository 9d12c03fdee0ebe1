"""Which calibrator the labels carry, and probabilities for rows that it has not seen."""

import numpy as np
import pytest

from agreement.calibration import Kind, choose, choose_for, cross_fit, fit, folds
from agreement.design import design
from agreement.estimate import Floats, NotEstimableError


def labelled(n: int, violations: int, per_scenario: int = 1) -> tuple[Floats, Floats, np.ndarray]:
    """Scores in ten steps, the violations among the higher ones, in scenarios of some rows."""
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 11, n) / 10
    labels = np.zeros(n)
    labels[np.argsort(-scores + rng.normal(0, 0.3, n))[:violations]] = 1
    return scores, labels, np.arange(n) // per_scenario


@pytest.mark.parametrize(
    ("n", "n_violations", "n_scores", "kind", "why"),
    [
        pytest.param(300, 50, 4, "isotonic", "enough for any rising map", id="just enough for isotonic"),
        pytest.param(299, 50, 4, "platt", "enough for a logistic curve", id="one label short of isotonic"),
        pytest.param(300, 49, 4, "platt", "enough for a logistic curve", id="one violation short of isotonic"),
        pytest.param(20, 10, 4, "platt", "at least 10 of each", id="just enough for Platt"),
        pytest.param(5000, 9, 4, "venn_abers", "fewer than 10 of one kind", id="few violations"),
        pytest.param(60, 51, 4, "venn_abers", "fewer than 10 of one kind", id="few of the rest"),
        pytest.param(20, 1, 2, "venn_abers", "20 labels with 1 violations", id="just enough for any"),
        pytest.param(19, 9, 4, None, "fewer than 20 labels", id="too few labels"),
        pytest.param(400, 0, 4, None, "all labels are the same", id="no violation"),
        pytest.param(400, 400, 4, None, "all labels are the same", id="violations only"),
        pytest.param(400, 200, 1, None, "every response has the same score", id="one score"),
        pytest.param(0, 0, 0, None, "fewer than 20 labels", id="nothing"),
    ],
)
def test_the_counts_choose_the_kind_and_say_why(
    n: int, n_violations: int, n_scores: int, kind: Kind | None, why: str
) -> None:
    found = choose(n, n_violations, n_scores)
    assert kind == found.kind
    assert why in found.why


def test_counts_are_taken_from_scores_and_labels() -> None:
    assert choose(3, 1, 2) == choose_for(np.array([0.0, 0.5, 0.5]), np.array([1.0, 0.0, 0.0]))


def test_weights_undo_unequal_chances_of_being_seen() -> None:
    """Of 2,000 satisfied responses with a high score only a tenth was looked at."""
    scores = np.repeat([0.0, 1.0], [400, 600])
    labels = np.concatenate([np.zeros(400), np.ones(400), np.zeros(200)])
    weights = np.concatenate([np.ones(800), np.full(200, 10.0)])
    found = fit("isotonic", scores, labels, design(np.arange(1000), weights), "")
    assert pytest.approx(400 / 2400) == float(found.apply(np.array([1.0]))[0])


def test_no_scenario_is_in_two_folds_and_every_fold_has_violations() -> None:
    _, labels, scenarios = labelled(200, 20, per_scenario=4)
    found = folds(labels, design(scenarios), np.random.default_rng(2), 5)
    assert [1] * 50 == [len(np.unique(found[scenarios == one])) for one in range(50)]
    assert 40 * 5 == len(found)
    assert 0 < min(labels[found == number].sum() for number in range(5))


def test_a_row_is_not_in_its_own_calibrator() -> None:
    """Each scenario has a score of its own, so that a calibrator which had seen it would say what its label is."""
    scores = np.linspace(0, 1, 400)
    labels = (np.random.default_rng(3).random(400) < 0.5).astype(float)
    of = design(np.arange(400))
    seen = fit("isotonic", scores, labels, of, "").apply(scores)
    unseen = cross_fit("isotonic", scores, labels, of, np.random.default_rng(4))
    assert 0.25 > np.mean((seen - labels) ** 2)
    assert 0.25 <= np.mean((unseen - labels) ** 2)


def test_each_fold_gets_what_the_others_taught() -> None:
    scores, labels, scenarios = labelled(300, 100, per_scenario=3)
    of = design(scenarios, np.linspace(1, 5, 300))
    fold = folds(labels, of, np.random.default_rng(5), 4)
    found = cross_fit("platt", scores, labels, of, np.random.default_rng(5), n_folds=4)
    for number in range(4):
        others = fold != number
        taught = fit("platt", scores[others], labels[others], of.where(others), "")
        assert taught.apply(scores[~others]).tolist() == found[~others].tolist()


@pytest.mark.parametrize("violations", [0, 1, 40])
def test_folds_without_both_kinds_of_label_are_refused(violations: int) -> None:
    scores, labels, scenarios = labelled(40, violations)
    with pytest.raises(NotEstimableError, match="do not tell how scores relate to violations"):
        cross_fit("platt", scores, labels, design(scenarios), np.random.default_rng(1))


def test_fewer_scenarios_than_folds_are_refused() -> None:
    scores, labels, scenarios = labelled(40, 20, per_scenario=10)
    with pytest.raises(NotEstimableError, match="4 scenarios cannot be dealt to 5 folds"):
        cross_fit("platt", scores, labels, design(scenarios), np.random.default_rng(1))


def test_one_fold_is_refused() -> None:
    scores, labels, scenarios = labelled(40, 20)
    with pytest.raises(ValueError, match="two folds or more"):
        cross_fit("platt", scores, labels, design(scenarios), np.random.default_rng(1), n_folds=1)


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        pytest.param([0.1, 1.2], [0.0, 1.0], "scores in 0-1", id="score above 1"),
        pytest.param([0.1, np.nan], [0.0, 1.0], "scores in 0-1", id="score is no number"),
        pytest.param([0.1, 0.2], [0.0, 0.5], "labels that are 0 or 1", id="half a label"),
        pytest.param([0.1], [1.0], "a score and a label a row", id="too few"),
    ],
)
def test_scores_and_labels_that_cannot_be_are_refused(scores: list[float], labels: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit("platt", np.array(scores), np.array(labels), design(np.arange(2)), "")


def test_one_score_for_all_is_refused() -> None:
    with pytest.raises(NotEstimableError, match="4 labels with 2 violations and 1 different scores"):
        fit("platt", np.ones(4), np.array([0.0, 1.0, 0.0, 1.0]), design(np.arange(4)), "")
