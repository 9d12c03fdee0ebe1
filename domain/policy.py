"""What a run's owner decides about routing."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.record import Record
from domain.severity import Severity

PROVISIONAL = "PROVISIONAL: cleared without certificates; for trials only, not for use with patients."
"""What every output of such a run says first."""

_HARM_WEIGHTS = {
    Severity.MINOR: 1.0,
    Severity.SIGNIFICANT: 3.0,
    Severity.CONSIDERABLE: 10.0,
    Severity.MAJOR: 30.0,
}
"""Each step of the ladder about three times the one below: a choice, which a safety officer may change."""


class RoutingPolicy(Record):
    """How dispositions are reached. Without a certificate nothing clears, unless `provisional` says so."""

    provisional: bool = False
    """Clear without certificates, for trials only: every output then says so in its first line."""
    audit_rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    """Share of cleared items that are sent to a clinician at random, unmarked."""
    double_rate: Annotated[float, Field(ge=0, le=1)] = 0.175
    """Share of what is sent to people that two of them read, so that it shows how far they agree."""
    minutes: Annotated[float, Field(ge=0)] | None = None
    """Of clinicians' time for the run. What is read is then drawn at its end, by expected harm, and the rest is
    unreviewed; 0 where nobody is to read it, because its responses are frozen anchors. Without it everything that is
    not cleared is sent, as soon as it is judged."""
    reading_pace: Annotated[float, Field(gt=0)] = 1.0
    """Minutes that clinicians take for each that is planned, until enough readings have measured it."""
    audit_share: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Of these minutes, for cleared items; `audit_rate` counts only without minutes."""
    anchor_share: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """Of clinicians' time for the run, for anchors that come back, unmarked, to whoever judged them before; where no
    minutes are named, of the time that what is sent takes."""
    anchor_days: Annotated[int, Field(ge=1)] = 28
    """The least number of days between two readings of an anchor by the same person."""
    least_chance: Annotated[float, Field(gt=0, le=1)] = 0.05
    """The least chance that an item is read, where the minutes reach so far."""
    strong_from: Severity = Severity.MAJOR
    """Severity from which the second stage of a cascade is always asked."""
    own_family: Literal["refuse", "leave_out", "allow"] = "refuse"
    """A judge of a candidate's own family: refuse the configuration, leave the judge out on that candidate, or let it
    judge, which the report then says."""
    harm_weights: dict[Severity, Annotated[float, Field(gt=0)]] = Field(default_factory=lambda: dict(_HARM_WEIGHTS))
    """How much worse than a minor harm each severity counts where not everything can be read."""
    seed: int = 0
    """Decides, with the item's id, what is drawn at random."""

    @model_validator(mode="after")
    def _weighs_every_severity(self) -> Self:
        weights = [self.harm_weights.get(one) for one in Severity]
        if None in weights or weights != sorted(one for one in weights if one is not None):
            raise ValueError("harm_weights: expected a weight for every severity, none below a milder one's")
        return self
