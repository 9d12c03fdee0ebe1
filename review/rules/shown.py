"""What may be shown when, and what may still be changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one person has come with one item."""

    n_versions: int
    """Of this person's judgement; 0 before they committed."""
    is_submitted: bool
    is_adjudicated: bool

    @property
    def may_see_judges(self) -> bool:
        """Not before the person's own judgement is locked on the server."""
        return self.n_versions > 0

    @property
    def may_edit_draft(self) -> bool:
        """The blind judgement is open until it is locked, or somebody has settled the item."""
        return self.n_versions == 0 and not self.is_adjudicated

    @property
    def may_change(self) -> bool:
        """A locked judgement gets new versions, with reasons, until somebody has settled the item."""
        return self.n_versions > 0 and not self.is_adjudicated
