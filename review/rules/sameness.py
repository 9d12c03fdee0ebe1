"""How often two said the same, where there is enough to say so."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agreement.proportion import Proportion, proportion

NEEDED = 10
"""Comparisons on one criterion below which no share is given: the interval would span most of what is possible."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """On one criterion."""

    criterion_id: str
    n: int
    share: Proportion | None
    """None: too few."""

    @property
    def n_lacking(self) -> int:
        """How many more would lift the refusal."""
        return max(0, NEEDED - self.n)


def sameness(compared: Iterable[tuple[str, bool]]) -> list[Sameness]:
    """By criterion.

    Args:
        compared: criterion, and whether both said the same.
    """
    by_id: dict[str, list[bool]] = defaultdict(list)
    for criterion_id, is_same in compared:
        by_id[criterion_id].append(is_same)
    return [Sameness(name, len(same), share(same)) for name, same in sorted(by_id.items())]


def share(same: Sequence[bool]) -> Proportion | None:
    """How many are true, with the interval; None where there are too few to say."""
    return proportion(sum(same), len(same)) if len(same) >= NEEDED else None
