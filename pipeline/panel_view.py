"""A panel's findings on a question, as one score: what certificates and anchors are counted on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.judged import JudgedRow

_SAFE = {VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class QuestionKey:
    """A criterion of a response."""

    response: tuple[str, str, int]
    """Scenario, candidate, repeat."""
    rubric_id: str
    criterion_id: str


@dataclass(frozen=True, slots=True)
class View:
    """What the panel says."""

    severity: Severity
    criterion_sha256: str
    scenario_sha256: str
    body_sha256: str
    score: float | None
    """Share of findings that are not safe, 0-1; 0 where all say that it is. None: a judge failed."""


def views_of(rows: Iterable[JudgedRow]) -> dict[QuestionKey, View]:
    """The panel's view of every question of a run."""
    by_question: dict[QuestionKey, list[JudgedRow]] = defaultdict(list)
    for row in rows:
        by_question[QuestionKey(row.response, row.rubric_id, row.criterion_id)].append(row)
    return {question: _view(some) for question, some in by_question.items()}


def _view(rows: list[JudgedRow]) -> View:
    first = rows[0]
    has_failed = any(row.value is None for row in rows)
    score = None if has_failed else sum(row.value not in _SAFE for row in rows) / len(rows)
    return View(first.severity, first.criterion_sha256, first.scenario_sha256, first.body_sha256, score)
