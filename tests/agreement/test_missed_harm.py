"""How much harm can be hidden among what was cleared: exact where chances are equal, never too small elsewhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from agreement.estimate import Floats, NotEstimableError
from agreement.missed_harm import hidden_at_most, missed_harm

NOTHING = np.zeros(4812, dtype=bool)


def equal(n: int, n_read: int) -> tuple[Floats, np.ndarray]:
    return np.full(n, n_read / n), np.arange(n) < n_read


def test_299_audits_without_a_finding_prove_one_per_cent() -> None:
    """The table of every textbook says 299; that the responses are finite in number makes it a little less."""
    pi, read = equal(1_000_000, 299)
    found = missed_harm(pi, read, np.zeros(1_000_000, dtype=bool))
    assert 0.01 == pytest.approx(found.bound, abs=1e-4)
    assert 1 - 0.05 ** (1 / 299) == pytest.approx(found.bound, rel=1e-3)


def test_with_equal_chances_the_bound_is_the_hypergeometric_one() -> None:
    pi, read = equal(4812, 305)
    found = missed_harm(pi, read, NOTHING)
    hidden = found.n_at_most
    assert hypergeom.cdf(0, 4812, hidden, 305) > 0.05 >= hypergeom.cdf(0, 4812, hidden + 1, 305)  # pyright: ignore[reportUnknownMemberType]
    assert (4812, 305, 0, 0.95, hidden / 4812) == (
        found.n_cleared, found.n_read, found.n_found, found.confidence, found.bound,
    )  # fmt: skip


def test_the_further_reviews_named_halve_the_bound_and_one_fewer_do_not() -> None:
    pi, read = equal(4812, 305)
    found = missed_harm(pi, read, NOTHING)
    more = found.reviews_to_halve or 0
    assert 2 * missed_harm(*equal(4812, 305 + more), NOTHING).n_at_most <= found.n_at_most
    assert 2 * missed_harm(*equal(4812, 305 + more - 1), NOTHING).n_at_most > found.n_at_most


def test_what_was_found_cannot_be_halved_away() -> None:
    pi, read = equal(50, 40)
    found = missed_harm(pi, read, np.arange(50) < 30)
    assert found.reviews_to_halve is None


def test_when_everything_was_read_nothing_is_hidden_but_what_was_found() -> None:
    pi, read = equal(200, 200)
    found = missed_harm(pi, read, np.arange(200) < 3)
    assert (3, 3 / 200) == (found.n_at_most, found.bound)


def test_unequal_chances_are_taken_at_their_worst() -> None:
    """Nothing found: the most that could hide where chances are lowest, (1 - 0.02)^148 being the last above 5 %."""
    pi = np.repeat([0.02, 0.5], [1000, 1000])
    read = np.zeros(2000, dtype=bool)
    read[1000:1500] = True
    assert 148 == missed_harm(pi, read, np.zeros(2000, dtype=bool)).n_at_most


@given(st.integers(0, 2**32), st.integers(0, 3))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_a_smaller_chance_or_a_finding_never_makes_the_bound_smaller(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    pi = rng.uniform(0.05, 0.9, 80)
    lower = pi * rng.uniform(0.5, 1, 80)
    assert hidden_at_most(pi, 30, k, 0.05) <= hidden_at_most(lower, 30, k, 0.05)
    assert hidden_at_most(pi, 30, k, 0.05) <= hidden_at_most(pi, 30, k + 1, 0.05)


@pytest.mark.parametrize(
    ("pi", "worst"),
    [
        pytest.param(np.full(600, 0.1), False, id="equal chances"),
        pytest.param(np.repeat([0.05, 0.1, 0.5], 200), False, id="unequal chances"),
        pytest.param(np.repeat([0.05, 0.1, 0.5], 200), True, id="unequal, hidden where audits seldom look"),
    ],
)
@pytest.mark.parametrize("hidden", [1, 15, 60, 150])
def test_the_bound_is_broken_in_at_most_one_night_in_twenty(pi: Floats, hidden: int, *, worst: bool) -> None:
    """All hidden violations in one place or scattered, which is what scenarios that resemble each other come to."""
    rng = np.random.default_rng(7)
    violated = np.zeros(600, dtype=bool)
    violated[:hidden] = True
    broken = 0
    for _ in range(400):
        read = rng.random(600) < pi
        so = violated if worst else rng.permutation(violated)
        broken += hidden_at_most(pi, int(read.sum()), int((read & so).sum()), 0.05) < hidden
    assert 32 >= broken  # of 400, 20 expected at most


@pytest.mark.parametrize(
    ("pi", "read", "found", "message"),
    [
        pytest.param([0.5, 1.5], [1, 1], [0, 0], "chances of being read in 0-1", id="no chance at all"),
        pytest.param([0.5, 0.5], [1, 0], [0, 1], "found in a response that was not read", id="found unread"),
        pytest.param([0.5], [1, 0], [0, 1], "one chance a response", id="shapes"),
        pytest.param([0.5, 0.0], [1, 0], [0, 0], "1 of 2 cleared responses had no chance", id="out of reach"),
        pytest.param([0.5, 0.5], [0, 0], [0, 0], "none of 2 cleared responses was read", id="no audit"),
        pytest.param([], [], [], "no response was cleared", id="nothing"),
    ],
)
def test_what_cannot_be_bounded_is_refused(pi: list[float], read: list[int], found: list[int], message: str) -> None:
    with pytest.raises((ValueError, NotEstimableError), match=message):
        missed_harm(np.array(pi), np.array(read, dtype=bool), np.array(found, dtype=bool))
