"""Where a judge and clinicians differ, side by side, the worst first: for whoever edits the prompt or the rubric."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.learning.answers import Answered
from pipeline.learning.excerpt import excerpt
from pipeline.learning.truth import Truth
from pipeline.store.results import VerdictKey
from pipeline.store.said import SaidRow

Kind = Literal["missed", "false_flag"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question on which one judge and clinicians say opposite things."""

    kind: Kind
    """`missed`: clinicians say violated, the judge does not."""
    judge_id: str
    criterion_id: str
    severity: Severity
    scenario_id: str
    candidate_id: str
    repeat: int
    excerpt: str
    judge_verdict: VerdictValue
    judge_reason: str
    judge_quotes: tuple[str, ...]
    judge_expected: str
    clinicians_verdict: Literal["violated", "not violated"]
    clinicians_reasons: tuple[str, ...]
    """Of those who say so; without names, because it is the wording that is to be mended."""
    is_unanimous: bool

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def disagreements_of(
    answers: Mapping[str, Sequence[Answered]], told: Mapping[VerdictKey, Truth], said: Iterable[SaidRow]
) -> list[Disagreement]:
    """Every question on which a judge and clinicians differ, missed violations and the most severe first.

    Args:
        answers: by judge.
        told: clinicians' answers.
        said: judges' verdicts in words.
    """
    words: defaultdict[tuple[str, VerdictKey], list[SaidRow]] = defaultdict(list)
    for row in said:
        words[row.judge_id, row.key].append(row)
    found = [
        _disagreement(judge_id, one, truth, row)
        for judge_id, some in answers.items()
        for one in some
        if (truth := told.get(one.key)) is not None
        and one.is_violated is (not truth.is_violated)
        and (row := _spokesman(words[judge_id, one.key], one)) is not None
    ]
    return sorted(found, key=_worst_first)


def _spokesman(rows: Iterable[SaidRow], one: Answered) -> SaidRow | None:
    """The first of the judge's repeats that says what they come to."""
    return next((row for row in rows if row.value is one.said), None)


def _disagreement(judge_id: str, one: Answered, truth: Truth, row: SaidRow) -> Disagreement:
    return Disagreement(
        kind="missed" if truth.is_violated else "false_flag",
        judge_id=judge_id,
        criterion_id=row.criterion_id,
        severity=one.severity,
        scenario_id=row.scenario_id,
        candidate_id=row.candidate_id,
        repeat=row.repeat,
        excerpt=excerpt(row.body, row.evidence[0].quote if row.evidence else ""),
        judge_verdict=row.value,
        judge_reason=row.reason,
        judge_quotes=tuple(span.quote for span in row.evidence),
        judge_expected=row.expected,
        clinicians_verdict="violated" if truth.is_violated else "not violated",
        clinicians_reasons=truth.reasons,
        is_unanimous=truth.is_unanimous,
    )


def _worst_first(one: Disagreement) -> tuple[object, ...]:
    """A missed violation can reach patients, a false flag costs minutes; among equals, what clinicians agree on."""
    place = (one.judge_id, one.criterion_id, one.scenario_id, one.candidate_id, one.repeat)
    return (one.kind != "missed", -one.severity.rank, not one.is_unanimous, *place)
