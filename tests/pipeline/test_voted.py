"""Votes of all questions at once are those that routing counts one by one."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agreement.comparison import FAILED
from agreement.panel import CANNOT_TELL, SATISFIED, VIOLATED
from domain.policy import RoutingPolicy
from domain.routing import NO_CERTIFICATE
from domain.severity import Severity
from domain.verdict import FailureKind, Finding, JudgeFailure, Verdict, VerdictValue
from pipeline.comparing.voted import deciding, panel_says, votes_of
from pipeline.standing import Standing, standing_of
from pipeline.votes import Asked
from pipeline.votes import votes_of as votes_one_by_one
from tests.build import question

VALUES = list(VerdictValue)
IDS = ("a", "b", "c")
SAYS = st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=3, max_size=3)
SEVERITIES = st.sampled_from(list(Severity))


def findings(said: Sequence[Sequence[int]], severity: Severity) -> list[Finding]:
    return [
        JudgeFailure(judge_id, "r1", "X-1", FailureKind.REFUSED, severity, "", repeat)
        if code == 4
        else Verdict(judge_id, "r1", "X-1", VALUES[code], severity, "", repeat=repeat)
        for judge_id, codes in zip(IDS, said, strict=True)
        for repeat, code in enumerate(codes)
    ]


def counted(said: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, int, int], np.dtype[np.intp]]:
    return np.array([[np.bincount(codes, minlength=5) for codes in said]])


@given(SAYS, SEVERITIES)
def test_a_judges_vote_over_its_repeats_is_the_one_that_routing_counts(
    said: list[list[int]], severity: Severity
) -> None:
    one_by_one = votes_one_by_one(findings(said, severity), dict.fromkeys(IDS, 2), severity)
    expected = [FAILED if one.value is None else VALUES.index(one.value) for one in one_by_one]
    major = np.array([severity is Severity.MAJOR])
    assert expected == votes_of(counted(said), np.full((1, 3), 2), major)[0].tolist()


@given(SAYS, SEVERITIES)
def test_the_panel_says_violated_where_routing_flags_and_satisfied_where_it_would_clear(
    said: list[list[int]], severity: Severity
) -> None:
    asked = Asked(question(severity=severity), dict.fromkeys(IDS, 2))
    stand = standing_of(asked, findings(said, severity), RoutingPolicy(provisional=True), NO_CERTIFICATE)
    expected = {Standing.VIOLATED: VIOLATED, Standing.CLEAR: SATISFIED, Standing.UNCLEAR: CANNOT_TELL}[stand.standing]
    counts, major = counted(said), np.array([severity is Severity.MAJOR])
    votes = votes_of(counts, np.full((1, 3), 2), major)
    word, score = panel_says(counts, votes, deciding(np.ones((1, 3), dtype=int), votes, major), major)
    assert [expected] == word.tolist()
    assert [sum(codes.count(0) for codes in said) / 6] == score.tolist()


def test_where_the_second_stage_settles_a_question_it_alone_decides() -> None:
    counts = np.array([[[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]]] * 2)
    votes = votes_of(counts, np.ones((2, 2), dtype=int), np.array([False, False]))
    decides = deciding(np.array([[1, 2]] * 2), votes, np.array([False, True]))
    assert [[False, True], [True, True]] == decides.tolist()
    assert [SATISFIED, CANNOT_TELL] == panel_says(counts, votes, decides, np.zeros(2, dtype=bool))[0].tolist()


def test_a_judge_heard_less_often_than_asked_has_failed() -> None:
    assert [[FAILED]] == votes_of(np.array([[[0, 1, 0, 0, 0]]]), np.array([[2]]), np.array([False])).tolist()
