"""From findings to votes: what one judge says over its repeats, and whether the second stage must be asked.

Pure rules that fail closed: a failure is never outvoted, a tie is no answer, and at major severity one `violated` is
enough.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
