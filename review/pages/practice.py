"""Practice items: judged like real ones, and then shown beside the agreed answers with why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.question import Question
from pipeline.qualification import Practice
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
from review.ask import Ask, GoTo, Page, RefusedError
from review.pages.choice import Choice, Chosen, choices_of, problem_of, said_of, severities
from review.pages.response import Tick, ticks_of
from review.rules.lease import stamp
from review.rules.practice import OnCriterion, by_criterion, is_as_agreed, n_unstated
from review.rules.reading import MOST_CHARACTERS


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
        """Keep the answers; they are shown beside the agreed ones then."""
        record = self._record(ask)
        if not record.answers:
            record = replace(record, points=[replace(one, problem=_problem(one)) for one in record.points])
            if record.problems:
                return Page("practice_item.html", record, 400)
            item = record.practice.item
            given = Practised(item.practice_id, item.sha256, _answers(record), stamp(ask.now))
            with ask.store.writing(PEOPLE) as connection:
                practise(connection, ask.person, given)
        return GoTo(f"/practice/{record.number}")

    def _record(self, ask: Ask) -> PracticeItemPage:
        number = int(ask.path["number"])
        if not 1 <= number <= len(self._practice):
            raise RefusedError(404, "There is no such practice item")
        practice = self._practice[number - 1]
        with ask.store.reading() as connection:
            practised = fetch_practised(connection, ask.person.person_id)
        mine = next((one for one in practised if one.practice_sha256 == practice.item.sha256), None)
        answers = [(one, is_as_agreed(one)) for one in mine.answers] if mine is not None else []
        points = [_point(n, asked, ask) for n, (asked, _) in enumerate(practice.asked, 1)]
        ticks = ticks_of(practice.item.response, ())
        return PracticeItemPage(number, len(self._practice), practice, ticks, points, severities(), answers)


def _point(number: int, asked: Question, ask: Ask) -> Point:
    chosen = Chosen(ask.one(f"choice-{number}"), ask.one(f"severity-{number}"))
    return Point(number, asked, choices_of(asked), chosen, ask.one(f"why-{number}"), "")


def _problem(one: Point) -> str:
    if len(one.reason) > MOST_CHARACTERS:
        return f"Use at most {MOST_CHARACTERS} characters"
    return problem_of(one.chosen, one.choices)


def _answers(record: PracticeItemPage) -> tuple[Answer, ...]:
    return tuple(
        answer_of(asked, agreed, said_of(asked, point.chosen), point.reason.strip())
        for point, (asked, agreed) in zip(record.points, record.practice.asked, strict=True)
    )
