"""Rows that a binomial test may count."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agreement.certificate.sample import independent_rows
from agreement.design import design


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_where_everything_was_read_once_every_row_stays() -> None:
    assert list(range(40)) == independent_rows(design(np.arange(40)), rng()).tolist()


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(1, 50)), min_size=1, max_size=60), st.integers(0, 9))
def test_no_scenario_is_counted_twice(rows: list[tuple[int, float]], seed: int) -> None:
    of = design(np.array([scenario for scenario, _ in rows]), [weight for _, weight in rows])
    drawn = independent_rows(of, rng(seed))
    assert len(drawn) == len(np.unique(of.scenarios[drawn])) >= 1
    assert drawn.tolist() == sorted(drawn)


def test_every_response_of_a_scenario_has_the_same_chance() -> None:
    of = design(np.repeat(np.arange(4000), 5))
    places = independent_rows(of, rng()) % 5
    assert np.all(np.abs(np.bincount(places) / 4000 - 0.2) < 0.03)


def test_rows_that_were_surely_read_are_thinned_to_the_chance_of_the_rarest() -> None:
    """Read with the chances 1 and 0.1: of 10,000 of each, a tenth of the former may count, and all of the latter."""
    weights = np.repeat([1.0, 10.0], [10_000, 1_000])
    drawn = independent_rows(design(np.arange(11_000), weights), rng())
    assert 1_000 == np.sum(drawn >= 10_000)
    assert abs(np.sum(drawn < 10_000) - 1_000) < 150


def test_the_same_seed_draws_the_same() -> None:
    of = design(np.repeat(np.arange(50), 3), np.linspace(1, 3, 150))
    assert independent_rows(of, rng(3)).tolist() == independent_rows(of, rng(3)).tolist()
    assert independent_rows(of, rng(3)).tolist() != independent_rows(of, rng(4)).tolist()


def test_of_nothing_nothing_is_drawn() -> None:
    assert [] == independent_rows(design(np.array([], dtype=int)), rng()).tolist()
