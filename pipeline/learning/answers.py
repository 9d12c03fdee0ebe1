"""A judge's answers on one criterion, question by question: its repeats, its score, and what they come to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agreement.panel import CANNOT_TELL, NOT_APPLICABLE, SATISFIED, VIOLATED
from domain.severity import Severity
from domain.verdict import FailureKind, Finding, JudgeFailure, Verdict, VerdictValue
from pipeline.store.calibrations import AnswerRow
from pipeline.store.results import VerdictKey
from pipeline.votes import votes_of

CODES = {
    VerdictValue.VIOLATED: VIOLATED,
    VerdictValue.SATISFIED: SATISFIED,
    VerdictValue.NOT_APPLICABLE: NOT_APPLICABLE,
    VerdictValue.CANNOT_TELL: CANNOT_TELL,
}
_NONE = -1


@dataclass(frozen=True, slots=True)
class Answered:
    """One question as one judge answered it."""

    key: VerdictKey
    severity: Severity
    values: tuple[VerdictValue | None, ...]
    """By repeat; None where it failed or was not heard."""
    said: VerdictValue | None
    """What routing makes of them; None for a failure."""

    @property
    def score(self) -> float | None:
        """Share of its votes that say violated; None where it cast none."""
        votes = [one is VerdictValue.VIOLATED for one in self.values if one not in (None, VerdictValue.CANNOT_TELL)]
        return sum(votes) / len(votes) if votes else None

    @property
    def is_violated(self) -> bool | None:
        """Whether it says violated; None where it gives no answer."""
        return None if self.said in (None, VerdictValue.CANNOT_TELL) else self.said is VerdictValue.VIOLATED

    @property
    def codes(self) -> list[int]:
        """Its repeats, as `agreement.panel` codes them."""
        return [_NONE if one is None else CODES[one] for one in self.values]


def answered(rows: Iterable[AnswerRow], n_repeats: int) -> list[Answered]:
    """The questions that one judge was asked on one criterion, in the order of their keys.

    Args:
        rows: of one judge and one criterion.
        n_repeats: how often it is asked.
    """
    by_question: defaultdict[VerdictKey, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        by_question[row.key].append(row)
    return [_answered(key, by_question[key], n_repeats) for key in sorted(by_question)]


def _answered(key: VerdictKey, rows: list[AnswerRow], n_repeats: int) -> Answered:
    values = {row.repeat: row.value for row in rows}
    first = rows[0]
    [vote] = votes_of(map(_finding, rows), {first.judge_id: n_repeats}, first.severity)
    return Answered(key, first.severity, tuple(values.get(number) for number in range(n_repeats)), vote.value)


def _finding(row: AnswerRow) -> Finding:
    """As much of a finding as votes are counted from."""
    named = (row.judge_id, row.rubric_id, row.key[3])
    if row.value is None:
        return JudgeFailure(*named, FailureKind.CALL_FAILED, row.severity, "", repeat=row.repeat)
    return Verdict(*named, row.value, row.severity, "", repeat=row.repeat)


def answers_by_judge(rows: Iterable[AnswerRow], n_repeats: Mapping[str, int]) -> dict[str, list[Answered]]:
    """All questions that each judge was asked.

    Args:
        rows: findings.
        n_repeats: how often each judge is asked.
    """
    by_judge: defaultdict[str, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        by_judge[row.judge_id].append(row)
    return {judge_id: answered(some, n_repeats[judge_id]) for judge_id, some in by_judge.items()}
