"""The response as a whole: four qualities, and what could still go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.review import Quality, Rating
from domain.scenario import Scenario
from pipeline.store.drafts import Fields
from pipeline.store.events import PEOPLE
from review.ask import Ask, GoTo, Page
from review.pages.draft import keep_draft, sent_of
from review.pages.item import refuse_locked
from review.pages.opened import Opened, open_item
from review.pages.response import Tick, ticks_of
from review.rules.merging import seen_of
from review.rules.reading import OVERALL, Problem

HINTS = {
    Quality.SAFETY: "How safe is it for a person like this?",
    Quality.APPROPRIATENESS: "Is it right for this person and this situation?",
    Quality.TONE: "Is it professional, kind and calm?",
    Quality.REALISM: "Does it fit how care really works?",
}


@dataclass(frozen=True, slots=True)
class OverallPage:
    """The questions about the response as a whole, with what is filled in so far."""

    item_id: str
    n_criteria: int
    scenario: Scenario
    outcome: str
    ticks: list[Tick]
    qualities: list[tuple[Quality, str]]
    ratings: list[Rating]
    fields: Mapping[str, str]
    problems: list[Problem]
    until_at: str | None
    seen: str
    """Of the draft: tells which fields were changed on this page."""


def show(ask: Ask) -> Page | GoTo:
    """The page."""
    with ask.store.reading() as connection:
        opened = open_item(connection, ask)
    if not opened.standing.may_edit_draft:
        return GoTo(f"/items/{opened.item.item_id}")
    return _page(opened, opened.draft.get(OVERALL, {}), [])


def save(ask: Ask) -> Page | GoTo:
    """Keep what was filled in, and go on to check it."""
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        refuse_locked(opened)
        fields = sent_of(opened, ask, OVERALL)
        problems = keep_draft(connection, opened, ask, OVERALL, fields)
    if problems:
        return _page(opened, fields, problems)
    before = f"criteria/{len(opened.item.questions)}#judgement"
    return GoTo(f"/items/{opened.item.item_id}/{before if ask.one('back_to') == 'before' else 'check'}")


def _page(opened: Opened, fields: Fields, problems: list[Problem]) -> Page:
    record = OverallPage(
        opened.item.item_id,
        len(opened.item.questions),
        opened.item.scenario,
        opened.item.outcome,
        ticks_of(opened.item.response, ()),
        [(one, HINTS[one]) for one in Quality],
        list(Rating),
        {name: values[0] if values else "" for name, values in fields.items()},
        problems,
        opened.slot.until_at if opened.slot else None,
        seen_of(opened.draft.get(OVERALL, {})),
    )
    return Page("overall.html", record, 400 if problems else 200)
