"""One criterion: scenario, response and question on one page."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.question import Question
from domain.scenario import Scenario
from pipeline.store.drafts import Fields
from pipeline.store.events import PEOPLE
from review.ask import Ask, GoTo, Page, RefusedError
from review.pages.choice import Choice, choices_of, severities
from review.pages.draft import keep_draft, sent_of
from review.pages.item import refuse_locked
from review.pages.opened import NOT_YOURS, Opened, open_item
from review.pages.response import Tick, ticks_of
from review.rules.merging import seen_of
from review.rules.reading import Problem


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """A question about a response, with what the person has filled in so far."""

    item_id: str
    number: int
    n: int
    scenario: Scenario
    outcome: str
    ticks: list[Tick]
    asked: Question
    choices: list[Choice]
    severities: list[Choice]
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
    asked = _asked(opened, ask)
    return _page(opened, ask, opened.draft.get(asked.criterion.criterion_id, {}), [])


def save(ask: Ask) -> Page | GoTo:
    """Keep what was filled in, and go on."""
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        refuse_locked(opened)
        criterion_id = _asked(opened, ask).criterion.criterion_id
        fields = sent_of(opened, ask, criterion_id)
        problems = keep_draft(connection, opened, ask, criterion_id, fields)
    return _page(opened, ask, fields, problems) if problems else GoTo(_next(opened, ask))


def _asked(opened: Opened, ask: Ask) -> Question:
    number = int(ask.path["number"])
    if not 1 <= number <= len(opened.item.questions):
        raise RefusedError(404, NOT_YOURS)
    return opened.item.questions[number - 1]


def _next(opened: Opened, ask: Ask) -> str:
    start, number = f"/items/{opened.item.item_id}", int(ask.path["number"])
    if ask.one("back_to") == "check":
        return f"{start}/check"
    if ask.one("back_to") == "before":
        return f"{start}/criteria/{max(1, number - 1)}#judgement"
    if number < len(opened.item.questions):
        return f"{start}/criteria/{number + 1}#judgement"  # past what was read already; it is one tap away
    return f"{start}/overall#judgement"


def _page(opened: Opened, ask: Ask, fields: Fields, problems: list[Problem]) -> Page:
    asked = _asked(opened, ask)
    record = CriterionPage(
        opened.item.item_id,
        int(ask.path["number"]),
        len(opened.item.questions),
        opened.item.scenario,
        opened.item.outcome,
        ticks_of(opened.item.response, fields.get("sentence", ())),
        asked,
        choices_of(asked),
        severities(),
        {name: values[0] if values else "" for name, values in fields.items()},
        problems,
        opened.slot.until_at if opened.slot else None,
        seen_of(opened.draft.get(asked.criterion.criterion_id, {})),
    )
    return Page("criterion.html", record, 400 if problems else 200)
