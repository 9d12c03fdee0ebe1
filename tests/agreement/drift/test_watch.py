"""The alarm over all anchors, on one budget of false alarms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.drift.watch import BUDGET, Watch, holm, watch
from agreement.estimate import Codes
from tests.oracles_certificates import holm as other_holm

CRITERIA = np.tile(np.arange(6), 100)
USUAL = np.arange(600) % 7 == 0


def watched(*nights: Codes, earlier: tuple[float, ...] = ()) -> Watch:
    return watch(np.array(nights).astype(int), np.arange(600), CRITERIA, earlier, 0.5)


def moved(n: int, of: Codes | None = None) -> Codes:
    """The usual night with n more violations, on criteria chosen."""
    free = np.flatnonzero(~USUAL) if of is None else np.flatnonzero(~USUAL & np.isin(CRITERIA, of))
    return (USUAL | np.isin(np.arange(600), free[:n])).astype(int)


def test_false_alarms_cost_one_night_in_a_hundred_at_most() -> None:
    assert pytest.approx(0.01) == sum(BUDGET)


def test_three_in_a_hundred_flips_one_way_alarm_the_same_night() -> None:
    found = watched(USUAL, moved(18))
    assert "18 of 600 anchors rose and 0 fell tonight (p = 7.6e-06)" == found.alarms[0]


def test_as_many_flips_either_way_alarm_nobody() -> None:
    tonight = moved(18)
    tonight[np.flatnonzero(USUAL)[:17]] = 0
    assert () == watched(USUAL, tonight).alarms


def test_a_criterion_that_moved_alone_is_named() -> None:
    tonight = moved(14, of=np.array([2]))
    tonight[np.flatnonzero(USUAL & (CRITERIA == 4))[:14]] = 0
    found = watched(USUAL, tonight)
    assert (2, 4) == found.moved
    assert ("2 criteria moved by themselves",) == found.alarms


def test_what_moves_slowly_is_caught_by_all_nights_together() -> None:
    """Each night one more anchor turns: no night shows it against those before, and all together do."""
    nights, p_values, alarms = [USUAL.astype(int)], (), list[tuple[str, ...]]()
    for step in range(1, 13):
        nights.append(moved(step))
        found = watched(*nights, earlier=p_values)
        p_values = found.p_values
        alarms.append(found.alarms)
    first = next(found for found in alarms if found)
    assert ["evidence over nights" in sentence for sentence in first] == [True]


def test_no_anchors_no_alarm() -> None:
    nothing = np.empty((2, 0), dtype=int)
    found = watch(nothing, np.empty(0, dtype=int), np.empty(0, dtype=int), (), 0.5)
    assert ((), (), 0) == (found.alarms, found.moved, found.overall.n_units)


def test_a_criterion_for_each_verdict_is_expected() -> None:
    with pytest.raises(ValueError, match="a criterion for each verdict"):
        watch(np.zeros((2, 3), dtype=int), np.arange(3), np.arange(2), (), 0.5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.01, 0.5))
def test_criteria_are_rejected_as_by_another_implementation(p_values: list[float], level: float) -> None:
    assert other_holm(np.array(p_values), level) == list(holm(np.array(p_values), level))


def test_by_hand() -> None:
    """0.01 <= 0.05 / 4 and 0.0166 <= 0.05 / 3, but 0.03 > 0.05 / 2, which ends it."""
    assert (0, 3) == holm(np.array([0.01, 0.03, 0.04, 0.0166]), 0.05)
