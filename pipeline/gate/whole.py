"""Is the night whole? What is missing may be just what became worse."""

from typing import NamedTuple

from pipeline.comparing.population import Population
from pipeline.diff.groups import by_response
from pipeline.diff.pairs import marks
from pipeline.diff.side import Side
from pipeline.marks import MOST_MISSING


class Whole(NamedTuple):
    """How much of a night is there."""

    n_responses: int
    n_unfinished: int
    """Not worked off to their end: the run was stopped, or its budget was spent."""
    n_failed: int
    """A call to the candidate or to a judge failed for good."""
    n_absent: int
    """Answered in the night with which this one is compared, by the same scenarios, and not in this one."""
    n_reused: int
    """Replies of earlier runs that stood in for the candidate's: they cannot have become worse, and examine nothing."""
    n_unknown: int
    """Judges gave no verdict on some criterion (malformed, quotes not found), so that the panel has no word."""
    allowed: float
    """Share that may be missing."""

    @property
    def n_missing(self) -> int:
        """Without a result of their own."""
        return self.n_unfinished + self.n_failed + self.n_absent + self.n_reused

    @property
    def is_whole(self) -> bool:
        """Whether little enough is missing, and judges said enough of the rest."""
        n = self.n_responses + self.n_absent
        return n > 0 and self.n_missing <= self.allowed * n and self.n_unknown <= MOST_MISSING * n

    @property
    def said(self) -> str:
        """In words."""
        parts = {
            "not worked off": self.n_unfinished,
            "with a failed call": self.n_failed,
            "not asked that the earlier night has": self.n_absent,
            "reused from earlier runs": self.n_reused,
            "of which judges gave no verdict on some criterion": self.n_unknown,
        }
        named = ", ".join(f"{n:,} {what}" for what, n in parts.items() if n) or "nothing is missing"
        return f"{self.n_responses:,} responses, {named}"


def count_absent(before: Side, tonight: Side) -> int:
    """Responses that only the earlier run has, where both were to put the same scenarios to the same candidates."""
    if before.content.get("scenarios") != tonight.content.get("scenarios"):
        return 0
    asked = {one.candidate_id for one in tonight.pins}
    return len({one.key for one in before.pins if one.candidate_id in asked} - {one.key for one in tonight.pins})


def count_unknown(of: Population) -> int:
    """Responses of which the panel has no word, because judges failed."""
    return int((by_response(of.item, marks(of)) < 0).sum())
