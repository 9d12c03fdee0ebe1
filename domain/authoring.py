"""What clinicians write for the pipeline, and where each piece stands on its way there."""

from enum import StrEnum


class DraftState(StrEnum):
    """Where a rubric's draft stands. None but an approved one reaches a run."""

    WRITING = "writing"
    OFFERED = "offered"
    """Its text stands still; somebody else approves it or sends it back."""
    APPROVED = "approved"
    DROPPED = "dropped"


class ReopenedAs(StrEnum):
    """How an item comes back whose scenario was found at fault."""

    FIXED = "fixed"
    """The scenario has a newer version; what the old one's response shows is judged all the same."""
    REJECTED = "rejected"
    """The scenario stands as it is."""


class RejudgingState(StrEnum):
    """Whether a list of what is to be judged anew is still worked on."""

    OPEN = "open"
    CLOSED = "closed"
