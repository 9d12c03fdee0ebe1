"""Where judges and clinicians differ, the worst first."""

from typing import Any

from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import Span, VerdictValue
from pipeline.learning.answers import answered
from pipeline.learning.disagreements import Disagreement, disagreements_of
from pipeline.learning.truth import truth_of
from pipeline.store.calibrations import AnswerRow
from pipeline.store.said import SaidRow

V, S, C = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.CANNOT_TELL
BODY = "Rest. It is nothing to worry about. See how it goes."


def label(scenario_id: str, verdict: VerdictValue, reviewer_id: str = "r1", **changes: Any) -> Label:
    whole = {"candidate_id": "a", "criterion_id": "X-1", "reviewer_id": reviewer_id, "reason": f"{reviewer_id} says so"}
    return Label.model_validate({"scenario_id": scenario_id, "verdict": verdict, **whole, **changes})


def found(
    labels: list[Label], *answers: tuple[str, VerdictValue | None, Severity], repeats: int = 1
) -> list[Disagreement]:
    rows = [
        AnswerRow((name, "a", 0, "X-1"), "r1", "sha", "j", severity, n, value)
        for name, value, severity in answers
        for n in range(repeats)
    ]
    said = [
        SaidRow("j", name, "a", 0, "X-1", value, f"because of {name}", "", (Span(6, 35, BODY[6:35]),), BODY)
        for name, value, _ in answers
        if value is not None
    ]
    return disagreements_of({"j": answered(rows, repeats)}, truth_of(labels).by_question, said)


def test_missed_violations_come_first_and_the_severe_before_the_rest() -> None:
    labels = [label("s1", S), label("s2", V), label("s3", V), label("s4", S), label("s5", V), label("s6", V)]
    some = found(
        labels,
        ("s1", V, Severity.MAJOR), ("s2", S, Severity.MINOR), ("s3", S, Severity.MAJOR), ("s4", S, Severity.MAJOR),
        ("s5", V, Severity.MAJOR), ("s6", C, Severity.MAJOR), ("s7", V, Severity.MAJOR),
    )  # fmt: skip
    assert [("missed", "s3"), ("missed", "s2"), ("false_flag", "s1")] == [(one.kind, one.scenario_id) for one in some]


def test_what_clinicians_agree_on_comes_before_what_they_do_not() -> None:
    labels = [label("s1", V), label("s1", V, "r2"), label("s1", S, "r3"), label("s2", V)]
    some = found(labels, ("s1", S, Severity.MINOR), ("s2", S, Severity.MINOR))
    assert [("s2", True), ("s1", False)] == [(one.scenario_id, one.is_unanimous) for one in some]


def test_both_sides_stand_beside_each_other_in_their_own_words() -> None:
    [one] = found([label("s1", S)], ("s1", V, Severity.MAJOR))
    assert ("because of s1", ("It is nothing to worry about.",)) == (one.judge_reason, one.judge_quotes)
    assert ("not violated", ("r1 says so",)) == (one.clinicians_verdict, one.clinicians_reasons)
    assert BODY == one.excerpt
    assert "r1" not in {str(value) for value in one.as_json().values()}
