"""Which anchors come back: drawn with a recorded chance, the same again by the same seed, none too early."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy import RoutingPolicy
from pipeline.rereading import Readable, draw_again, due, expected_minutes_again

NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=60)


def readable(number: int, minutes: float = 4.0, person_id: str = "dr-a") -> Readable:
    return Readable("spring", f"item-{number}", "first", person_id, minutes, LONG_AGO, is_waiting=False)


def anchors(n: int = 200) -> list[Readable]:
    return [readable(number) for number in range(n)]


policies = st.builds(
    RoutingPolicy,
    anchor_share=st.floats(0.001, 0.9),
    least_chance=st.floats(0.001, 1.0),
    seed=st.integers(0, 2**32),
)
items = st.lists(st.floats(0.5, 60.0), max_size=40).map(
    lambda each: [readable(number, minutes) for number, minutes in enumerate(each)]
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(items, st.floats(0.01, 5000.0), policies)
def test_every_chance_is_recorded_above_0_to_1_and_above_the_floor_where_minutes_reach(
    some: list[Readable], minutes: float, policy: RoutingPolicy
) -> None:
    reach = minutes * policy.anchor_share / sum(one.minutes for one in some) if some else 0.0
    for one in draw_again(some, "night", minutes, policy):
        assert 0 < one.inclusion_probability <= 1
        assert one.inclusion_probability >= min(policy.least_chance, reach, 1.0) - 1e-12
        assert 0 <= one.draw < one.inclusion_probability


@settings(derandomize=True, deadline=None, max_examples=50)
@given(items, st.floats(0.01, 5000.0), policies)
def test_the_same_seed_draws_the_same_whatever_the_order(
    some: list[Readable], minutes: float, policy: RoutingPolicy
) -> None:
    first, again = (draw_again(of, "night", minutes, policy) for of in (some, some[::-1]))
    assert {one.item_id for one in first} == {one.item_id for one in again}


def test_they_take_their_share_of_the_minutes_on_average() -> None:
    policy = RoutingPolicy(anchor_share=0.1)
    taken = [sum(one.of.minutes for one in draw_again(anchors(), f"n{n}", 2000, policy)) for n in range(40)]
    assert 200 == expected_minutes_again(anchors(), 2000, policy)
    assert sum(taken) / 40 == pytest.approx(200, rel=0.1)
    assert 12 == expected_minutes_again(anchors(3), 2000, policy)


def test_another_night_or_another_seed_draws_others() -> None:
    policy = RoutingPolicy(anchor_share=0.5)
    drawn = [
        {one.of.of_item_id for one in draw_again(anchors(), run_id, 800, policy.model_copy(update={"seed": seed}))}
        for run_id, seed in (("n1", 0), ("n2", 0), ("n1", 1))
    ]
    assert all(50 < len(one) < 150 for one in drawn)
    assert 3 == len({frozenset(one) for one in drawn})


@pytest.mark.parametrize(
    ("changes", "is_due"),
    [
        pytest.param({}, True, id="long ago"),
        pytest.param({"last_read_at": NOW - timedelta(days=28)}, True, id="on the day"),
        pytest.param({"last_read_at": NOW - timedelta(days=28) + timedelta(seconds=1)}, False, id="too early"),
        pytest.param({"is_waiting": True}, False, id="waits still"),
    ],
)
def test_nothing_comes_back_too_early_or_twice_at_once(changes: dict[str, object], is_due: bool) -> None:  # noqa: FBT001
    one = replace(readable(1), **changes)  # pyright: ignore[reportArgumentType]
    assert is_due == bool(due([one], RoutingPolicy(), NOW))


def test_a_share_of_nothing_sends_nothing() -> None:
    assert [] == draw_again(anchors(), "night", 1000, RoutingPolicy(anchor_share=0.0))
    assert [] == draw_again([], "night", 1000, RoutingPolicy())
