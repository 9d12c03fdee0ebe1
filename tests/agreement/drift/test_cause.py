"""Candidate worse, judges moved, clinicians moved: told apart, or not decided."""

import pytest

from agreement.drift.cause import Cause, Move, attribute

STEADY = Move(-0.01, 0.01, is_shown=False)
WORSE = Move(0.05, 0.09, is_shown=True)
STRICTER = Move(0.01, 0.03, is_shown=True)
MUCH_STRICTER = Move(0.04, 0.10, is_shown=True)
MILDER = Move(-0.06, -0.02, is_shown=True)
CANDIDATE, JUDGES, CLINICIANS, UNDECIDED = (
    Cause.CANDIDATE_WORSE,
    Cause.JUDGES_MOVED,
    Cause.CLINICIANS_MOVED,
    Cause.UNDECIDED,
)


@pytest.mark.parametrize(
    ("candidate", "judges", "clinicians", "causes"),
    [
        pytest.param(STEADY, STEADY, STEADY, (), id="nothing moved"),
        pytest.param(WORSE, STEADY, STEADY, (CANDIDATE,), id="the candidate alone"),
        pytest.param(STEADY, STRICTER, STEADY, (JUDGES,), id="the judges alone"),
        pytest.param(STEADY, STEADY, STRICTER, (CLINICIANS,), id="the clinicians alone"),
        pytest.param(WORSE, MUCH_STRICTER, STEADY, (UNDECIDED, JUDGES), id="stricter judges explain the rise"),
        pytest.param(WORSE, STRICTER, STEADY, (CANDIDATE, JUDGES), id="stricter judges do not explain all of it"),
        pytest.param(WORSE, STRICTER, STRICTER, (UNDECIDED, JUDGES, CLINICIANS), id="both together explain it"),
        pytest.param(STEADY, MILDER, STEADY, (CANDIDATE, JUDGES), id="what milder judges hid"),
        pytest.param(Move(-0.05, 0.01, is_shown=False), MILDER, STEADY, (UNDECIDED, JUDGES), id="what they may hide"),
        pytest.param(Move(-0.30, -0.20, is_shown=True), MILDER, STEADY, (JUDGES,), id="better beyond all doubt"),
        pytest.param(WORSE, None, STEADY, (UNDECIDED,), id="no anchors were judged"),
        pytest.param(WORSE, STEADY, None, (UNDECIDED,), id="no clinician read twice"),
        pytest.param(STEADY, None, None, (), id="nothing rose, nothing was tested"),
        pytest.param(None, STRICTER, None, (JUDGES,), id="the candidate was not compared"),
        pytest.param(Move(-0.09, -0.05, is_shown=True), STEADY, STEADY, (), id="the candidate got better"),
    ],
)
def test_what_moved_is_told_apart(
    candidate: Move | None, judges: Move | None, clinicians: Move | None, causes: tuple[Cause, ...]
) -> None:
    assert causes == attribute(candidate, judges, clinicians).causes


def test_the_reason_names_what_moved_how_and_how_far() -> None:
    assert attribute(WORSE, STRICTER, MILDER).reason == (
        "The judges became stricter (1.0% to 3.0% of anchors)."
        " The clinicians became milder (-6.0% to -2.0% of anchors)."
        " Violations changed by 5.0% to 9.0%, of which the candidate has 4.0% at least."
    )
    assert attribute(None, None, None).reason == "The candidate was not compared."


def test_a_yardstick_that_moved_is_always_named() -> None:
    for move in (STRICTER, MILDER, Move(-0.01, 0.01, is_shown=True)):
        assert JUDGES in attribute(STEADY, move, STEADY).causes
        assert CLINICIANS in attribute(WORSE, STEADY, move).causes
