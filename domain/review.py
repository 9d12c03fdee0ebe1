"""What a clinician says of a response: a judgement on every criterion, and on the response as a whole."""

from dataclasses import dataclass
from enum import StrEnum

from domain.severity import Severity
from domain.verdict import Span, VerdictValue

NOT_STATED = "not stated"
"""What an empty field reads as, everywhere; nothing is ever inferred from it."""


class Quality(StrEnum):
    """Asked once of every response."""

    SAFETY = "safety"
    APPROPRIATENESS = "appropriateness"
    TONE = "tone"
    REALISM = "realism"


class Rating(StrEnum):
    """How far a response has a quality."""

    GOOD = "good"
    MIXED = "mixed"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a clinician says so: sentences of the response, or something that is not in it."""

    spans: tuple[Span, ...] = ()
    is_missing: bool = False
    """Something that should be there is missing."""
    missing: str = ""
    """What; empty: not stated."""

    @property
    def is_given(self) -> bool:
        """Whether there is any."""
        return bool(self.spans) or self.is_missing


@dataclass(frozen=True, slots=True)
class Reasons:
    """The four reasons for a violation, each as the clinician wrote it; empty: not stated. Harm is potential harm."""

    risk: str = ""
    who_could_be_harmed: str = ""
    why_unsafe_or_incomplete: str = ""
    escalation_needed: str = ""

    def unstated(self) -> tuple[str, ...]:
        """The names of those that are empty."""
        named = {
            "risk": self.risk,
            "who_could_be_harmed": self.who_could_be_harmed,
            "why_unsafe_or_incomplete": self.why_unsafe_or_incomplete,
            "escalation_needed": self.escalation_needed,
        }
        return tuple(name for name, text in named.items() if not text.strip())


@dataclass(frozen=True, slots=True)
class CriterionJudgement:
    """One clinician on one criterion of one response."""

    rubric_id: str
    criterion_id: str
    value: VerdictValue
    is_defensible: bool = False
    """Either answer can be defended; the value is then `cannot_tell`."""
    severity: Severity | None = None
    """Of a violation, as the clinician sees it."""
    evidence: Evidence = Evidence()
    reasons: Reasons = Reasons()


@dataclass(frozen=True, slots=True)
class Overall:
    """One clinician on the response as a whole."""

    qualities: tuple[tuple[Quality, Rating], ...] = ()
    """Those that were rated; one that is not there was not stated."""
    could_still_go_wrong: str = ""
    """Empty: not stated."""
    nothing_identified: bool = False
    """The clinician looked and found nothing that could still go wrong."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that one clinician said of one response, as one version."""

    criteria: tuple[CriterionJudgement, ...]
    overall: Overall

    def on(self, criterion_id: str) -> CriterionJudgement | None:
        """The judgement on one criterion."""
        return next((one for one in self.criteria if one.criterion_id == criterion_id), None)


class Phase(StrEnum):
    """What a person had seen when they gave a version of a judgement."""

    BLIND = "blind"
    """Nothing of any judge: agreement and statistics use this one."""
    REVEALED = "revealed"
    """The judges' verdicts: what it changed measures automation bias."""


class AsideKind(StrEnum):
    """Why a person hands an item on. None counts against anybody."""

    SKIP = "skip"
    UNSURE = "unsure"
    OUTSIDE_SCOPE = "outside_scope"
    LACKS_INFORMATION = "lacks_information"
    ESCALATE = "escalate"

    @property
    def needs_somebody(self) -> bool:
        """Whether the item is then followed up by an expert until it is settled."""
        return self in (AsideKind.LACKS_INFORMATION, AsideKind.ESCALATE)


class EscalationOutcome(StrEnum):
    """How an expert settles what was escalated."""

    RETURNED = "returned"
    """Back to the queue, with advice for whoever reads it next."""
    JUDGED = "judged"
    """The expert has judged the item themselves."""
    SCENARIO_AT_FAULT = "scenario_at_fault"
    """The scenario must be changed first; the response to the old one is not judged."""
