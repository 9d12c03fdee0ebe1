"""Which item comes next for a person, without a word of why it waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.person import Person
from domain.record import content_sha256
from pipeline.store.waiting import Waiting

BLOCK = 20
"""Items within which urgency gives way to mixing, so that nobody can tell an audit by its place in the list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that a person may take, with the minutes it is likely to need."""

    item_id: str
    title: str
    setting: str
    minutes: int
    due_at: str | None
    is_mine: bool
    """Begun already; comes first."""


def why_not(one: Waiting, person: Person) -> str:
    """Why a person may not take an item, said to them; empty where they may."""
    is_others = one.is_assigned and not one.is_assigned_to_me
    barred = {
        "you have judged it already": one.is_read_by_me,
        "an expert is looking at it": one.is_escalated,
        "you have handed it on": one.is_set_aside,
        "you wrote its scenario": bool(one.author) and one.author in (person.person_id, person.name),
        "you wrote a reference answer to its scenario, or changed it": one.has_written_reference,
        "it is assigned to somebody else": is_others,
        "it is outside your scope": not one.is_assigned_to_me and not _in_scope(one, person),
        "others are reading it": not one.is_mine and one.n_taken >= one.n_slots,
    }
    return next((why for why, holds in barred.items() if holds), "")


def _in_scope(one: Waiting, person: Person) -> bool:
    return not person.scope or one.setting in person.scope or bool(one.tags & person.scope)


def in_order(waiting: Sequence[Waiting], person: Person) -> list[Waiting]:
    """What the person may take, in the order in which it is offered: begun first, then by day due, then by urgency in
    blocks, each with its share of audits, in an order within the block that says nothing."""
    free = [one for one in waiting if not why_not(one, person)]
    begun = [one for one in free if one.is_mine]
    rest = _mixed([one for one in free if not one.is_mine], person.person_id)
    return begun + sorted(rest, key=lambda one: (one.due_at or "9999")[:10])


def _mixed(waiting: list[Waiting], salt: str) -> list[Waiting]:
    sent = [one for one in waiting if not one.is_audit]
    audits = sorted((one for one in waiting if one.is_audit), key=lambda one: content_sha256([one.item_id]))
    mixed: list[Waiting] = []
    n_blocks = -(-len(waiting) // BLOCK)
    for number in range(n_blocks):
        block = _part(sent, number, n_blocks) + _part(audits, number, n_blocks)
        mixed += sorted(block, key=lambda one: content_sha256([salt, one.item_id]))
    return mixed


def _part(whole: list[Waiting], number: int, n: int) -> list[Waiting]:
    return whole[number * len(whole) // n : (number + 1) * len(whole) // n]


def within(offers: Sequence[Offer], minutes: int) -> list[Offer]:
    """The first offers that fit into so many minutes together; one at least, where there is any."""
    chosen: list[Offer] = []
    for one in offers:
        if chosen and sum(each.minutes for each in chosen) + one.minutes > minutes:
            break
        chosen.append(one)
    return chosen
