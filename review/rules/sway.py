"""How far the sight of the judges moves people: automation bias, measured from what they said first and last.

Only points on which all judges that gave a verdict said the same have a direction; the others are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agreement.proportion import Proportion
from pipeline.store.changes import Seen
from review.rules.sameness import share


@dataclass(frozen=True, slots=True)
class Sway:
    """Over all readers together; each None where too few points can speak for it."""

    towards: Proportion | None
    """Changed to what the judges said, of those on which the reader had said otherwise."""
    away: Proportion | None
    """Changed away from what the judges said, of those on which the reader had said the same."""
    severity: Proportion | None
    """Of violations that stayed violations, those whose severity was changed."""
    n_against: int
    n_with: int
    n_violations: int


def sway(seen: Sequence[Seen]) -> Sway:
    """Over these points."""
    against = [one.last is one.judges for one in seen if one.judges is not None and one.blind is not one.judges]
    beside = [one.last is not one.judges for one in seen if one.judges is not None and one.blind is one.judges]
    kept = [one.last_severity is not one.blind_severity for one in seen if one.blind_severity and one.last_severity]
    return Sway(share(against), share(beside), share(kept), len(against), len(beside), len(kept))
