"""Candidates, or nights, compared on the same scenarios."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from agreement.difference import differences
from agreement.estimate import Codes, Floats
from agreement.failure import Responses
from agreement.many import benjamini_yekutieli, holm
from agreement.resample import Resampling


def how(replicates: int = 400) -> Resampling:
    return Resampling(np.random.default_rng(1), replicates)


def drawn(rng: np.random.Generator, rates: tuple[float, ...], scenarios: int = 400) -> tuple[Responses, Codes]:
    """One response of each side to each scenario; hard scenarios are hard for all."""
    hard = rng.normal(size=(scenarios, 1))
    state = 0.7 * hard + np.sqrt(1 - 0.49) * rng.normal(size=(scenarios, len(rates)))
    failed = state > norm.ppf(1 - np.array(rates))  # pyright: ignore[reportUnknownMemberType]
    expected: Floats = expit(3 * (state - 1 + 0.5 * rng.normal(size=state.shape)))
    pi = np.clip(expected + 0.3, 0.3, 1)
    labels = np.where(rng.random(pi.shape) < pi, failed, -1)
    side = np.tile(np.arange(len(rates)), scenarios)
    return Responses(labels.ravel(), expected.ravel(), pi.ravel(), np.repeat(np.arange(scenarios), len(rates))), side


def test_a_difference_is_what_one_works_out_by_hand() -> None:
    """All read: the first failed 12 of 20 scenarios, the second 3 of the same."""
    labels = np.column_stack([np.arange(20) < 12, np.arange(20) < 3]).astype(int).ravel()
    of = Responses(labels, np.full(40, 0.2), np.ones(40), np.repeat(np.arange(20), 2))
    (found,) = differences(of, np.tile([0, 1], 20), how())
    assert (0, 1, pytest.approx(9 / 20)) == (found.first, found.second, found.difference.value)
    assert (found.difference.low or 0) > 0
    assert 0.01 > (found.p or 1)


def test_a_worse_candidate_is_found_and_equal_ones_are_not_told_apart() -> None:
    of, side = drawn(np.random.default_rng(2), (0.3, 0.15, 0.15))
    first, second, third = differences(of, side, how())
    assert 0.15 == pytest.approx(first.difference.value, abs=0.08)
    assert 0.001 > (first.holm_p or 1)
    assert 0.001 > (second.holm_p or 1)
    assert 0.05 < (third.p or 0)


def test_only_scenarios_that_both_answered_count() -> None:
    of, side = drawn(np.random.default_rng(3), (0.3, 0.2), 60)
    kept = (side == 0) | (of.scenarios < 30)
    (found,) = differences(of.where(kept), side[kept], how())
    (alone,) = differences(of.where(of.scenarios < 30), side[of.scenarios < 30], how())
    assert alone.difference.value == found.difference.value


def test_without_a_common_scenario_nothing_is_compared() -> None:
    of, side = drawn(np.random.default_rng(3), (0.3, 0.2), 60)
    kept = (side == 0) == (of.scenarios < 30)
    (found,) = differences(of.where(kept), side[kept], how())
    assert ("no scenario was answered by both", None, None) == (found.difference.refusal, found.p, found.holm_p)


def test_a_side_out_of_reach_is_refused() -> None:
    of, side = drawn(np.random.default_rng(3), (0.3, 0.2), 60)
    unread = of._replace(labels=np.where(side == 1, -1, of.labels), pi=np.where(side == 1, 0, of.pi))
    (found,) = differences(unread, side, how())
    assert "60 of 120 responses had no chance of being read" in (found.difference.refusal or "")
    assert (60, None) == (found.difference.reviews_needed, found.p)


def test_looking_at_many_is_paid_for() -> None:
    of, side = drawn(np.random.default_rng(4), (0.2, 0.2, 0.3, 0.25))
    found = differences(of, side, how())
    p = np.array([one.p for one in found], dtype=float)
    assert 6 == len(found)
    assert holm(p).tolist() == pytest.approx([one.holm_p for one in found])
    assert benjamini_yekutieli(p).tolist() == pytest.approx([one.by_p for one in found])


def test_an_interval_leaves_0_out_just_where_p_is_small() -> None:
    for seed in range(30):
        of, side = drawn(np.random.default_rng(seed), (0.3, 0.2), 120)
        (found,) = differences(of, side, how())
        low, high = found.difference.low or 0, found.difference.high or 0
        assert ((found.p or 0) < 0.05) is (low > 0 or high < 0)


def test_pairing_on_hard_scenarios_narrows_the_interval() -> None:
    of, side = drawn(np.random.default_rng(5), (0.4, 0.4), 600)
    everything = of._replace(labels=(of.labels == 1).astype(int), pi=np.ones(1200))
    hard = np.repeat(np.random.default_rng(6).random(600) < 0.4, 2)
    alike = everything._replace(labels=hard.astype(int) ^ (np.random.default_rng(7).random(1200) < 0.05))
    apart = everything._replace(labels=(np.random.default_rng(8).random(1200) < 0.4).astype(int))
    widths = [
        (one.high or 0) - (one.low or 0) for one in (differences(x, side, how())[0].difference for x in (alike, apart))
    ]
    assert widths[0] < 0.7 * widths[1]


def test_equal_candidates_are_called_different_at_most_one_time_in_twenty() -> None:
    called = 0
    for seed in range(150):
        of, side = drawn(np.random.default_rng([seed, 9]), (0.2, 0.2), 250)
        called += (differences(of, side, how(200))[0].p or 0) < 0.05
    assert 15 >= called  # of 150, 7.5 expected


def test_sides_must_match_responses() -> None:
    of, side = drawn(np.random.default_rng(3), (0.3, 0.2), 20)
    with pytest.raises(ValueError, match="one side a response"):
        differences(of, side[:-1], how())
