"""The alarm: tonight over all anchors and by criterion, and all nights together, on one budget of false alarms."""

from typing import NamedTuple

import numpy as np

from agreement.drift.night import Night, night
from agreement.drift.sequence import evidence, smoothed
from agreement.estimate import Codes, Floats


class Budget(NamedTuple):
    """Chances of a false alarm, a night; together at most one in a hundred nights, on average."""

    overall: float = 0.006
    by_criterion: float = 0.002
    """For all criteria together."""
    sequence: float = 0.002
    """The evidence over nights alarms at 1 / this: 500 nights from one false alarm to the next."""


BUDGET = Budget()


class Watch(NamedTuple):
    """What the anchors say tonight."""

    overall: Night
    by_criterion: tuple[Night, ...]
    moved: tuple[int, ...]
    """Criteria, by their code, on which the judges moved."""
    p_values: tuple[float, ...]
    """Of the nights since the freeze, one-sided and smoothed, for the next night."""
    evidence: float
    """Gathered over all nights."""
    alarms: tuple[str, ...]
    """One sentence for each test that alarms; none where nothing is shown to have moved."""


def watch(
    marks: Codes, units: Codes, criteria: Codes, earlier: tuple[float, ...], uniform: float, budget: Budget = BUDGET
) -> Watch:
    """Compare tonight with all nights before, over all anchors and by criterion, and look at all nights together.

    After an alarm that somebody confirmed, begin anew: give only the nights since, and nothing earlier.

    Args:
        marks: (nights, n) as `night.night` takes them, the first at which the anchors were frozen.
        units: (n,) as `night.night` takes them.
        criteria: (n,) code of each verdict's criterion, 0 upwards without gaps.
        earlier: `Watch.p_values` of the night before; empty for the first after the freeze.
        uniform: in 0-1, from a seed fixed at the freeze.
        budget: chances of a false alarm.

    Raises:
        ValueError: as `night.night`; or criteria have another shape.

    Source: for many criteria Holm (1979), Scandinavian Journal of Statistics 6:65-70; the rest in `night`, `sequence`.
    """
    if criteria.shape != units.shape:
        raise ValueError(f"expected a criterion for each verdict, got shapes {criteria.shape} and {units.shape}")
    tonight = night(marks, units)
    apart = [night(marks[:, criteria == code], units[criteria == code]) for code in range(criteria.max(initial=-1) + 1)]
    moved = holm(np.array([one.p_value for one in apart]), budget.by_criterion)
    p_values = (*earlier, smoothed(tonight.p_above, tonight.p_at, uniform))
    gathered = float(evidence(np.array(p_values))[-1])
    return Watch(tonight, tuple(apart), moved, p_values, gathered, _alarms(tonight, moved, gathered, budget))


def holm(p_values: Floats, level: float) -> tuple[int, ...]:
    """Places that are rejected with a chance of one error or more of level at most, rising (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    passed = p_values[order] <= level / np.arange(len(p_values), 0, -1)
    n = int(np.argmin(np.append(passed, [False])))
    return tuple(sorted(order[:n].tolist()))


def _alarms(tonight: Night, moved: tuple[int, ...], gathered: float, budget: Budget) -> tuple[str, ...]:
    flips = f"{tonight.rose.k} of {tonight.n_units} anchors rose and {tonight.fell.k} fell"
    enough = 1 / budget.sequence
    said = {
        f"{flips} tonight (p = {tonight.p_value:.2g})": tonight.p_value <= budget.overall,
        "1 criterion moved by itself" if len(moved) == 1 else f"{len(moved)} criteria moved by themselves": bool(moved),
        f"evidence over nights is {gathered:.3g}, where {enough:.0f} alarms": gathered >= enough,
    }
    return tuple(sentence for sentence, is_alarm in said.items() if is_alarm)
