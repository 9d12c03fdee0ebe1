"""Handing an item on: one tap, no fault."""

from domain.review import AsideKind
from pipeline.store.connection import Connection
from pipeline.store.drafts import record_draft
from pipeline.store.events import PEOPLE
from review.acts.take import hand_on
from review.ask import Ask, GoTo, RefusedError
from review.pages.draft import fields_of
from review.pages.item import is_part
from review.pages.opened import Opened, open_item
from review.rules.lease import stamp
from review.rules.reading import MOST_CHARACTERS, unreadable


def hand_on_(ask: Ask) -> GoTo:
    """Skip, unsure, outside my scope, the scenario lacks information, escalate."""
    kind, reason = ask.one("kind"), ask.one("reason").strip()
    if kind not in set(AsideKind) or len(reason) > MOST_CHARACTERS:
        raise RefusedError(400, "Choose how to hand this item on")
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        _keep(connection, opened, ask)
        hand_on(connection, opened.item.item_id, ask.person, AsideKind(kind), reason, ask.now)
    if kind == AsideKind.UNSURE or opened.standing.may_see_judges:
        return GoTo(f"/items/{opened.item.item_id}?noted={kind}")
    return GoTo(f"/queue?noted={kind}")


def _keep(connection: Connection, opened: Opened, ask: Ask) -> None:
    """The page's fields come with the tap: what can be kept of them is, for whoever takes the item up again."""
    part = ask.one("part")
    fields = fields_of(ask.form, part)
    is_fine = is_part(opened, part) and not unreadable(part, fields, opened.item.response)
    if is_fine and opened.standing.may_edit_draft:
        record_draft(connection, opened.item.item_id, ask.person.person_id, part, fields, stamp(ask.now))
