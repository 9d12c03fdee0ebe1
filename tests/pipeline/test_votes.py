"""One vote for each judge over its repeats, and when the second stage of a cascade is asked."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.severity import Severity
from domain.verdict import FailureKind, Finding, JudgeFailure, Verdict, VerdictValue
from pipeline.votes import Vote, votes_of, why_second_stage

YES, NO, NOT_APPLICABLE, UNSURE = (
    VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL
)  # fmt: skip
FAILED = FailureKind.MALFORMED
Says = VerdictValue | FailureKind


def findings(*says: Says, judge_id: str = "j") -> list[Finding]:
    return [_finding(judge_id, one, repeat) for repeat, one in enumerate(says)]


def _finding(judge_id: str, says: Says, repeat: int) -> Finding:
    if isinstance(says, FailureKind):
        return JudgeFailure(judge_id, "r1", "X-1", says, Severity.MINOR, "", repeat)
    return Verdict(judge_id, "r1", "X-1", says, Severity.MINOR, "", repeat=repeat)


def vote(*says: Says, of: int | None = None, severity: Severity = Severity.CONSIDERABLE) -> Vote:
    return votes_of(findings(*says), {"j": of or len(says)}, severity)[0]


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ((NO,), (NO, 1.0)),
        ((NO, NO, NO), (NO, 1.0)),
        ((NO, NO, YES), (NO, 2 / 3)),
        ((YES, NO, YES), (YES, 2 / 3)),
        ((YES, NO), (UNSURE, 0.5)),
        ((NO, NOT_APPLICABLE), (UNSURE, 0.5)),
        ((NO, YES, UNSURE), (UNSURE, 1 / 3)),
        ((NO, NO, FAILED), (None, 0.0)),
        ((YES, YES, FAILED), (None, 0.0)),
    ],
)
def test_most_of_a_judges_repeats_decide_its_vote_and_a_failure_is_never_outvoted(
    says: tuple[Says, ...], expected: tuple[VerdictValue | None, float]
) -> None:
    found = vote(*says)
    assert expected == (found.value, found.agreement)
    assert bool(found.problem) is (found.value is None)


@pytest.mark.parametrize("says", [(YES, NO, NO), (NO, NO, YES), (YES, FAILED, NO), (YES,)])
def test_at_major_severity_one_repeat_that_finds_a_violation_is_enough(says: tuple[Says, ...]) -> None:
    assert YES is vote(*says, of=3, severity=Severity.MAJOR).value


@pytest.mark.parametrize("found", [[], findings(NO), [*findings(NO, NO), _finding("j", NO, 0)], findings(*[NO] * 4)])
def test_a_judge_that_was_not_heard_as_often_as_asked_has_no_vote(found: list[Finding]) -> None:
    (one,) = votes_of(found, {"j": 3}, Severity.MINOR)
    assert (None, "no finding from j") == (one.value, one.problem)


@given(st.lists(st.sampled_from([YES, NO, UNSURE, FAILED]), max_size=5), st.integers(1, 5), st.sampled_from(Severity))
def test_a_safe_vote_rests_on_a_whole_majority_of_safe_repeats(says: list[Says], n: int, severity: Severity) -> None:
    one = vote(*says, of=n, severity=severity)
    if one.value is NO:
        assert len(says) == n
        assert FAILED not in says
        assert 2 * says.count(NO) > n
        assert severity is not Severity.MAJOR or YES not in says


def _votes(says: Sequence[VerdictValue | None]) -> list[Vote]:
    return [Vote(f"j{n}", value, 1.0 if value else 0.0) for n, value in enumerate(says)]


@pytest.mark.parametrize(
    ("says", "severity", "expected"),
    [
        ((NO, NO), Severity.MINOR, None),
        ((YES, YES), Severity.MINOR, None),
        ((NO,), Severity.MINOR, None),
        ((NO, YES), Severity.MINOR, "disagree"),
        ((NO, NOT_APPLICABLE), Severity.MINOR, "disagree"),
        ((NO, UNSURE), Severity.MINOR, "cannot tell"),
        ((NO, None), Severity.MINOR, "failed"),
        ((NO, NO), Severity.CONSIDERABLE, "severe"),
        ((NO, NO), Severity.MAJOR, "severe"),
        ((YES, None), Severity.MAJOR, "severe"),
    ],
)
def test_the_second_stage_is_asked_where_the_first_does_not_settle_it(
    says: tuple[VerdictValue | None, ...], severity: Severity, expected: str | None
) -> None:
    assert expected == why_second_stage(_votes(says), severity, Severity.CONSIDERABLE)


def test_a_judge_that_disagrees_with_itself_is_doubt() -> None:
    assert "disagree" == why_second_stage([vote(NO, NO, YES)], Severity.MINOR, Severity.MAJOR)
