"""Of several things that stand in the way, the exit code names that by which the others were measured."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from agreement.change import change
from agreement.drift.cause import Attribution
from agreement.drift.night import night
from agreement.drift.watch import watch
from agreement.proportion import proportion
from agreement.resample import Resampling
from pipeline.anchors import ClinicianArm, Comparison
from pipeline.gate.outcome import Looked, Outcome, gated
from pipeline.gate.reference import Reference
from pipeline.gate.whole import Whole
from pipeline.gate.wording import paragraph
from pipeline.gate.worse import Contrast

N = 100


def marks(n_flagged: int) -> np.ndarray:
    return np.array([int(number < n_flagged) for number in range(N)])


def anchors(*, judges: int = 10, clinicians: int | None = 10, is_complete: bool = True) -> Comparison:
    """Anchors of which ten were flagged and called violated at the freeze, and so many tonight."""
    units = np.arange(N)
    judged = watch(np.stack([marks(10), marks(judges)]), units, np.zeros(N, dtype=np.int64), (), 0.5)
    again = None
    if clinicians is not None:
        again = ClinicianArm(night(np.stack([marks(10), marks(clinicians)]), units), proportion(N, N))
    return Comparison(("n1", "n2"), (), judged, (), again, Attribution((), "", ""), is_complete)


def risen(rise: int) -> list[Contrast]:
    found = change(marks(10), marks(10 + rise), np.arange(N), Resampling(np.random.default_rng(1), 200))
    return [Contrast("a", "all", "", "n1", found, 0.001)]


def looked(**changes: Any) -> Looked:
    whole: dict[str, Any] = {
        "run_id": "n2", "provisional": False, "reference": Reference(("n1",), is_first=False),
        "whole": Whole(N, 0, 0, 0, 0, 0, 0.01), "candidate_ids": ["a"], "tests": risen(0), "n_changed": 0,
        "budgets": [], "anchors": anchors(),
    }  # fmt: skip
    return Looked(**{**whole, **changes})


def test_a_night_as_before_passes() -> None:
    found = gated(looked())
    assert ((Outcome.PASSED,), 0) == (found.outcomes, found.outcome.exit_code)
    said = paragraph(found)
    assert said.startswith("Run n2 passes.")
    assert "a +0.0 points, -3.6 to +3.6" in said


MOVED: dict[Outcome, dict[str, Any]] = {
    Outcome.JUDGES_MOVED: {"judges": 40},
    Outcome.INCOMPLETE: {"whole": Whole(N, 5, 0, 0, 0, 0, 0.01)},
    Outcome.CANDIDATE_WORSE: {"tests": risen(60)},
    Outcome.CLINICIANS_MOVED: {"clinicians": 40},
}
"""In order of precedence, and far enough that one does not explain the other."""


@pytest.mark.parametrize("which", [some for n in (1, 2, 3, 4) for some in combinations(MOVED, n)])
def test_the_first_by_precedence_decides_and_all_are_told(which: tuple[Outcome, ...]) -> None:
    changes: dict[str, Any] = {}
    for one in which:
        changes |= MOVED[one]
    of_anchors = {name: changes.pop(name) for name in ("judges", "clinicians") if name in changes}
    found = gated(looked(**changes, anchors=anchors(**of_anchors)))
    assert which == found.outcomes
    assert found.outcome.exit_code == {"judges_moved": 4, "incomplete": 3, "candidate_worse": 1}.get(which[0].value, 5)
    assert all(one.words in paragraph(found) for one in which)


def test_a_rise_that_the_judges_move_explains_is_not_the_candidates() -> None:
    found = gated(looked(tests=risen(25), anchors=anchors(judges=40)))
    assert (Outcome.JUDGES_MOVED,) == found.outcomes
    assert "which could be a stricter yardstick or a worse candidate" in paragraph(found)


def test_without_anchors_a_rise_is_the_candidates_and_the_reason_says_what_was_not_tested() -> None:
    found = gated(looked(tests=risen(60), anchors=None))
    assert (Outcome.CANDIDATE_WORSE,) == found.outcomes
    assert "The judges were not tested, so that theirs may be part of it." in paragraph(found)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"whole": Whole(N, 0, 2, 0, 0, 0, 0.01)}, "2 with a failed call"),
        ({"whole": Whole(N, 0, 0, 3, 0, 0, 0.01)}, "3 not asked that the earlier night has"),
        ({"whole": Whole(N, 0, 0, 0, 0, 11, 0.01)}, "judges gave no verdict"),
        ({"whole": Whole(N, 0, 0, 0, 5, 0, 0.01)}, "5 reused from earlier runs"),
        ({"whole": Whole(0, 0, 0, 0, 0, 0, 0.01)}, "0 responses"),
        ({"anchors": anchors(is_complete=False)}, "Too few anchors were judged"),
        ({"tests": [], "reference": Reference((), is_first=False, refusal="because")}, "not compared: because"),
        ({"tests": []}, "nothing is the same as in n1"),
    ],
)
def test_a_night_that_cannot_be_told_is_incomplete(changes: dict[str, Any], said: str) -> None:
    found = gated(looked(**changes))
    assert (Outcome.INCOMPLETE,) == found.outcomes
    assert said in paragraph(found)


def test_a_little_may_be_missing_and_the_first_night_passes_by_saying_so() -> None:
    assert (Outcome.PASSED,) == gated(looked(whole=Whole(N, 1, 0, 0, 0, 10, 0.01))).outcomes
    found = gated(looked(tests=[], reference=Reference((), is_first=True)))
    assert (Outcome.PASSED,) == found.outcomes
    assert "compared with nothing: comparisons begin with this night" in paragraph(found)


def test_a_candidate_that_no_earlier_night_has_is_named() -> None:
    found = gated(looked(candidate_ids=["a", "new"], n_changed=7))
    assert "Not compared, because no earlier night has it: new." in paragraph(found)
    assert "Left out: 7 questions whose scenario or criterion changed." in paragraph(found)
