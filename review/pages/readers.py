"""Readers, for leads: how far each has come with practice, and whether they may review for real."""

from collections.abc import Sequence
from dataclasses import dataclass

from agreement.proportion import Proportion
from domain.person import Person
from pipeline.qualification import Practice
from pipeline.store.changes import fetch_severities
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_people
from pipeline.store.qualifications import Decision, fetch_decision, fetch_practised
from review.acts.practise import decide
from review.ask import REVIEWERS, Ask, GoTo, Page, RefusedError
from review.rules.practice import OnCriterion, by_criterion, n_unstated, why_not_decide
from review.rules.reading import MOST_CHARACTERS
from review.rules.sameness import NEEDED, share


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who judges, or would judge, items."""

    person: Person
    n_practised: int
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ReadersPage:
    """All of them, by name: those about whom nobody has decided first."""

    readers: list[Reader]
    n_items: int
    severities_changed: Proportion | None
    """Of violations that stayed violations once the judges were shown; None where too few can speak for it."""
    n_violations: int
    n_needed: int


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """One of them, with what practice came to."""

    reader: Reader
    n_items: int
    results: list[OnCriterion]
    n_unstated: int
    why_not: str
    """Why this lead may not decide at all; empty where they may."""
    decided_by: str
    """Name of whoever decided; empty: nobody did, or somebody who is not here any more."""
    may_review: str
    reason: str
    problem: str


class Readers:
    """The pages over a workspace's practice items."""

    def __init__(self, practice: Sequence[Practice]) -> None:
        self._current = frozenset(one.item.sha256 for one in practice)

    def show_list(self, ask: Ask) -> Page:
        """Everybody who judges items, or would."""
        with ask.store.reading() as connection:
            people = [one for one in fetch_people(connection) if one.may(REVIEWERS)]
            readers = [self._reader(connection, one) for one in people]
            severities = fetch_severities(connection)
        in_order = sorted(readers, key=lambda one: (one.decision is not None, one.person.name))
        changed = share([blind is not last for blind, last in severities])
        return Page("readers.html", ReadersPage(in_order, len(self._current), changed, len(severities), NEEDED))

    def show_one(self, ask: Ask) -> Page:
        """One person."""
        with ask.store.reading() as connection:
            return self._page(connection, ask, "")

    def decide(self, ask: Ask) -> Page | GoTo:
        """Whether they may review for real, by name and with a reason."""
        said, reason = ask.one("may_review"), ask.one("reason").strip()
        with ask.store.writing(PEOPLE) as connection:
            about = _about(connection, ask)
            problem = why_not_decide(about, ask.person, reason, REVIEWERS)
            if said not in ("yes", "no"):
                problem = "Choose whether this person may review for real"
            elif len(reason) > MOST_CHARACTERS:
                problem = f"Use at most {MOST_CHARACTERS} characters"
            if problem:
                return self._page(connection, ask, problem)
            decide(connection, about, ask.person, reason, ask.now, may_review=said == "yes")
        return GoTo("/readers")

    def _reader(self, connection: Connection, person: Person) -> Reader:
        practised = fetch_practised(connection, person.person_id)
        n = sum(one.practice_sha256 in self._current for one in practised)
        return Reader(person, n, fetch_decision(connection, person.person_id))

    def _page(self, connection: Connection, ask: Ask, problem: str) -> Page:
        about = _about(connection, ask)
        reader, practised = self._reader(connection, about), fetch_practised(connection, about.person_id)
        names = {one.person_id: one.name for one in fetch_people(connection)}
        record = ReaderPage(
            reader,
            len(self._current),
            by_criterion(practised),
            n_unstated(practised),
            why_not_decide(about, ask.person, "any", REVIEWERS),
            names.get(reader.decision.decided_by, "") if reader.decision is not None else "",
            ask.one("may_review"),
            ask.one("reason"),
            problem,
        )
        return Page("reader.html", record, 400 if problem else 200)


def _about(connection: Connection, ask: Ask) -> Person:
    found = next((one for one in fetch_people(connection) if one.person_id == ask.path["person_id"]), None)
    if found is None or not found.may(REVIEWERS):
        raise RefusedError(404, "There is no such reader")
    return found
