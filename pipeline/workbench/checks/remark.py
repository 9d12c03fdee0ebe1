"""One thing to say about a rubric."""

from dataclasses import dataclass
from enum import StrEnum

Place = tuple[str | int, ...]
"""Keys and list positions from the top of the file."""


class Level(StrEnum):
    """How much it matters."""

    ERROR = "error"
    """It cannot be right: a run would refuse it, or a criterion could never be judged."""
    WARNING = "warning"
    """Probably not what its author means."""
    NOTE = "note"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a place in one rubric."""

    level: Level
    about: str
    """The criterion's id; the rubric's where it is about the whole."""
    says: str
    place: Place = ()
