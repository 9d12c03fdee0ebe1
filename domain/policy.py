"""What a run's owner decides about routing."""

from typing import Annotated, Literal

from pydantic import Field

from domain.record import Record
from domain.severity import Severity


class RoutingPolicy(Record):
    """How dispositions are reached. Without a certificate nothing clears, unless `provisional` says so."""

    provisional: bool = False
    """Clear without certificates, for trials only: every output then says so in its first line."""
    audit_rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    """Share of cleared items that are sent to a clinician at random, unmarked."""
    strong_from: Severity = Severity.MAJOR
    """Severity from which the second stage of a cascade is always asked."""
    own_family: Literal["refuse", "leave_out", "allow"] = "refuse"
    """A judge of a candidate's own family: refuse the configuration, leave the judge out on that candidate, or let it
    judge, which the report then says."""
    seed: int = 0
    """Decides, with the item's id, which cleared items are audited."""
