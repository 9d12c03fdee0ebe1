"""How long a clinician takes for an item: a plan at first, and as it was measured once enough were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_MINUTES_BEFORE, _CHARACTERS_A_MINUTE, _MINUTES_A_CRITERION = 2.0, 1200, 0.5
_MOST_MINUTES = 60.0
"""Longer than that somebody was away."""
LEAST_READINGS = 20
"""Below so many, a few slow evenings would size the queue."""


def expected_minutes(n_characters: int, n_criteria: int) -> float:
    """Reading at about 200 words a minute, half a minute a criterion, two minutes to begin with.

    Args:
        n_characters: of scenario and response together.
        n_criteria: that are asked about.
    """
    return _MINUTES_BEFORE + n_characters / _CHARACTERS_A_MINUTE + n_criteria * _MINUTES_A_CRITERION


@dataclass(frozen=True, slots=True)
class Reading:
    """One item, from its being taken to its being locked. Whose it was is left out: nobody is measured here."""

    minutes: float
    n_characters: int
    n_criteria: int


def measured_pace(readings: Sequence[Reading]) -> float | None:
    """Minutes taken for each that was planned, in the middle of all readings; None where there are too few."""
    ratios = [
        one.minutes / expected_minutes(one.n_characters, one.n_criteria)
        for one in readings
        if 0 < one.minutes <= _MOST_MINUTES
    ]
    return median(ratios) if len(ratios) >= LEAST_READINGS else None
