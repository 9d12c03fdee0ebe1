"""What of a run clinicians read within the minutes they have: drawn with a known chance, never from the top of a list.

Every item keeps one random number for good, so a later draw with more minutes adds items and takes none away; and the
chance of an item never falls, because what was once drawn was drawn with the chance of that time. What is not drawn is
unreviewed, a gap in coverage, and never passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agreement.sampling import audit_priority, doubled, drawn, inclusion
from domain.policy import RoutingPolicy
from pipeline.chance import SECOND_READING, uniform


@dataclass(frozen=True, slots=True)
class Unsized:
    """An item as the draw sees it."""

    item_id: str
    is_cleared: bool
    expected_harm: float
    draw: float
    minutes: float
    cells: tuple[str, ...]
    """Of a cleared item: criterion with candidate, each of which is to be audited alike."""
    chance_before: float
    """With which an earlier draw had it; 0 where there was none."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """An item after the draw."""

    item_id: str
    inclusion_probability: float
    is_drawn: bool
    is_double: bool


@dataclass(frozen=True, slots=True)
class Sizing:
    """A draw as a whole."""

    minutes: float
    """That clinicians have."""
    needed_minutes: float
    """For everything that is not cleared."""
    drawn_minutes: float
    n_items: int
    n_drawn: int
    n_unreviewed: int
    """Flagged or borderline, and not drawn."""
    unreviewed_minutes: float
    floor: float
    """The least chance of a flagged or borderline item; lower than asked for where the minutes did not reach."""
    n_anchors: int = 0
    """Anchors that came back with the run; no item of it, and in none of the counts above."""
    anchor_minutes: float = 0.0
    """Of the minutes, those planned for them."""
    n_questions: int = 0
    """That expected harm was added up over."""
    n_calibrated: int = 0
    """Of them, those whose chance of a violation is calibrated; the others' is the rule of succession's."""


def draw_sample(items: Sequence[Unsized], minutes: float, policy: RoutingPolicy) -> tuple[list[Sampled], Sizing]:
    """Draw what is read.

    Args:
        items: all of a run.
        minutes: that clinicians have for it; a second reading counts as another.
        policy: the shares of the minutes for audits and second readings, and the least chance.
    """
    once = minutes / (1 + policy.double_rate)
    sent = [one for one in items if not one.is_cleared]
    cleared = [one for one in items if one.is_cleared]
    audit = once * policy.audit_share if sent and cleared else once * bool(cleared)
    found, floor = _chances(sent, [one.expected_harm for one in sent], once - audit, policy.least_chance)
    by_cell, _ = _chances(cleared, _audit_priorities(cleared), audit, policy.least_chance)
    sampled = _sampled(sent + cleared, found + by_cell, policy)
    return sampled, _sizing(items, sampled, minutes, floor)


def _chances(
    items: Sequence[Unsized], priorities: Sequence[float], minutes: float, floor: float
) -> tuple[list[float], float]:
    if not items or minutes <= 0:
        return [one.chance_before for one in items], 0.0
    each = np.array([one.minutes for one in items])
    found = inclusion(np.array(priorities, dtype=np.float64), each, minutes, floor=floor)
    return np.maximum(found.pi, [one.chance_before for one in items]).tolist(), found.floor


def _audit_priorities(items: Sequence[Unsized]) -> list[float]:
    names = {name: number for number, name in enumerate(sorted({cell for one in items for cell in one.cells}))}
    pairs = [(place, names[cell]) for place, one in enumerate(items) for cell in one.cells]
    if not pairs:
        return [1.0] * len(items)
    places, cells = (np.array(column, dtype=np.intp) for column in zip(*pairs, strict=True))
    return audit_priority(places, cells, len(items)).tolist()


def _sampled(items: Sequence[Unsized], chances: Sequence[float], policy: RoutingPolicy) -> list[Sampled]:
    if not items:
        return []
    is_drawn = drawn(np.array(chances), np.array([one.draw for one in items]))
    second = np.array([uniform(policy.seed, one.item_id, SECOND_READING) for one in items])
    is_double = doubled(is_drawn, second, policy.double_rate)
    return [
        Sampled(one.item_id, chance, bool(here), bool(twice))
        for one, chance, here, twice in zip(items, chances, is_drawn, is_double, strict=True)
    ]


def _sizing(items: Sequence[Unsized], sampled: Sequence[Sampled], minutes: float, floor: float) -> Sizing:
    by_id = {one.item_id: one for one in sampled}
    sent = [one for one in items if not one.is_cleared]
    unread = [one for one in sent if not by_id[one.item_id].is_drawn]
    read = [one for one in items if by_id[one.item_id].is_drawn]
    return Sizing(
        minutes=minutes,
        needed_minutes=sum(one.minutes for one in sent),
        drawn_minutes=sum(one.minutes * (1 + by_id[one.item_id].is_double) for one in read),
        n_items=len(items),
        n_drawn=len(read),
        n_unreviewed=len(unread),
        unreviewed_minutes=sum(one.minutes for one in unread),
        floor=floor,
    )
