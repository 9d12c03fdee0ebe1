"""Items on which readers differ: read first, then see the readers' reasons, then settle."""

from dataclasses import dataclass, replace

from domain.question import Question
from domain.review import CriterionJudgement
from pipeline.store.adjudications import ReadTwice, fetch_own_read, fetch_read_twice
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.review_items import ReviewItem, fetch_review_item
from review.acts.adjudicate import read_first, settle
from review.ask import EXPERTS, Ask, GoTo, Page, RefusedError
from review.pages.choice import Choice, Chosen, choices_of, chosen_of, problem_of, said_of, severities
from review.pages.response import Tick, ticks_of
from review.rules.conflict import contested, why_not_read_afresh
from review.rules.reading import MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class ListPage:
    """What waits to be settled."""

    items: list[tuple[ReadTwice, int, str]]
    """Each with the number of criteria on which readers differ, and why this person may not settle it."""
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Disputed:
    """One criterion on which readers differ."""

    number: int
    asked: Question
    choices: list[Choice]
    chosen: Chosen
    readings: list[CriterionJudgement]
    """Of the readers, in an order that says nothing; empty before the adjudicator's own read."""
    problem: str


@dataclass(frozen=True, slots=True)
class AdjudicationPage:
    """One item, before the adjudicator's own read or after it."""

    item: ReviewItem
    ticks: list[Tick]
    disputed: list[Disputed]
    severities: list[Choice]
    has_read: bool
    reason: str
    problem: str

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Places and sentences."""
        found = [(f"#choice-{one.number}", one.problem) for one in self.disputed if one.problem]
        return [*found, ("#reason", self.problem)] if self.problem else found


def show_list(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        found = fetch_read_twice(connection)
    items = [
        (one, len(differing), why_not_read_afresh(list(one.readings), one.author, ask.person))
        for one in found
        if (differing := contested(list(one.readings.values())))
    ]
    return Page("adjudications.html", ListPage(items, ask.deciding.may(EXPERTS)))


def show_one(ask: Ask) -> Page:
    """The item."""
    with ask.store.reading() as connection:
        return Page("adjudication.html", _record(connection, _opened(connection, ask), ask))


def read_one(ask: Ask) -> Page | GoTo:
    """The adjudicator's own read."""
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        record = _record(connection, one, ask)
        if record.has_read:
            return GoTo(f"/adjudications/{one.item_id}")
        record = replace(record, disputed=_checked(record.disputed))
        if record.problems:
            return Page("adjudication.html", record, 400)
        read_first(connection, one, ask.person, [said_of(each.asked, each.chosen) for each in record.disputed], ask.now)
    return GoTo(f"/adjudications/{one.item_id}")


def settle_one(ask: Ask) -> Page | GoTo:
    """The settled answer."""
    reason = ask.one("reason")
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        record = _record(connection, one, ask)
        if not record.has_read:
            raise RefusedError(409, "Say first what you think yourself; what the readers said is shown after that")
        problem = "" if reason.strip() else "Say why; the readers see it"
        problem = f"Use at most {MOST_CHARACTERS} characters" if len(reason) > MOST_CHARACTERS else problem
        record = replace(record, disputed=_checked(record.disputed), reason=reason, problem=problem)
        if record.problems:
            return Page("adjudication.html", record, 400)
        settle(
            connection,
            one,
            ask.person,
            [said_of(each.asked, each.chosen) for each in record.disputed],
            reason.strip(),
            ask.now,
        )
    return GoTo("/adjudications")


def _opened(connection: Connection, ask: Ask) -> ReadTwice:
    found = fetch_read_twice(connection, ask.path["item_id"])
    if not found or not contested(list(found[0].readings.values())):
        raise RefusedError(404, "There is nothing to settle on this item")
    if why := why_not_read_afresh(list(found[0].readings), found[0].author, ask.person):
        raise RefusedError(403, f"You cannot settle this item: {why}")
    return found[0]


def _record(connection: Connection, one: ReadTwice, ask: Ask) -> AdjudicationPage:
    item = fetch_review_item(connection, one.item_id)
    if item is None:
        raise RefusedError(404, "There is nothing to settle on this item")
    own = fetch_own_read(connection, one.item_id, ask.person.person_id)
    mine = {each.criterion_id: each for each in own or ()}
    differing = {each.criterion_id for each in contested(list(one.readings.values()))}
    disputed = [
        _disputed(number, asked, one if own is not None else None, mine, ask)
        for number, asked in enumerate(item.questions, 1)
        if asked.criterion.criterion_id in differing
    ]
    return AdjudicationPage(item, ticks_of(item.response, ()), disputed, severities(), own is not None, "", "")


def _disputed(
    number: int, asked: Question, one: ReadTwice | None, mine: dict[str, CriterionJudgement], ask: Ask
) -> Disputed:
    criterion_id = asked.criterion.criterion_id
    before = chosen_of(mine.get(criterion_id))
    said = [found for each in one.readings.values() if (found := each.on(criterion_id))] if one is not None else []
    return Disputed(
        number,
        asked,
        choices_of(asked),
        Chosen(ask.one(f"choice-{number}") or before.answer, ask.one(f"severity-{number}") or before.severity),
        sorted(said, key=lambda each: each.value),
        "",
    )


def _checked(disputed: list[Disputed]) -> list[Disputed]:
    return [replace(one, problem=problem_of(one.chosen, one.choices)) for one in disputed]
