"""Who may hold an item, until when, and where a judgement goes that comes late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.store.slots import Slot, SlotState

LEASE = timedelta(minutes=60)
"""Renewed by everything that its holder does; long, because people are called away."""
WARN_BEFORE = timedelta(minutes=10)
"""Its end is said from then on, so that nobody who only reads is surprised by it."""
MINUTE = timedelta(minutes=1)


def stamp(moment: datetime) -> str:
    """A time as text of one width, which sorts."""
    return moment.isoformat(timespec="microseconds")


def is_taken(slot: Slot, now: datetime) -> bool:
    """Whether nobody else may have this place: it was committed at, or its lease runs."""
    return slot.state is not SlotState.HELD or slot.until_at > stamp(now)


def held_by(slots: Sequence[Slot], person_id: str) -> Slot | None:
    """The person's own place, run out or not."""
    return next((one for one in slots if one.holder_id == person_id), None)


def claim(slots: Sequence[Slot], n_slots: int, person_id: str, now: datetime) -> Slot | None:
    """The place that a person gets, or renews; None where others have them all.

    Args:
        slots: the places that were ever taken.
        n_slots: how many the item has.
        person_id: whose it shall be.
        now: the time.
    """
    until = stamp(now + LEASE)
    if (mine := held_by(slots, person_id)) is not None:
        if mine.state is not SlotState.HELD:
            return mine
        return Slot(mine.number, person_id, max(until, mine.until_at), mine.n_extensions + 1, SlotState.HELD)
    by_number = {one.number: one for one in slots}
    for number in range(n_slots):
        if number not in by_number or not is_taken(by_number[number], now):
            return Slot(number, person_id, until, 0, SlotState.HELD)
    return None
