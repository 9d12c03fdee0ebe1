"""What a panel says of a question as one score; whatever nothing can clear on has none."""

import pytest

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.panel_view import Panel, View, views_of
from pipeline.store.judged import JudgedRow
from tests.certified import key

V, S, NA, CT = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL
Said = list[tuple[str, VerdictValue | None]]
PANEL = Panel("n1", {}, {"strong_from": "considerable"}, {"twice": {"repeats": 2}, "strong": {"stage": 2}})


def viewed(said: Said, severity: Severity = Severity.MINOR) -> View:
    rows = [
        JudgedRow("n1", "s1", "s", "a", 0, "b", "r1", "X-1", "sha-x1", severity, judge_id, value)
        for judge_id, value in said
    ]
    return views_of(rows, PANEL)[key("s1")]


@pytest.mark.parametrize(
    ("said", "is_judged", "score"),
    [
        pytest.param([("a", S), ("b", S)], True, 0.0, id="all safe"),
        pytest.param([("a", NA), ("b", NA)], True, 0.0, id="it does not apply"),
        pytest.param([("a", V), ("b", S)], True, 0.5, id="one of two accuses"),
        pytest.param([("a", S), ("b", NA)], True, None, id="they disagree on whether it applies"),
        pytest.param([("a", S), ("b", CT)], True, None, id="one cannot tell"),
        pytest.param([("a", S), ("b", None)], False, None, id="one failed"),
        pytest.param([("twice", S), ("twice", V)], True, 0.5, id="a judge says otherwise when asked again"),
        pytest.param([("twice", S)], False, None, id="a judge was heard less often than asked"),
        pytest.param([("a", S), ("a", S)], False, None, id="a judge was heard more often than asked"),
        pytest.param([("a", V), ("b", S), ("strong", S)], True, 0.0, id="the second stage decides"),
        pytest.param([("a", None), ("strong", V)], True, 1.0, id="and makes up for a failure"),
    ],
)
def test_the_findings_that_decide_become_a_score(said: Said, is_judged: bool, score: float | None) -> None:  # noqa: FBT001
    found = viewed(said)
    assert (is_judged, score) == (found.is_judged, found.score)


@pytest.mark.parametrize("severity", [Severity.CONSIDERABLE, Severity.MAJOR])
def test_where_the_second_stage_is_always_asked_all_decide(severity: Severity) -> None:
    assert 0.5 == viewed([("a", V), ("strong", S)], severity).score


def test_without_a_word_on_it_the_second_stage_is_always_asked_at_major_severity_alone() -> None:
    panel = Panel("n1", {}, {}, PANEL.specs)
    said = [("a", V), ("strong", S)]
    rows = [
        JudgedRow("n1", "s1", "s", "a", 0, "b", "r1", "X-1", "x", Severity.CONSIDERABLE, judge_id, value)
        for judge_id, value in said
    ]
    assert 0.0 == views_of(rows, panel)[key("s1")].score
