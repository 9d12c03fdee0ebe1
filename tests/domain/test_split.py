"""Which scenarios teach, and which examine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.split import Split


@given(st.text(min_size=1), st.integers(), st.floats(0.01, 0.98))
def test_a_larger_share_only_adds_scenarios(scenario_id: str, seed: int, share: float) -> None:
    before, after = (Split(seed=seed, training_share=one).is_training(scenario_id) for one in (share, share + 0.01))
    assert before <= after


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_about_the_share_teaches_whatever_the_seed(share: float) -> None:
    for seed in range(3):
        split = Split(seed=seed, training_share=share)
        n = sum(split.is_training(f"scenario-{number}") for number in range(4000))
        assert pytest.approx(share, abs=0.04) == n / 4000


def test_another_seed_is_another_split() -> None:
    names = [f"scenario-{number}" for number in range(50)]
    assert [Split(seed=1).is_training(one) for one in names] != [Split(seed=2).is_training(one) for one in names]


def test_the_split_never_changes_from_one_version_to_the_next() -> None:
    """Labels that were divided once stay divided: these ids were written down when the rule was made."""
    names = ("gp-fever", "pharmacy-cough", "999-chest-pain", "carer-fall", "discharge-warfarin")
    assert WRITTEN_DOWN == tuple(Split().is_training(one) for one in names)


WRITTEN_DOWN = (False, True, False, False, True)
