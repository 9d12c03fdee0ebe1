"""Allocation, for leads: which items go to whom, by when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from domain.person import Person, Profession
from pipeline.store.adjudications import fetch_author
from pipeline.store.assignments import Assignment, OpenItem, fetch_open_items, record_assignment
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_people
from pipeline.store.qualifications import fetch_qualified
from pipeline.store.reviews import fetch_readers
from review.ask import REVIEWERS, Ask, GoTo, Page
from review.rules.conflict import why_not_read_afresh
from review.rules.lease import stamp

_SHOWN = 200
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class AllocationPage:
    """What is open, and to whom it can be given."""

    items: list[OpenItem]
    choices: list[tuple[str, str]]
    """Value and name: people who review, professions, nobody in particular."""
    chosen: str
    due: str
    ticked: list[str]
    problem: str


def show(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return _page(connection, ask, "")


def allocate(ask: Ask) -> Page | GoTo:
    """Give the ticked items to the chosen one."""
    with ask.store.writing(PEOPLE) as connection:
        people = _reviewers(connection)
        ticked, to, due_at = list(ask.form.get("item", ())), ask.one("to"), _due(ask.one("due"))
        problem = _problem(connection, ask, people)
        if problem:
            return _page(connection, ask, problem)
        kind, _, name = to.partition(":")
        given = Assignment(name if kind == "person" else "", name if kind == "profession" else "", due_at)
        for item_id in ticked:
            record_assignment(connection, item_id, given, ask.person.person_id, stamp(ask.now))
    return GoTo("/allocation")


def _problem(connection: Connection, ask: Ask, people: list[Person]) -> str:
    ticked, to = list(ask.form.get("item", ())), ask.one("to")
    if not ticked or not set(ticked) <= {one.item_id for one in fetch_open_items(connection, stamp(ask.now), _SHOWN)}:
        return "Tick the items to give, of those that are open"
    if to not in {value for value, _ in _choices(people)}:
        return "Choose to whom they go"
    if ask.one("due") and _due(ask.one("due")) is None:
        return "Write the day as year-month-day, such as 2026-12-01"
    person = next((one for one in people if to == f"person:{one.person_id}"), None)
    for item_id in ticked if person is not None else ():
        readers, author = fetch_readers(connection, item_id), fetch_author(connection, item_id)
        if person is not None and why_not_read_afresh(readers, author, person):
            return f"{person.name} has read one of these items or wrote its scenario; untick it"
    return ""


def _due(said: str) -> str | None:
    try:
        return stamp(datetime.combine(date.fromisoformat(said), time(18, tzinfo=UTC)))
    except ValueError:
        return None


def _reviewers(connection: Connection) -> list[Person]:
    qualified = fetch_qualified(connection)
    return [one for one in fetch_people(connection) if one.may(REVIEWERS) and one.person_id in qualified]


def _choices(people: list[Person]) -> list[tuple[str, str]]:
    persons = [(f"person:{one.person_id}", one.name) for one in people]
    professions = [(f"profession:{one}", f"Any {one.replace('_', ' ')}") for one in Profession]
    return [*persons, *professions, (_NOBODY, "Nobody in particular")]


def _page(connection: Connection, ask: Ask, problem: str) -> Page:
    items = fetch_open_items(connection, stamp(ask.now), _SHOWN)
    choices = _choices(_reviewers(connection))
    ticked = list(ask.form.get("item", ()))
    record = AllocationPage(items, choices, ask.one("to"), ask.one("due"), ticked, problem)
    return Page("allocation.html", record, 400 if problem else 200)
