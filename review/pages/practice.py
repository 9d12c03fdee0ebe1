"""Practice items: judged like real ones, and then shown beside the agreed answers with why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.question import Question
from domain.severity import Severity
from pipeline.qualification import Practice
from pipeline.store.drafts import Fields, fetch_draft, forget_draft, record_draft
from pipeline.store.events import PEOPLE
from pipeline.store.qualifications import (
    Answer,
    Decision,
    Practised,
    answer_of,
    fetch_decision,
    fetch_practised,
)
from review.acts.practise import practise
from review.ask import Ask, GoTo, Page, RefusedError, Saved
from review.pages.choice import Choice, Chosen, choices_of, problem_of, said_of, severities
from review.pages.response import Tick, ticks_of
from review.rules.lease import stamp
from review.rules.practice import OnCriterion, by_criterion, is_as_agreed, n_unstated
from review.rules.reading import MOST_CHARACTERS

_PART = "practice"
"""Of a draft: a practice item has one part, and its own hash stands for the item."""


@dataclass(frozen=True, slots=True)
class PracticePage:
    """The way through practice, and what it came to so far."""

    items: list[tuple[Practice, bool]]
    """Each with whether it is answered."""
    next_number: int | None
    """The first that is not answered."""
    results: list[OnCriterion]
    n_unstated: int
    decision: Decision | None
    may_review: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion of a practice item, with what the form says so far."""

    number: int
    asked: Question
    choices: list[Choice]
    chosen: Chosen
    reason: str
    problem: str


@dataclass(frozen=True, slots=True)
class PracticeItemPage:
    """A practice item: to be answered, or with what was agreed."""

    number: int
    n: int
    practice: Practice
    ticks: list[Tick]
    points: list[Point]
    severities: list[Choice]
    answers: list[tuple[Answer, bool]]
    """Each with whether it is the agreed one; empty until the person has answered."""

    @property
    def problems(self) -> list[Point]:
        """Those that need mending."""
        return [one for one in self.points if one.problem]


class Practising:
    """The pages over a workspace's practice items."""

    def __init__(self, practice: Sequence[Practice]) -> None:
        self._practice = practice

    def show_list(self, ask: Ask) -> Page:
        """All practice items, and what was learned."""
        me = ask.person.person_id
        with ask.store.reading() as connection:
            practised, decision = fetch_practised(connection, me), fetch_decision(connection, me)
        done = {one.practice_sha256 for one in practised}
        items = [(one, one.item.sha256 in done) for one in self._practice]
        open_number = next((number for number, (_, is_done) in enumerate(items, 1) if not is_done), None)
        unstated = n_unstated(practised)
        record = PracticePage(items, open_number, by_criterion(practised), unstated, decision, ask.may_review)
        return Page("practice.html", record)

    def show_one(self, ask: Ask) -> Page:
        """One practice item."""
        return Page("practice_item.html", self._record(ask))

    def answer(self, ask: Ask) -> Page | GoTo:
        """Keep the answers, and show them beside the agreed ones; or keep them as they are, for later."""
        record = self._record(ask)
        if record.answers:
            return GoTo(f"/practice/{record.number}")
        if ask.one("then") == "later":
            self._keep(ask, record, _fields(ask, record))
            return GoTo("/practice")
        record = replace(record, points=[replace(one, problem=_problem(one)) for one in record.points])
        if record.problems:
            return Page("practice_item.html", record, 400)
        item = record.practice.item
        given = Practised(item.practice_id, item.sha256, _answers(record), stamp(ask.now))
        with ask.store.writing(PEOPLE) as connection:
            practise(connection, ask.person, given)
            forget_draft(connection, item.sha256, ask.person.person_id)
        return GoTo(f"/practice/{record.number}")

    def save_field(self, ask: Ask) -> Saved:
        """Keep one field, as it is filled in."""
        record, field = self._record(ask), ask.one("field")
        self._keep(ask, record, {field: list(ask.form.get("value", ()))})
        return Saved()

    def _keep(self, ask: Ask, record: PracticeItemPage, fields: Fields) -> None:
        offered = _offered(record)
        if record.answers or not all(_is_readable(offered, name, said) for name, said in fields.items()):
            raise RefusedError(400, "This cannot be kept as it is")
        with ask.store.writing(PEOPLE) as connection:
            record_draft(connection, record.practice.item.sha256, ask.person.person_id, _PART, fields, stamp(ask.now))

    def _record(self, ask: Ask) -> PracticeItemPage:
        number = int(ask.path["number"])
        if not 1 <= number <= len(self._practice):
            raise RefusedError(404, "There is no such practice item")
        practice, me = self._practice[number - 1], ask.person.person_id
        with ask.store.reading() as connection:
            practised = fetch_practised(connection, me)
            draft = fetch_draft(connection, practice.item.sha256, me).get(_PART, {})
        mine = next((one for one in practised if one.practice_sha256 == practice.item.sha256), None)
        answers = [(one, is_as_agreed(one)) for one in mine.answers] if mine is not None else []
        said = ask.form or draft  # a form says all that there is; without one, what was kept of an earlier time
        points = [_point(n, asked, said) for n, (asked, _) in enumerate(practice.asked, 1)]
        ticks = ticks_of(practice.item.response, ())
        return PracticeItemPage(number, len(self._practice), practice, ticks, points, severities(), answers)


def _point(number: int, asked: Question, said: Fields) -> Point:
    chosen = Chosen(_one(said, f"choice-{number}"), _one(said, f"severity-{number}"))
    return Point(number, asked, choices_of(asked), chosen, _one(said, f"why-{number}"), "")


def _one(said: Fields, name: str) -> str:
    values = said.get(name, ())
    return values[0] if values else ""


def _offered(record: PracticeItemPage) -> Mapping[str, set[str] | None]:
    """The fields of a practice item's form, each with what it can be; None: any words."""
    found: dict[str, set[str] | None] = {}
    for one in record.points:
        found[f"choice-{one.number}"] = {each.value for each in one.choices}
        found[f"severity-{one.number}"] = set(map(str, Severity))
        found[f"why-{one.number}"] = None
    return found


def _is_readable(offered: Mapping[str, set[str] | None], name: str, said: Sequence[str]) -> bool:
    if name not in offered:
        return False
    among = offered[name]
    return all(len(one) <= MOST_CHARACTERS if among is None else one in among for one in said)


def _fields(ask: Ask, record: PracticeItemPage) -> Fields:
    return {name: list(ask.form.get(name, ())) for name in _offered(record)}


def _problem(one: Point) -> str:
    if len(one.reason) > MOST_CHARACTERS:
        return f"Use at most {MOST_CHARACTERS} characters"
    return problem_of(one.chosen, one.choices)


def _answers(record: PracticeItemPage) -> tuple[Answer, ...]:
    return tuple(
        answer_of(asked, agreed, said_of(asked, point.chosen), point.reason.strip())
        for point, (asked, agreed) in zip(record.points, record.practice.asked, strict=True)
    )
