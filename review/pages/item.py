"""An item's first page: what is asked, the way through it, and its lease."""

from dataclasses import dataclass

from domain.review import AsideKind
from pipeline.store.escalations import fetch_advice
from pipeline.store.events import PEOPLE
from pipeline.store.scenario_versions import fetch_newer
from review.acts.take import renew
from review.ask import Ask, GoTo, Page, RefusedError, Saved
from review.pages.draft import keep_draft
from review.pages.opened import Opened, Step, open_item, steps_of

LOCKED = "Your judgement of this item is locked; it can no longer be edited here"
LOST = "Your time with this item ran out and others have it now. What you filled in is kept"


@dataclass(frozen=True, slots=True)
class ItemPage:
    """The way through an item."""

    item_id: str
    title: str
    setting: str
    steps: list[Step]
    next_url: str
    advice: list[str]
    """Of experts, from an escalation."""
    until_at: str | None
    """When the lease runs out; None where others have the item."""
    noted: str
    """What the person just said of it without handing it on; empty: nothing."""
    has_newer_scenario: bool


def show(ask: Ask) -> Page | GoTo:
    """The page; once the judgement is locked, what came of it instead."""
    with ask.store.reading() as connection:
        opened = open_item(connection, ask)
        advice = fetch_advice(connection, opened.item.item_id)
        newer = fetch_newer(connection, opened.item.versions["scenario"])
    if opened.standing.may_see_judges:
        return GoTo(f"/items/{opened.item.item_id}/{'done' if opened.standing.is_submitted else 'reveal'}")
    steps = steps_of(opened)
    start = f"/items/{opened.item.item_id}"
    open_step = next((one.url for one in steps if not one.is_answered), f"{start}/check")
    scenario = opened.item.scenario
    title = scenario.title or "A scenario without a title"
    until = opened.slot.until_at if opened.slot else None
    noted = AsideKind.UNSURE if ask.query.get("noted") == AsideKind.UNSURE else ""
    record = ItemPage(
        opened.item.item_id, title, scenario.setting, steps, open_step, advice, until, noted, newer is not None
    )  # fmt: skip
    return Page("item.html", record)


def keep(ask: Ask) -> Saved | GoTo:
    """Keep the item for longer: by the page's script, or by its button."""
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        slot = renew(connection, opened.item.item_id, ask.person, ask.now)
    if slot is None:
        raise RefusedError(409, LOST)
    return Saved() if ask.one("quietly") else GoTo(f"/items/{opened.item.item_id}")


def save_field(ask: Ask) -> Saved:
    """Keep one field of the draft, as it is filled in."""
    part, field = ask.one("part"), ask.one("field")
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        fields = {field: list(ask.form.get("value", ()))}
        refuse_locked(opened)
        if not is_part(opened, part) or keep_draft(connection, opened, ask, part, fields):
            raise RefusedError(400, "This field cannot be kept as it is")
    return Saved()


def is_part(opened: Opened, part: str) -> bool:
    """Whether the item has such a part."""
    return part == "overall" or opened.item.question(part) is not None


def refuse_locked(opened: Opened) -> None:
    """Refuse to touch a draft that is committed.

    Raises:
        RefusedError: it is.
    """
    if not opened.standing.may_edit_draft:
        raise RefusedError(409, LOCKED)
