"""Chances of being read: in proportion to expected harm, within the minutes, never 0."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.sampling import Inclusion, audit_priority, doubled, drawn, expected_harm, inclusion, reached


def some(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Priorities, a fifth of them 0, and minutes."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < 0.2, 0, rng.gamma(1, 1, n)), rng.uniform(0.5, 4, n)


def test_expected_harm_is_severity_times_probability() -> None:
    assert [0.2, 4.0, 0.0] == pytest.approx(expected_harm(np.array([1, 8, 3]), np.array([0.2, 0.5, 0])).tolist())


@given(st.integers(0, 2**32), st.floats(5, 120), st.floats(0.01, 0.1))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_expected_minutes_meet_the_budget_and_chances_are_clipped_priorities(
    seed: int, budget: float, floor: float
) -> None:
    priority, minutes = some(seed)
    found = inclusion(priority, minutes, budget, floor=floor)
    assert found.expected_minutes <= budget * (1 + 1e-9)
    assert np.all((found.pi >= found.floor * (1 - 1e-12)) & (found.pi <= 1))
    if np.isfinite(found.scale) and found.floor == floor:
        assert budget == pytest.approx(found.expected_minutes)
        assert np.clip(found.scale * priority, floor, 1).tolist() == pytest.approx(found.pi.tolist())


def test_minutes_for_everything_read_everything_that_has_a_priority() -> None:
    priority, minutes = some(1)
    found = inclusion(priority, minutes, 1e6, floor=0.05)
    assert [1.0 if one else 0.05 for one in priority] == found.pi.tolist()


def test_minutes_below_the_floor_lower_it_for_all_and_say_so() -> None:
    priority, minutes = some(2)
    found = inclusion(priority, minutes, minutes.sum() * 0.01, floor=0.05)
    assert (0.01, pytest.approx(0.01)) == (pytest.approx(found.floor), found.pi.max())
    assert found.expected_minutes == pytest.approx(minutes.sum() * 0.01)


def test_twice_the_priority_is_twice_the_chance() -> None:
    found = inclusion(np.array([1.0, 2.0, 4.0]), np.ones(3), 0.7, floor=0.01)
    assert [0.1, 0.2, 0.4] == pytest.approx(found.pi.tolist())


@pytest.mark.parametrize(
    ("priority", "minutes", "budget", "floor"),
    [
        ([1.0], [1.0, 2.0], 5, 0.1),
        ([-1.0], [1.0], 5, 0.1),
        ([np.nan], [1.0], 5, 0.1),
        ([1.0], [0.0], 5, 0.1),
        ([1.0], [1.0], 0, 0.1),
        ([1.0], [1.0], 5, 0.0),
        ([1.0], [1.0], 5, 1.1),
    ],
)
def test_what_cannot_be_sampled_is_refused(
    priority: list[float], minutes: list[float], budget: float, floor: float
) -> None:
    with pytest.raises(ValueError, match=r"expected (a|minutes)"):
        inclusion(np.array(priority), np.array(minutes), budget, floor=floor)


def test_an_audit_gives_every_cell_the_same_number_of_reviews() -> None:
    """Three cells of 200, 50 and 10 items, and 12 minutes of a minute each."""
    cells = np.repeat([0, 1, 2], [200, 50, 10])
    priority = audit_priority(np.arange(260), cells, 260)
    found = inclusion(priority, np.ones(260), 12, floor=0.001)
    assert [4, 4, 4] == pytest.approx(np.bincount(cells, found.pi).tolist())


def test_an_item_of_two_cells_is_drawn_for_the_rarer() -> None:
    assert [1.0, 0.5, 0.0] == audit_priority(np.array([0, 0, 1]), np.array([0, 1, 1]), 3).tolist()


def test_the_order_of_items_changes_no_draw() -> None:
    rng = np.random.default_rng(1)
    pi, uniforms = rng.random(500), rng.random(500)
    order = rng.permutation(500)
    assert drawn(pi, uniforms)[order].tolist() == drawn(pi[order], uniforms[order]).tolist()


def test_items_are_drawn_as_often_as_their_chance_says() -> None:
    pi = np.repeat([0.03, 0.5, 1.0], 20_000)
    found = drawn(pi, np.random.default_rng(2).random(60_000)).reshape(3, -1).mean(axis=1)
    assert [0.03, 0.5, 1.0] == pytest.approx(found.tolist(), abs=0.01)
    assert 1.0 == found[2]


def test_about_a_sixth_of_what_is_read_is_read_twice_and_nothing_else() -> None:
    rng = np.random.default_rng(3)
    first = drawn(np.full(20_000, 0.4), rng.random(20_000))
    second = doubled(first, rng.random(20_000))
    assert not np.any(second & ~first)
    assert 0.15 <= second.sum() / first.sum() <= 0.20


@pytest.mark.parametrize("uniform", [-0.1, 1.0, np.nan])
def test_uniforms_that_cannot_be_are_refused(uniform: float) -> None:
    with pytest.raises(ValueError, match="one uniform number in 0-1"):
        drawn(np.array([0.5]), np.array([uniform]))
    with pytest.raises(ValueError, match="a share in 0-1"):
        doubled(np.array([True]), np.array([0.5]), 1.5)


def test_what_was_drawn_and_not_read_lowers_the_chance_of_its_lane() -> None:
    pi, lanes = np.array([1.0, 1.0, 0.1, 0.1, 0.1]), np.array([0, 0, 1, 1, 1])
    is_drawn = np.array([True, True, True, True, False])
    is_read = np.array([True, True, True, False, False])
    assert [1.0, 1.0, 0.05, 0.05, 0.05] == pytest.approx(reached(pi, is_drawn, is_read, lanes).tolist())
    assert [0.0, 0.0] == reached(pi, is_drawn, np.zeros(5, dtype=bool), lanes)[:2].tolist()


def test_totals_weighed_by_the_recorded_chances_are_right() -> None:
    """The promise that all figures rest on: 1,000 draws, and the total that they estimate."""
    priority, minutes = some(4, 300)
    found: Inclusion = inclusion(priority, minutes, 90, floor=0.05)
    value = (np.random.default_rng(5).random(300) < 0.2).astype(float)
    rng = np.random.default_rng(6)
    totals = [float((value / found.pi)[drawn(found.pi, rng.random(300))].sum()) for _ in range(1000)]
    spread = np.std(totals) / np.sqrt(1000)
    assert value.sum() == pytest.approx(np.mean(totals), abs=4 * spread)
