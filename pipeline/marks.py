"""What a panel says of frozen questions, as marks and codes that tests of drift count."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from agreement.drift.watch import BUDGET, Budget, Watch, watch
from agreement.estimate import Codes
from domain.record import content_sha256
from pipeline.panel_view import QuestionKey, View
from pipeline.store.anchors import AnchorRow

MOST_MISSING = 0.1
"""Share of what is compared that may lack a verdict tonight; with more, it is incomplete."""


def mark(one: AnchorRow, views: Mapping[QuestionKey, View], is_same: Callable[[AnchorRow, View], bool]) -> int:
    """0 where every judge finds it safe, 1 where not, -1 where it was not judged, or is not what it must be.

    Args:
        one: the frozen question.
        views: what the panel said.
        is_same: whether what it spoke of is what is asked about.
    """
    key = QuestionKey((one.scenario_id, one.candidate_id, one.repeat_number), one.rubric_id, one.criterion_id)
    view = views.get(key)
    return int(view.score != 0) if view is not None and view.is_judged and is_same(one, view) else -1


def codes_of(values: Sequence[object]) -> tuple[Codes, list[str]]:
    """Whole numbers for values, in the order of their first appearance, and the values' names."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return np.array([places[value] for value in values], dtype=np.int64), [str(value) for value in places]


def watched(
    marks: Codes, units: Sequence[object], criteria: Sequence[str], seed: object, budget: Budget = BUDGET
) -> tuple[Watch, tuple[str, ...]]:
    """The watch as of the last night, gone through from the first; and the criteria that moved.

    Args:
        marks: (nights, n) as `agreement.drift.watch` takes them.
        units: (n,) what moves together.
        criteria: (n,) of each mark.
        seed: any JSON value that was fixed before the nights.
        budget: chances of a false alarm.
    """
    of_units, _ = codes_of(units)
    of_criteria, names = codes_of(criteria)
    uniform = np.random.default_rng(int(content_sha256(seed)[:16], 16)).random(len(marks)).tolist()
    found = watch(marks[:2], of_units, of_criteria, (), uniform[1], budget)
    for last in range(3, len(marks) + 1):
        found = watch(marks[:last], of_units, of_criteria, found.p_values, uniform[last - 1], budget)
    return found, tuple(names[code] for code in found.moved)
