"""Which anchors come back to whoever judged them before: drawn by a seed, so that nobody can tell when, or which.

They take a share of the minutes that clinicians have. What they say then is compared with what they said before, and
counts for nothing else: nobody drew it from what the run holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from agreement.sampling import inclusion
from domain.policy import RoutingPolicy
from domain.record import content_sha256
from pipeline.chance import ANCHOR, uniform


@dataclass(frozen=True, slots=True)
class Readable:
    """A frozen response, and somebody who judged it."""

    anchor_set: str
    of_item_id: str
    of_run_id: str
    """At which it was frozen."""
    person_id: str
    minutes: float
    """That reading it takes."""
    last_read_at: datetime
    """By this person, at the latest."""
    is_waiting: bool
    """Sent to this person already, and not read yet."""


@dataclass(frozen=True, slots=True)
class Again:
    """An anchor that comes back to a person with a run."""

    item_id: str
    """Its own: the same for the same anchor, person and run, and like any other's."""
    of: Readable
    inclusion_probability: float
    draw: float


def due(items: Sequence[Readable], policy: RoutingPolicy, now: datetime) -> list[Readable]:
    """What may come back: read long enough ago, and not waiting still."""
    until = now - timedelta(days=policy.anchor_days)
    return [one for one in items if one.last_read_at <= until and not one.is_waiting]


def expected_minutes_again(items: Sequence[Readable], minutes: float, policy: RoutingPolicy) -> float:
    """What reading anchors takes of so many minutes, on average.

    Args:
        items: that are due.
        minutes: that clinicians have for the run.
        policy: the share.
    """
    return min(minutes * policy.anchor_share, sum(one.minutes for one in items))


def draw_again(items: Sequence[Readable], run_id: str, minutes: float, policy: RoutingPolicy) -> list[Again]:
    """Draw what comes back with a run, everything with the same chance.

    Args:
        items: that are due.
        run_id: with whose items they are mixed; another night draws others.
        minutes: that clinicians have for the run.
        policy: share and seed.
    """
    budget = minutes * policy.anchor_share
    if not items or budget <= 0:
        return []
    each = np.array([one.minutes for one in items])
    found = inclusion(np.ones(len(items)), each, budget, floor=policy.least_chance)
    all_of_them = [
        _again(one, run_id, chance, policy.seed) for one, chance in zip(items, found.pi.tolist(), strict=True)
    ]
    return [one for one in all_of_them if one.draw < one.inclusion_probability]


def _again(one: Readable, run_id: str, chance: float, seed: int) -> Again:
    item_id = content_sha256([ANCHOR, run_id, one.anchor_set, one.of_item_id, one.person_id])[:20]
    return Again(item_id, one, min(1.0, chance), uniform(seed, item_id, ANCHOR))
