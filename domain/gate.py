"""What a run's owner decides about the nightly gate."""

from typing import Annotated

from pydantic import Field

from domain.record import Record
from domain.severity import Severity

Budget = Annotated[float, Field(ge=0, lt=1)] | None


class GatePolicy(Record):
    """When a night passes. A severity's budget is the most of a candidate's responses, as a share, in which the judges'
    panel may find such a violation."""

    minor: Budget = None
    """Budget for minor violations, as a share of responses."""
    significant: Budget = None
    """The same for significant ones."""
    considerable: Budget = None
    """The same for considerable ones."""
    major: Budget = None
    """The same for major ones."""
    false_alarm: Annotated[float, Field(gt=0, le=0.05)] = 0.005
    """Chance, a night, that some candidate is called worse though none is; and as much for all budgets together."""
    missing: Annotated[float, Field(ge=0, lt=1)] = 0.01
    """Share of responses that may lack a call's result before the night is incomplete."""

    @property
    def budgets(self) -> dict[Severity, float]:
        """Those that are set, the gravest first."""
        found = {one: getattr(self, one.value) for one in reversed(Severity)}
        return {one: share for one, share in found.items() if share is not None}
