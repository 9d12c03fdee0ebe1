"""Who judges, and what they say of a question as one score: what certificates and anchors are counted on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.record import content_sha256
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.judged import JudgedRow

_DECIDING = ("own_family", "strong_from")
"""Of a routing policy: what has a part in who says what."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Who judges, and how their verdicts become one."""

    run_id: str
    fingerprints: Mapping[str, str]
    """By judge id."""
    policy: Mapping[str, Any]
    """The routing policy, as the configuration has it."""
    specs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Each judge's, as the configuration has it, by judge id."""

    @property
    def sha256(self) -> str:
        """Changes with any judge's model, prompt or setting, with who judges, and with how votes are counted."""
        deciding = {key: self.policy.get(key) for key in _DECIDING}
        return content_sha256([sorted(self.fingerprints.items()), deciding])

    def repeats_of(self, judge_id: str) -> int:
        """How often the judge is asked the same."""
        return int(self.specs.get(judge_id, {}).get("repeats", 1))

    def deciding(self, rows: list[JudgedRow]) -> list[JudgedRow]:
        """The findings on one question that decide it: those of a cascade's second stage alone, where it was asked
        because the first did not settle the question."""
        second = [row for row in rows if self.specs.get(row.judge_id, {}).get("stage", 1) == 2]  # noqa: PLR2004 (the second)
        severe = Severity(self.policy.get("strong_from", Severity.MAJOR))
        return second if second and rows[0].severity.rank < severe.rank else rows


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
    is_judged: bool
    """Whether every judge that decides answered, as often as it was asked."""
    score: float | None
    """Share of answers that say violated, 0-1. None, on which nothing clears: not judged, somebody could not tell, or
    some say satisfied and some that it does not apply."""


def views_of(rows: Iterable[JudgedRow], panel: Panel) -> dict[QuestionKey, View]:
    """The panel's view of every question of a run."""
    by_question: dict[QuestionKey, list[JudgedRow]] = defaultdict(list)
    for row in rows:
        by_question[QuestionKey(row.response, row.rubric_id, row.criterion_id)].append(row)
    return {question: _view(some, panel) for question, some in by_question.items()}


def _view(rows: list[JudgedRow], panel: Panel) -> View:
    first, deciding = rows[0], panel.deciding(rows)
    heard = Counter(row.judge_id for row in deciding)
    is_whole = all(n == panel.repeats_of(judge_id) for judge_id, n in heard.items())
    is_judged = is_whole and all(row.value is not None for row in deciding)
    score = _score([row.value for row in deciding]) if is_judged else None
    return View(first.severity, first.criterion_sha256, first.scenario_sha256, first.body_sha256, is_judged, score)


def _score(values: list[VerdictValue | None]) -> float | None:
    said = set(values)
    if VerdictValue.CANNOT_TELL in said or said >= {VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE}:
        return None
    return values.count(VerdictValue.VIOLATED) / len(values)
