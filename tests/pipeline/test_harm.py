"""The chance of a violation: calibrated where a judge was measured, by the votes alone elsewhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.harm import Votes, calibrated_chance, succession


@pytest.mark.parametrize(
    ("votes", "chance"),
    [([], 0.5), ([(1, 1)], 2 / 3), ([(0, 1)], 1 / 3), ([(1, 1), (0, 1)], 0.5), ([(2, 3), (1, 1)], 4 / 6)],
)
def test_by_the_votes_alone_nothing_is_certain(votes: list[Votes], chance: float) -> None:
    assert chance == pytest.approx(succession(votes))


@pytest.mark.parametrize(
    ("votes", "calibrated", "chance"),
    [
        pytest.param({"a": (1, 1)}, {"a": 0.9}, 0.9, id="one judge, calibrated"),
        pytest.param({"a": (1, 1), "b": (0, 1)}, {"a": 0.9, "b": 0.3}, 0.6, id="two, both calibrated"),
        pytest.param({"a": (1, 1), "b": (0, 1)}, {"a": 0.9}, (0.9 + 1 / 3) / 2, id="one of two"),
        pytest.param({"a": (1, 1), "b": (0, 1), "c": (0, 1)}, {"a": 0.9}, (0.9 + 2 / 4) / 3, id="one of three"),
        pytest.param({"a": (1, 1), "b": (0, 0)}, {"a": 0.9}, 0.9, id="no vote, no voice"),
    ],
)
def test_a_calibrated_judge_speaks_by_its_own_chance(
    votes: dict[str, Votes], calibrated: dict[str, float], chance: float
) -> None:
    assert chance == pytest.approx(calibrated_chance(votes, calibrated))


voted = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.integers(0, 5), st.integers(1, 5)).map(sorted).map(tuple), min_size=1
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(voted, st.dictionaries(st.sampled_from("abcd"), st.floats(0, 1)))
def test_it_is_a_probability_whatever_was_calibrated(votes: dict[str, Votes], chances: dict[str, float]) -> None:
    said = {judge_id: chance for judge_id, chance in chances.items() if judge_id in votes}
    assert 0 <= calibrated_chance(votes, said) <= 1
    assert 0 < succession(votes.values()) < 1
    assert said or calibrated_chance(votes, said) == pytest.approx(succession(votes.values()))
