"""A judge's repeats on one question: a score, and what routing makes of them."""

import pytest

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.learning.answers import Answered, answered, answers_by_judge
from pipeline.store.calibrations import AnswerRow

V, S, N, C = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL


def rows(*values: VerdictValue | None, severity: Severity = Severity.MINOR, judge_id: str = "j") -> list[AnswerRow]:
    key = ("s1", "a", 0, "X-1")
    return [AnswerRow(key, "r1", "sha", judge_id, severity, n, value) for n, value in enumerate(values)]


def one(*values: VerdictValue | None, n_repeats: int = 0, severity: Severity = Severity.MINOR) -> Answered:
    [found] = answered(rows(*values, severity=severity), n_repeats or len(values))
    return found


@pytest.mark.parametrize(
    ("values", "score", "is_violated"),
    [
        ((V,), 1.0, True), ((S,), 0.0, False), ((N,), 0.0, False), ((C,), None, None), ((None,), None, None),
        ((V, V, S), 2 / 3, True), ((V, S, S), 1 / 3, False), ((V, S), 0.5, None), ((V, V, C), 1.0, True),
        ((S, S, None), 0.0, None), ((V, C, None), 1.0, None),
    ],
)  # fmt: skip
def test_the_score_is_of_votes_cast_and_the_answer_is_what_routing_says(
    values: tuple[VerdictValue | None, ...],
    score: float | None,
    is_violated: bool | None,  # noqa: FBT001 (a table)
) -> None:
    assert (score, is_violated) == (one(*values).score, one(*values).is_violated)


def test_at_major_severity_one_violated_is_enough() -> None:
    assert one(V, S, S, severity=Severity.MAJOR).is_violated


def test_a_repeat_that_was_not_heard_leaves_the_question_without_answer() -> None:
    found = one(S, n_repeats=2)
    assert (None, [1, -1]) == (found.is_violated, found.codes)


def test_judges_are_kept_apart_each_with_its_own_number_of_repeats() -> None:
    found = answers_by_judge([*rows(V, S), *rows(S, judge_id="k")], {"j": 2, "k": 1})
    assert {"j": [None], "k": [False]} == {name: [each.is_violated for each in some] for name, some in found.items()}
