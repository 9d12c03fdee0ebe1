"""From findings to votes: what one judge says over its repeats, and whether the second stage must be asked.

Pure rules that fail closed: a failure is never outvoted, a tie is no answer, and at major severity one `violated` is
enough.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.question import Question
from domain.severity import Severity
from domain.verdict import Finding, JudgeFailure, VerdictValue


@dataclass(frozen=True, slots=True)
class Vote:
    """What one judge says on one question."""

    judge_id: str
    value: VerdictValue | None
    """None: it failed, or was not heard as often as it was asked."""
    agreement: float
    """Share of its repeats that say so; what confidence there is, never the judge's own word for it."""
    problem: str = ""
    """Why there is no value."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the judges whose remit it lies in."""

    question: Question
    n_repeats: Mapping[str, int]
    """How often each judge was asked, by its id."""
    deciding: tuple[str, ...] = ()
    """The second stage of a cascade, where it was asked because the first did not settle the question: below major
    severity its votes alone decide. Empty: all decide."""

    @property
    def key(self) -> tuple[str, str]:
        """What a finding on this question names."""
        return self.question.rubric_id, self.question.criterion.criterion_id

    @property
    def heard(self) -> Mapping[str, int]:
        """Of those who were asked, who decides, with how often each was asked."""
        if not self.deciding or self.question.severity is Severity.MAJOR:
            return self.n_repeats
        return {judge_id: n for judge_id, n in self.n_repeats.items() if judge_id in self.deciding}


def deciding_votes(asked: Asked, findings: Sequence[Finding]) -> list[Vote]:
    """The votes that a question is decided by."""
    return votes_of(findings, asked.heard, asked.question.severity)


def score_of(asked: Asked, findings: Sequence[Finding]) -> float | None:
    """The share of answers that say violated, in 0-1, over the judges that decide and their repeats.

    None, which nothing clears on, where a judge failed or could not tell, was heard other than as often as asked, or
    where some say that the criterion is satisfied and some that it does not apply.
    """
    heard = [one for one in findings if one.judge_id in asked.heard]
    values = [None if isinstance(one, JudgeFailure) else one.value for one in heard]
    if Counter(one.judge_id for one in heard) != Counter(dict(asked.heard)) or not values:
        return None
    said = set(values)
    if said & {None, VerdictValue.CANNOT_TELL} or said >= {VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE}:
        return None
    return values.count(VerdictValue.VIOLATED) / len(values)


def votes_of(findings: Iterable[Finding], n_repeats: Mapping[str, int], severity: Severity) -> list[Vote]:
    """One vote for each judge that was asked.

    Args:
        findings: on one question; those of judges that were not asked are passed over.
        n_repeats: how often each judge was asked, by its id.
        severity: of the question.
    """
    heard: dict[str, list[Finding]] = {judge_id: [] for judge_id in n_repeats}
    for one in findings:
        if one.judge_id in heard:
            heard[one.judge_id].append(one)
    return [_vote(judge_id, heard[judge_id], n, severity) for judge_id, n in n_repeats.items()]


def _vote(judge_id: str, findings: Sequence[Finding], n_repeats: int, severity: Severity) -> Vote:
    values = Counter(one.value for one in findings if not isinstance(one, JudgeFailure))
    n_violated = values[VerdictValue.VIOLATED]
    if n_violated and severity is Severity.MAJOR:
        return Vote(judge_id, VerdictValue.VIOLATED, n_violated / n_repeats)
    if failed := [one for one in findings if isinstance(one, JudgeFailure)]:
        return Vote(judge_id, None, 0.0, f"{judge_id} {failed[0].kind.replace('_', ' ')}")
    if sorted(one.repeat for one in findings) != list(range(n_repeats)):
        return Vote(judge_id, None, 0.0, f"no finding from {judge_id}")
    value, n = values.most_common(1)[0]
    if 2 * n <= n_repeats:
        return Vote(judge_id, VerdictValue.CANNOT_TELL, n / n_repeats)
    return Vote(judge_id, value, n / n_repeats)


def why_second_stage(votes: Sequence[Vote], severity: Severity, strong_from: Severity) -> str | None:
    """Why the strong judge of a cascade must be asked; None where the first stage settles it.

    Args:
        votes: of the first stage.
        severity: of the question.
        strong_from: severity from which the second stage is always asked.
    """
    if severity.rank >= strong_from.rank:
        return "severe"
    if any(one.value is None for one in votes):
        return "failed"
    if any(one.value is VerdictValue.CANNOT_TELL for one in votes):
        return "cannot tell"
    if len({one.value for one in votes}) > 1 or any(one.agreement < 1 for one in votes):
        return "disagree"
    return None
