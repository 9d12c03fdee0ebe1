"""What every page of an item begins with: the item, if it is this person's, and how far they have come."""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.drafts import Draft, fetch_draft
from pipeline.store.review_items import ReviewItem, fetch_review_item
from pipeline.store.reviews import Version, fetch_is_adjudicated, fetch_versions
from pipeline.store.slots import Slot, SlotState, fetch_slots
from review.acts.take import has_begun
from review.ask import Ask, RefusedError
from review.rules.lease import held_by
from review.rules.reading import OVERALL, judgement_of
from review.rules.shown import Standing

NOT_YOURS = "This item is not open to you. It may not exist, or others have it; your queue shows what you can take"


@dataclass(frozen=True, slots=True)
class Opened:
    """An item in front of the person whose it is."""

    item: ReviewItem
    draft: Draft
    versions: list[Version]
    slot: Slot | None
    """Their place; None where its lease ran out and somebody else has it."""
    standing: Standing


def open_item(connection: Connection, ask: Ask) -> Opened:
    """The item of the address.

    Raises:
        RefusedError: it does not exist or is not this person's: the same sentence for both.
    """
    item_id, me = ask.path["item_id"], ask.person.person_id
    item = fetch_review_item(connection, item_id)
    if item is None or not has_begun(connection, item_id, ask.person):
        raise RefusedError(404, NOT_YOURS)
    versions = fetch_versions(connection, item_id, me)
    slot = held_by(fetch_slots(connection, item_id), me)
    is_submitted = slot is not None and slot.state is SlotState.SUBMITTED
    standing = Standing(len(versions), is_submitted, fetch_is_adjudicated(connection, item_id))
    return Opened(item, fetch_draft(connection, item_id, me), versions, slot, standing)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of an item, as the way through it shows."""

    url: str
    title: str
    is_answered: bool


def steps_of(opened: Opened) -> list[Step]:
    """The way through an item: its criteria, then the response as a whole."""
    said = {one.criterion_id for one in judgement_of(opened.item, opened.draft).criteria}
    start = f"/items/{opened.item.item_id}"
    steps = [
        Step(f"{start}/criteria/{number}", one.name,
             one.criterion.criterion_id in said)
        for number, one in enumerate(opened.item.questions, 1)
    ]  # fmt: skip
    return [*steps, Step(f"{start}/overall", "The response as a whole", bool(opened.draft.get(OVERALL)))]
