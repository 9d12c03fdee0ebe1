"""What the panel's findings lead to, and how an item reaches people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from domain.severity import Severity


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
    expected_harm: float = 0.0
    """Severity's weight times the chance of a violation, over all criteria; 0 where nothing was judged."""
    draw: float = 0.0
    """In [0, 1), the item's own for good: it is in a sample exactly where its inclusion probability exceeds this."""
    certificate_ids: tuple[str, ...] = ()
    """By which it cleared."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A certificate that holds now."""

    certificate_id: str
    threshold: float
    """The largest score (share of votes that say violated, in 0-1) that it lets clear."""


Certificates = Mapping[tuple[str, str, Severity], InForce]
"""Those in force for one panel, by rubric, criterion and severity."""

NO_CERTIFICATE: Certificates = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Stopped:
    """On what nothing clears, certificate or not, because somebody pressed the stop button."""

    everything: bool = False
    rubric_ids: frozenset[str] = frozenset()

    def holds(self, rubric_id: str) -> bool:
        """Whether a criterion of this rubric may not clear."""
        return self.everything or rubric_id in self.rubric_ids


NOTHING_STOPPED = Stopped()


@dataclass(frozen=True, slots=True)
class Clearance:
    """What may clear at a moment."""

    certificates: Certificates = field(default_factory=dict[tuple[str, str, Severity], InForce])
    stopped: Stopped = NOTHING_STOPPED


NO_CLEARANCE = Clearance()
"""Neither certificate nor stop."""
