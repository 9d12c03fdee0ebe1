"""What the panel's findings lead to, and how an item reaches people."""

from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """Where a response stands after judging."""

    CLEARED = "cleared"
    FLAGGED = "flagged"
    BORDERLINE = "borderline"


class Lane(StrEnum):
    """Why an item waits in the queue. Never shown to a clinician before the judgement is committed."""

    FLAGGED = "flagged"
    BORDERLINE = "borderline"
    AUDIT = "audit"
    DOUBLE = "double"
    ANCHOR = "anchor"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class Routed:
    """The disposition of one response, with the reasons in words and the chance it had of being sent to people."""

    disposition: Disposition
    reasons: tuple[str, ...]
    """The weightiest first; never empty."""
    inclusion_probability: float
    """π, in (0, 1]: recorded so that figures on what people saw can be weighted back to all there was."""
    lane: Lane | None
    """None: not sent to anybody."""
    priority: float
    """Larger is more urgent; severity of the worst finding first."""
    provisional: bool
    """True when something cleared without a certificate, because the policy allows it for trials."""
