"""One judge, asked again."""

import numpy as np
import pytest

from agreement.design import design
from agreement.proportion import proportion
from agreement.repeats import Steadiness, steadiness
from agreement.resample import Resampling


def found(
    values: list[list[int]], scenarios: list[int] | None = None, weights: list[float] | None = None
) -> Steadiness:
    of = design(np.arange(len(values)) if scenarios is None else np.array(scenarios), weights)
    return steadiness(np.array(values), 4, of, Resampling(np.random.default_rng(1), 200))


def test_a_flip_is_any_difference_and_disagreement_counts_pairs() -> None:
    steady = found([[0, 0, 0], [0, 0, 1], [0, 1, 2], [3, 3, -1]])
    assert (0.5, "exact") == (steady.flip_rate.value, steady.flip_rate.method)
    assert pytest.approx((0 + 2 / 3 + 1 + 0) / 4) == steady.disagreement.value


def test_with_two_repeats_both_are_the_same_exact_share() -> None:
    steady = found([[0, 0], [0, 1], [1, 1], [2, 2], [1, 1]])
    assert proportion(1, 5)[2:] == steady.flip_rate[:3]
    assert steady.flip_rate == steady.disagreement


def test_questions_answered_once_are_left_out() -> None:
    steady = found([[0, -1], [-1, -1], [1, 0], [1, 1]])
    assert (0.5, 2) == (steady.flip_rate.value, steady.flip_rate.n)


def test_questions_weigh_what_they_stand_for() -> None:
    assert 0.75 == found([[0, 1], [1, 1]], weights=[3.0, 1.0]).flip_rate.value


def test_a_judge_that_never_flips_has_an_upper_bound_from_its_scenarios() -> None:
    steady = found([[1, 1, 1]] * 60, scenarios=[row // 3 for row in range(60)])
    assert proportion(0, 20)[2:] == steady.flip_rate[:3] == steady.disagreement[:3]


def test_questions_of_one_scenario_are_resampled_together() -> None:
    rows = [[0, row // 6 % 2] for row in range(120)]
    steady = found(rows, scenarios=[row // 6 for row in range(120)])
    assert (0.5, 20, "bootstrap") == (steady.flip_rate.value, steady.flip_rate.n_scenarios, steady.flip_rate.method)
    assert 0.3 < (steady.flip_rate.high or 0) - (steady.flip_rate.low or 0)


def test_a_judge_that_was_asked_once_is_not_measured() -> None:
    steady = found([[0], [1]])
    assert (None, "no question was answered twice") == (steady.flip_rate.value, steady.flip_rate.refusal)


def test_codes_that_are_no_category_are_refused() -> None:
    with pytest.raises(ValueError, match="codes from 0 to 3"):
        found([[0, 4]])
