"""A candidate against itself on the anchors' scenarios, paired, judged by judges who did or did not move."""

from collections.abc import Iterable

import numpy as np
import pytest

from agreement.drift.cause import Cause, Move
from agreement.paired import mcnemar
from pipeline.anchors import Comparison, compare
from pipeline.candidate_arm import Answers, CandidateArm, candidate_arms
from pipeline.panel_view import QuestionKey, View
from tests.certified import anchor, key, view

SCENARIOS = [f"s{n:02}" for n in range(60)]
ANCHORS = [anchor(scenario_id=one, scenario_sha256="s", body_sha256="b") for one in SCENARIOS]
CANDIDATE, JUDGES, UNDECIDED = Cause.CANDIDATE_WORSE, Cause.JUDGES_MOVED, Cause.UNDECIDED
Views = dict[QuestionKey, View]
STEADY = Move(-0.01, 0.01, is_shown=False)


def answered(flagged: Iterable[str] = (), missing: Iterable[str] = (), **changes: str) -> Views:
    """New answers: other words than the frozen ones."""
    return {
        key(one): view(float(one in flagged), **{"body_sha256": "new", **changes})
        for one in SCENARIOS
        if one not in missing
    }


def arm(before: Views, tonight: Views, refusal: str = "") -> CandidateArm:
    [found] = candidate_arms(ANCHORS, Answers("n1", "n2", {"n1": before, "n2": tonight}, refusal))
    return found


def test_an_answer_that_fails_more_often_by_pairs_is_worse() -> None:
    found = arm(answered(SCENARIOS[50:]), answered(SCENARIOS[30:]))
    assert found.attributed(STEADY, None).causes == (CANDIDATE,)
    assert found.watch is not None
    assert (20, 0, 60) == (found.watch.overall.rose.k, found.watch.overall.fell.k, found.watch.overall.n_units)
    assert ("X-1",) == found.moved_criteria


def test_the_test_is_mcnemars() -> None:
    before, tonight = SCENARIOS[50:], SCENARIOS[40:58]
    found = arm(answered(before), answered(tonight)).watch
    assert found is not None
    first, second = (np.array([float(one in flagged) for one in SCENARIOS]) for flagged in (before, tonight))
    assert mcnemar(first, second).p == pytest.approx(found.overall.p_value)


@pytest.mark.parametrize(
    "tonight",
    [
        pytest.param(answered(SCENARIOS[50:]), id="the same again"),
        pytest.param(answered([*SCENARIOS[:10]]), id="others fail, as many"),
        pytest.param(answered(), id="better"),
        pytest.param(answered(SCENARIOS[48:]), id="two more"),
    ],
)
def test_what_is_not_shown_to_be_worse_is_not_blamed(tonight: Views) -> None:
    assert () == arm(answered(SCENARIOS[50:]), tonight).attributed(STEADY, None).causes


@pytest.mark.parametrize(
    ("judges", "causes"),
    [
        pytest.param(STEADY, (CANDIDATE,), id="judges as before"),
        pytest.param(Move(0.02, 0.10, is_shown=True), (CANDIDATE, JUDGES), id="a little stricter"),
        pytest.param(Move(0.20, 0.60, is_shown=True), (UNDECIDED, JUDGES), id="stricter judges could be all of it"),
        pytest.param(None, (UNDECIDED,), id="judges were not tested"),
    ],
)
def test_judges_who_moved_are_taken_off_the_rise(judges: Move | None, causes: tuple[Cause, ...]) -> None:
    assert causes == arm(answered(SCENARIOS[50:]), answered(SCENARIOS[20:])).attributed(judges, None).causes


def test_clinicians_who_moved_explain_no_rise_of_judges_verdicts() -> None:
    moved = Move(0.5, 0.6, is_shown=True)
    found = arm(answered(SCENARIOS[50:]), answered(SCENARIOS[30:])).attributed(STEADY, moved)
    assert (CANDIDATE, Cause.CLINICIANS_MOVED) == found.causes


@pytest.mark.parametrize(
    ("tonight", "said"),
    [
        (answered(missing=SCENARIOS[:7]), "7 of its 60 scenarios are not answered and judged whole in run n2"),
        (answered(criterion_sha256="another"), "60 of its 60 scenarios"),
        (answered(scenario_sha256="another"), "60 of its 60 scenarios"),
    ],
)
def test_what_cannot_be_paired_is_refused_with_the_reason(tonight: Views, said: str) -> None:
    found = arm(answered(), tonight)
    assert said in found.refusal
    assert found.watch is None
    assert f"a: not compared, because {found.refusal}." == found.attributed(STEADY, None).reason


def test_one_criterion_that_became_worse_is_seen_among_many_that_became_better() -> None:
    """A candidate that trades one harm for others is not let off by the sum."""
    both = [*ANCHORS, *(anchor(scenario_id=one, criterion_id="X-2", scenario_sha256="s") for one in SCENARIOS)]

    def night(first: Iterable[str], second: Iterable[str]) -> Views:
        return answered(first) | {key(one, "X-2"): view(float(one in second), body_sha256="new") for one in SCENARIOS}

    nights = {"n1": night(SCENARIOS[30:], ()), "n2": night((), SCENARIOS[:30])}
    [found] = candidate_arms(both, Answers("n1", "n2", nights))
    assert found.attributed(STEADY, None).causes == (CANDIDATE,)
    assert "X-2" in found.moved_criteria


def compared(tonight: Views) -> Comparison:
    frozen = {one: view(float(one.response[0] >= "s50"), body_sha256="b") for one in answered()}
    nights = {"n1": frozen, "n2": frozen}
    answers = Answers("m1", "m2", {"m1": answered(SCENARIOS[50:]), "m2": tonight})
    return compare(ANCHORS, nights, [], answers)


def test_all_three_arms_stand_side_by_side() -> None:
    found = compared(answered(SCENARIOS[30:]))
    assert ((CANDIDATE,), True) == (found.attribution.causes, found.is_complete)
    assert "a: Violations changed by" in found.attribution.reason
    assert [] == list(found.judges.alarms)
    assert found.clinicians is None


def test_a_candidate_that_could_not_be_compared_leaves_the_night_incomplete() -> None:
    assert not compared(answered(missing=SCENARIOS[:30])).is_complete
