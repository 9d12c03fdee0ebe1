"""Taking an item, keeping it, and giving it back."""

from datetime import datetime

from domain.person import Person
from domain.review import AsideKind
from pipeline.store.connection import Connection
from pipeline.store.drafts import fetch_draft
from pipeline.store.events import Deed, record_event
from pipeline.store.reviews import fetch_is_set_aside, fetch_versions, record_aside, record_second_reading
from pipeline.store.slots import Slot, SlotState, fetch_may_double, fetch_slots, free_slot, record_slot
from pipeline.store.waiting import fetch_waiting
from review.rules.allocation import why_not
from review.rules.lease import claim, held_by, stamp


def take(connection: Connection, item_id: str, person: Person, now: datetime) -> str:
    """Take a place at an item; taken already, its lease is renewed.

    Returns:
        Why not; empty where the person now has it.
    """
    waiting = fetch_waiting(connection, person, stamp(now), item_id)
    if not waiting:
        return "it is not open any more"
    if refused := why_not(waiting[0], person):
        return refused
    slots = fetch_slots(connection, item_id)
    slot = claim(slots, waiting[0].n_slots, person.person_id, now)
    if slot is None:
        return "others are reading it"
    if held_by(slots, person.person_id) is None:
        before = next((one.holder_id for one in slots if one.number == slot.number), None)
        record_event(connection, Deed("claimed", person.person_id, item_id, stamp(now), old=before, new=slot.number))
    record_slot(connection, item_id, slot)
    return ""


def renew(connection: Connection, item_id: str, person: Person, now: datetime) -> Slot | None:
    """Keep a place for longer. None: the lease ran out and somebody else took the place."""
    slots = fetch_slots(connection, item_id)
    mine = held_by(slots, person.person_id)
    if mine is None:
        return None
    slot = claim(slots, mine.number + 1, person.person_id, now)
    if slot is not None and slot.state is SlotState.HELD:
        record_slot(connection, item_id, slot)
    return slot


def has_begun(connection: Connection, item_id: str, person: Person) -> bool:
    """Whether the item is, or was, this person's: its pages open for nobody else."""
    me = person.person_id
    held = held_by(fetch_slots(connection, item_id), me) is not None
    if held or fetch_versions(connection, item_id, me) or fetch_draft(connection, item_id, me):
        return True
    return fetch_is_set_aside(connection, item_id, me)


def hand_on(connection: Connection, item_id: str, person: Person, kind: AsideKind, reason: str, now: datetime) -> None:
    """Hand an item on, at no fault. Unsure, the person goes on and a colleague reads it as well; else the place is
    free again. The draft stays."""
    me, at = person.person_id, stamp(now)
    record_aside(connection, item_id, me, kind, reason, at)
    if kind is AsideKind.UNSURE:
        if fetch_may_double(connection, item_id):
            record_second_reading(connection, item_id, me, "the reader was unsure", at)
        return
    mine = held_by(fetch_slots(connection, item_id), me)
    if mine is not None and mine.state is SlotState.HELD:
        free_slot(connection, item_id, mine.number)
