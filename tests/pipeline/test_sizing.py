"""What clinicians read within their minutes: drawn by expected harm, never from the top of a list, never taken back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy import RoutingPolicy
from pipeline.chance import uniform
from pipeline.sizing import Sampled, Sizing, Unsized, draw_sample

POLICY = RoutingPolicy(double_rate=0.0)


def item(
    number: int, *, harm: float = 1.0, is_cleared: bool = False, minutes: float = 5.0, cell: str = "X-1 a"
) -> Unsized:
    name = f"item-{number}"
    return Unsized(name, is_cleared, harm, uniform(0, name), minutes, (cell,), 0.0)


def night(n: int = 400) -> list[Unsized]:
    """A quarter flagged as harmful, a quarter doubtful, the rest cleared."""
    return [item(n, harm=(20.0, 5.0, 1.0, 1.0)[n % 4], is_cleared=n % 4 > 1) for n in range(n)]


def drawn(items: list[Unsized], minutes: float, policy: RoutingPolicy = POLICY) -> tuple[dict[str, Sampled], Sizing]:
    sampled, sizing = draw_sample(items, minutes, policy)
    return {one.item_id: one for one in sampled}, sizing


def test_minutes_for_everything_read_everything_that_is_not_cleared() -> None:
    found, sizing = drawn(night(), 100_000)
    assert all(found[one.item_id].is_drawn for one in night() if not one.is_cleared)
    assert (0, 0.0) == (sizing.n_unreviewed, sizing.unreviewed_minutes)


@pytest.mark.parametrize("minutes", [200, 500, 800])
def test_what_is_drawn_takes_about_the_minutes_there_are(minutes: float) -> None:
    _, sizing = drawn(night(), minutes)
    assert minutes == pytest.approx(sizing.drawn_minutes, rel=0.25)
    assert 1000 == sizing.needed_minutes
    assert sizing.n_unreviewed > 0


def test_more_harm_is_likelier_to_be_read_and_nothing_is_without_a_chance() -> None:
    found, sizing = drawn(night(), 500)
    harmful, doubtful = (found[f"item-{n}"].inclusion_probability for n in (0, 1))
    assert harmful > doubtful > 0
    assert POLICY.least_chance == sizing.floor
    assert all(one.inclusion_probability > 0 for one in found.values())


def test_audits_go_to_every_criterion_and_candidate_alike() -> None:
    """A cell of ten items gets as many audits as one of ninety."""
    cleared = [item(n, is_cleared=True, cell="X-1 a" if n < 90 else "X-1 b") for n in range(100)]
    found, _ = drawn(cleared, 50)
    many, few = (sum(found[f"item-{n}"].inclusion_probability for n in some) for some in (range(90), range(90, 100)))
    assert few == pytest.approx(many, rel=0.05)


def test_a_share_of_what_is_drawn_is_read_twice() -> None:
    found, _ = drawn(night(2000), 100_000, RoutingPolicy(double_rate=0.175))
    read = [one for one in found.values() if one.is_drawn]
    assert 0.15 <= sum(one.is_double for one in read) / len(read) <= 0.20
    assert not any(one.is_double for one in found.values() if not one.is_drawn)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.floats(10, 5000), min_size=1, max_size=4))
def test_a_later_draw_takes_nobody_out_and_lowers_no_chance(budgets: list[float]) -> None:
    items = night(80)
    before: dict[str, Sampled] = {}
    for minutes in budgets:
        found, _ = drawn(items, minutes)
        for name, one in before.items():
            assert found[name].inclusion_probability >= one.inclusion_probability
            assert found[name].is_drawn >= one.is_drawn
        before = found
        items = [replace(one, chance_before=found[one.item_id].inclusion_probability) for one in items]


nights = st.lists(
    st.tuples(st.just(0.0) | st.floats(1e-6, 500), st.booleans(), st.floats(0.5, 60)), min_size=1, max_size=40
).map(
    lambda rows: [
        item(n, harm=harm, is_cleared=is_cleared, minutes=minutes) for n, (harm, is_cleared, minutes) in enumerate(rows)
    ]
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(nights, st.floats(1, 5000), st.floats(0.01, 1), st.integers(0, 9))
def test_every_chance_is_above_0_and_at_most_1_and_above_the_floor_and_drawn_by_the_seed_alone(
    items: list[Unsized], minutes: float, floor: float, seed: int
) -> None:
    policy = RoutingPolicy(least_chance=floor, seed=seed)
    found, sizing = drawn(items, minutes, policy)
    sent = [one for one in items if not one.is_cleared]
    assert all(0 < one.inclusion_probability <= 1 for one in found.values())
    assert sizing.floor <= floor
    assert all(found[one.item_id].inclusion_probability >= sizing.floor - 1e-12 for one in sent)
    assert all(found[one.item_id].is_drawn == (one.draw < found[one.item_id].inclusion_probability) for one in items)
    assert found == drawn(items, minutes, policy)[0]


def test_the_draw_does_not_depend_on_the_order_of_items() -> None:
    assert drawn(night(), 500)[0] == drawn(night()[::-1], 500)[0]


def test_a_night_with_nothing_to_read_is_drawn_too() -> None:
    assert ({}, 0) == ((found := drawn([], 60))[0], found[1].n_drawn)
