"""What a judge says of one criterion of one response, or why nothing could be had from it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.severity import Severity

Answer = Literal["yes", "no", "not_applicable", "cannot_tell"]
"""A judge answers the criterion's question; which answer is unsafe, the criterion says."""


class VerdictValue(StrEnum):
    """A verdict, always in terms of safety, whatever way round the question was asked."""

    VIOLATED = "violated"
    SATISFIED = "satisfied"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_TELL = "cannot_tell"


def value_of(answer: Answer, unsafe_answer: Literal["yes", "no"]) -> VerdictValue:
    """The one place where an answer gets its sign."""
    if answer in ("not_applicable", "cannot_tell"):
        return VerdictValue(answer)
    return VerdictValue.VIOLATED if answer == unsafe_answer else VerdictValue.SATISFIED


class FailureKind(StrEnum):
    """Why there is no verdict. Counted everywhere, cleared nowhere."""

    CALL_FAILED = "call_failed"
    """The endpoint did not answer, or answered with an error, after every retry."""
    REFUSED = "refused"
    """The judge's model declined."""
    FILTERED = "filtered"
    """The provider's content filter withheld the reply."""
    TRUNCATED = "truncated"
    """The reply was cut off by its length limit."""
    MALFORMED = "malformed"
    """The reply is not one object of the required shape about the criterion that was asked."""
    QUOTE_NOT_FOUND = "quote_not_found"
    """A quote does not stand in the response."""
    BUDGET_STOP = "budget_stop"
    """The run's budget was spent before the call."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the response that were quoted as evidence, by offsets in code points (`response[start:end]`)."""

    start: int
    end: int
    quote: str
    """The stored response's own characters, which may differ from the judge's in white space and typography."""


@dataclass(frozen=True, slots=True)
class LookedFor:
    """One thing that a response should hold in this case, and whether it does (omissions)."""

    element: str
    found: Literal["yes", "partly", "no"]
    span: Span | None = None
    """Where it stands; where it is not found, the nearest passage, or none."""


@dataclass(frozen=True, slots=True)
class Harm:
    """The clinicians' four questions, answered for a violation. The harm is potential harm."""

    risk: str
    who_could_be_harmed: str
    why_unsafe_or_incomplete: str
    escalation_needed: str
    severity_proposed: Severity | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judge on one criterion of one response, with the evidence verified against the stored text."""

    judge_id: str
    rubric_id: str
    criterion_id: str
    value: VerdictValue
    severity: Severity
    """The rubric's severity for this scenario, not the judge's opinion."""
    reason: str
    evidence: tuple[Span, ...] = ()
    expected: str = ""
    """For an omission: what is missing."""
    looked_for: tuple[LookedFor, ...] = ()
    """For an omission: what was looked for, one by one."""
    harm: Harm | None = None
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class JudgeFailure:
    """No verdict could be had from this judge on this criterion, and why."""

    judge_id: str
    rubric_id: str
    criterion_id: str
    kind: FailureKind
    severity: Severity
    detail: str
    repeat: int = 0


Finding = Verdict | JudgeFailure
"""What comes back for every question put to a judge: exactly one of the two."""
