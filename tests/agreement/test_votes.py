"""What a panel is worth in independent votes."""

import numpy as np
import pytest

from agreement.design import design
from agreement.panel import CANNOT_TELL, NOT_APPLICABLE, SATISFIED, VIOLATED
from agreement.resample import Resampling
from agreement.votes import EffectiveVotes, effective_votes, errors, votes
from tests.oracles import mean_correlation


def found(marks: np.ndarray, rows_per_scenario: int = 1) -> EffectiveVotes:
    of = design(np.arange(len(marks)) // rows_per_scenario)
    return effective_votes(marks, of, Resampling(np.random.default_rng(1), 500))


def test_a_vote_says_violated_or_not_and_cannot_tell_is_none() -> None:
    verdicts = np.array([[VIOLATED, SATISFIED], [NOT_APPLICABLE, CANNOT_TELL], [-1, VIOLATED]])
    assert [[1, 0], [0, -1], [-1, 1]] == votes(verdicts).tolist()


def test_an_error_is_a_vote_that_differs_from_the_label() -> None:
    cast = np.array([[1, 0], [1, 0], [-1, 0], [1, 1]])
    assert [[0, 1], [1, 0], [-1, 1], [-1, -1]] == errors(cast, np.array([1, 0, 1, -1])).tolist()


def test_labels_must_match_votes() -> None:
    with pytest.raises(ValueError, match="one label a row"):
        errors(np.zeros((3, 2), dtype=int), np.array([1, 0]))


def test_judges_that_copy_each_other_are_one_vote() -> None:
    one = np.random.default_rng(2).integers(0, 2, 100)
    worth = found(np.column_stack([one] * 5))
    assert (5, 1.0, 1.0) == (worth.n_judges, worth.correlation.value, worth.n_effective.value)


def test_independent_judges_are_as_many_votes_as_judges() -> None:
    worth = found(np.random.default_rng(3).integers(0, 2, (5000, 4)))
    assert pytest.approx(4, abs=0.2) == worth.n_effective.value
    assert 4.0 == worth.n_effective.high


def test_judges_that_contradict_each_other_are_no_more_votes_than_judges() -> None:
    one = np.random.default_rng(2).integers(0, 2, 100)
    assert 2.0 == found(np.column_stack([one, 1 - one])).n_effective.value


def test_nine_judges_with_common_errors_are_two_votes() -> None:
    rng = np.random.default_rng(4)
    common = rng.random((4000, 1)) < 0.3
    own = rng.random((4000, 9)) < 0.3
    copies = rng.random((4000, 9)) < np.sqrt(0.4375)
    worth = found(np.where(copies, common, own).astype(int))
    assert pytest.approx(0.4375, abs=0.03) == worth.correlation.value
    assert pytest.approx(2.0, abs=0.1) == worth.n_effective.value


def test_good_judges_vote_alike_and_still_err_apart() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, 3000)
    cast = np.where(rng.random((3000, 3)) < 0.9, labels[:, None], 1 - labels[:, None])
    assert 1.6 > (found(cast).n_effective.value or 0)
    assert 2.8 < (found(errors(cast, labels)).n_effective.value or 0)


def test_the_correlation_is_numpys() -> None:
    marks = np.random.default_rng(6).integers(0, 2, (50, 3))
    marks[:30, 1] = marks[:30, 0]
    assert mean_correlation(marks) == pytest.approx(found(marks).correlation.value)


def test_a_judge_that_never_differs_leaves_the_number_of_votes_unknown() -> None:
    marks = np.column_stack([np.zeros(40, dtype=int), *np.random.default_rng(7).integers(0, 2, (2, 40))])
    worth = found(marks)
    assert (None, None) == (worth.correlation.value, worth.n_effective.value)
    assert "in 2 of 3 pairs of judges one never differs, so they have no correlation" == worth.n_effective.refusal


def test_without_a_question_in_common_nothing_is_estimated() -> None:
    worth = found(np.array([[1, -1], [-1, 0]]))
    assert "no question was answered by two judges" == worth.n_effective.refusal


def test_one_judge_is_no_panel() -> None:
    with pytest.raises(ValueError, match="two judges or more"):
        found(np.array([[1], [0]]))


def test_marks_are_0_1_or_none() -> None:
    with pytest.raises(ValueError, match="codes from 0 to 1"):
        found(np.array([[1, 2]]))
