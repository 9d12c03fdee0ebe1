"""More was flagged tonight than before: is the candidate worse, did the judges move, or the clinicians?"""

from enum import StrEnum
from typing import NamedTuple


class Cause(StrEnum):
    """What moved."""

    CANDIDATE_WORSE = "candidate_worse"
    JUDGES_MOVED = "judges_moved"
    CLINICIANS_MOVED = "clinicians_moved"
    UNDECIDED = "undecided"
    """Something rose, and it cannot be told what."""


class Move(NamedTuple):
    """One test, with the interval of how far the share of violations rose, -1 to 1."""

    low: float
    high: float
    is_shown: bool
    """Whether its test says that something moved, in either direction."""


class Attribution(NamedTuple):
    """All that moved, and why so; no cause where nothing did."""

    causes: tuple[Cause, ...]
    moved: str
    """What is said of the yardsticks that moved; empty where none did."""
    blame: str
    """What is said of the candidate."""

    @property
    def reason(self) -> str:
        """All of it."""
        return " ".join(filter(None, [self.moved, self.blame]))


YARDSTICKS: tuple[Cause, ...] = (Cause.JUDGES_MOVED, Cause.CLINICIANS_MOVED)


def attribute(
    candidate: Move | None, judges: Move | None, clinicians: Move | None, *, measured_by: tuple[Cause, ...] = YARDSTICKS
) -> Attribution:
    """Tell the three apart; a yardstick that moved is taken off the candidate's rise before the candidate is blamed.

    Args:
        candidate: violations on the same scenarios, tonight less before.
        judges: verdicts on the frozen anchors, tonight less before.
        clinicians: labels of the same clinicians on anchors mixed in again by a seed, second less first reading.
            Each is None where it was not tested: then a rise that it could explain stays undecided.
        measured_by: the yardsticks whose word the candidate's violations are; another explains no rise of them.
    """
    yardsticks = dict(zip(YARDSTICKS, (judges, clinicians), strict=True))
    moved = {cause: move for cause, move in yardsticks.items() if move is not None and move.is_shown}
    untested = [cause for cause in measured_by if yardsticks[cause] is None]
    blamed, why = _blame(candidate, [moved[cause] for cause in measured_by if cause in moved], untested)
    return Attribution((*blamed, *moved), " ".join(_moved(cause, move) for cause, move in moved.items()), why)


def _blame(candidate: Move | None, moved: list[Move], untested: list[Cause]) -> tuple[list[Cause], str]:
    """Whether the candidate got worse, and the sentence that says so."""
    if candidate is None:
        return [], "The candidate was not compared."
    rises = candidate.is_shown and candidate.low > 0
    least = candidate.low - sum(move.high for move in moved)
    most = candidate.high - sum(move.low for move in moved)
    seen = f"Violations changed by {candidate.low:.1%} to {candidate.high:.1%}"
    if rises and untested:
        return [Cause.UNDECIDED], f"{seen}; not all yardsticks were tested, so it cannot be told why."
    if (rises or moved) and least > 0:
        return [Cause.CANDIDATE_WORSE], f"{seen}, of which the candidate has {least:.1%} at least."
    if rises:
        return [Cause.UNDECIDED], f"{seen}, which could be a stricter yardstick or a worse candidate."
    if most > 0 and any(move.low < 0 for move in moved):
        return [Cause.UNDECIDED], f"{seen}, and a milder yardstick could hide a worse candidate."
    return [], f"{seen}: the candidate is not shown to be worse."


def _moved(cause: Cause, move: Move) -> str:
    who = "judges" if cause is Cause.JUDGES_MOVED else "clinicians"
    how = "stricter" if move.low > 0 else "milder" if move.high < 0 else "different"
    return f"The {who} became {how} ({move.low:.1%} to {move.high:.1%} of anchors)."
