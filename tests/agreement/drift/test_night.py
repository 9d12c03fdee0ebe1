"""Tonight against the nights before, on anchors: exact, and deaf to flips that go both ways."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.drift.night import Night, night
from agreement.estimate import Codes
from tests.oracles_certificates import two_sided_binomial


def flipped(n: int, rose: int, fell: int) -> Codes:
    """Two nights of n verdicts, half of them violated before."""
    before = (np.arange(n) >= n // 2).astype(int)
    tonight = before.copy()
    tonight[:rose] = 1
    tonight[n // 2 : n // 2 + fell] = 0
    return np.array([before, tonight])


def apart(marks: Codes) -> Night:
    return night(marks, np.arange(len(marks[0])))


@pytest.mark.parametrize(("rose", "fell"), [(18, 0), (0, 18), (24, 6), (5, 5), (1, 0), (0, 0), (12, 30)])
def test_with_one_night_before_it_is_mcnemars_exact_test(rose: int, fell: int) -> None:
    found = apart(flipped(600, rose, fell))
    expected = two_sided_binomial(rose, rose + fell) if rose + fell else 1.0
    assert pytest.approx(expected, abs=1e-12) == found.p_value
    assert (rose, fell, 600) == (found.rose.k, found.fell.k, found.n_units)
    assert (rose - fell) / 600 == found.net.value


def test_eighteen_flips_one_way_by_hand() -> None:
    assert pytest.approx(2 * 0.5**18, rel=1e-6) == apart(flipped(600, 18, 0)).p_value


@settings(deadline=None)
@given(
    marks=st.lists(st.lists(st.integers(-1, 1), min_size=6, max_size=6), min_size=2, max_size=4),
    units=st.lists(st.integers(0, 3), min_size=6, max_size=6),
)
def test_it_is_the_share_of_all_choices_of_a_night_for_each_unit(marks: list[list[int]], units: list[int]) -> None:
    values, of = np.array(marks), np.array(units)
    columns = [values[:, of == unit] for unit in np.unique(of)]
    bags = [[row.sum() for row in column if (row >= 0).all()] for column in columns if (column[-1] >= 0).all()]
    bags = [bag for bag in bags if len(bag) > 1]
    tonight = sum(bag[-1] for bag in bags)
    every = [sum(choice) for choice in product(*bags)]
    found = night(values, of)
    assert pytest.approx(np.mean([one >= tonight for one in every])) == found.p_above
    assert pytest.approx(np.mean([one == tonight for one in every])) == found.p_at
    assert (len(bags), len(columns) - len(bags)) == (found.n_units, found.n_missing)


def test_verdicts_that_flip_together_count_once() -> None:
    marks = flipped(40, 8, 0)
    assert pytest.approx(2 * 0.5**8) == apart(marks).p_value
    together = night(marks, np.arange(40) // 4)
    assert (2, 10) == (together.rose.k, together.n_units)
    assert pytest.approx(2 * 0.5**2) == together.p_value


def test_more_nights_before_make_it_sharper() -> None:
    """A judge that flips one verdict in a hundred at random, and tonight 18 of 600 one way besides."""
    rng = np.random.default_rng(3)
    usual = np.arange(600) % 5 == 0
    nights = usual ^ (rng.random((9, 600)) < 0.01)
    nights[-1, np.flatnonzero(~usual)[:18]] = True
    marks = nights.astype(int)
    assert apart(marks).p_value < apart(marks[-2:]).p_value < 0.1


def test_a_failed_judgement_is_left_out_and_counted() -> None:
    marks = flipped(10, 3, 0)
    marks[1, 0] = -1
    found = apart(marks)
    assert (9, 1, 2) == (found.n_units, found.n_missing, found.rose.k)


def test_the_interval_of_the_net_move_does_not_vanish_where_nothing_flipped() -> None:
    found = apart(flipped(600, 0, 0)).net
    assert 0 == found.value
    assert pytest.approx(0.0073, abs=2e-4) == found.high == -(found.low or 0)


def test_the_interval_of_the_net_move_holds_it() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(200):
        before = rng.random(200) < 0.3
        rises, falls = rng.random(200) < 0.10, rng.random(200) < 0.05
        net = apart(np.array([before, (before & ~falls) | (~before & rises)]).astype(int)).net
        held += (net.low or 0) <= 0.7 * 0.10 - 0.3 * 0.05 <= (net.high or 0)
    assert 190 <= held


def test_where_nothing_can_be_compared_nothing_is_said() -> None:
    found = apart(np.array([[-1, -1], [1, 0]]))
    assert (0, 2, 1.0) == (found.n_units, found.n_missing, found.p_value)
    assert "no anchor was judged both tonight and before" == found.net.refusal


@pytest.mark.parametrize(
    ("marks", "units", "message"),
    [
        ([[0, 1]], [0, 1], "two nights or more"),
        ([[0, 1], [0, 1]], [0], "a unit for each verdict"),
        ([[0, 2], [0, 1]], [0, 1], "marks that are 1, 0 or -1"),
    ],
)
def test_what_cannot_be_compared_is_refused(marks: list[list[int]], units: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        night(np.array(marks), np.array(units))
