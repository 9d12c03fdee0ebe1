"""Finished work, for evaluators: read a judgement, and say something of it to whoever gave it."""

from dataclasses import dataclass

from domain.thread import ThreadKind
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.finished_work import Work, fetch_work
from pipeline.store.review_items import ReviewItem, fetch_review_item
from pipeline.store.reviews import Version, fetch_versions
from pipeline.store.scenario_versions import fetch_newer
from pipeline.store.threads import NewThread
from review.acts.speak import open_thread
from review.ask import Ask, GoTo, Page, RefusedError
from review.pages.response import Tick, ticks_of
from review.rules.reading import MOST_CHARACTERS

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class WorkListPage:
    """What is finished, the latest first."""

    work: list[Work]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One judgement, in every version."""

    work: Work
    item: ReviewItem
    ticks: list[Tick]
    versions: list[Version]
    titles: dict[str, str]
    has_newer_scenario: bool
    body: str
    problem: str


def show_list(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return Page("work_list.html", WorkListPage(fetch_work(connection, _SHOWN)))


def show_one(ask: Ask) -> Page:
    """One judgement."""
    with ask.store.reading() as connection:
        return _page(connection, _opened(connection, ask), "", "")


def give_feedback(ask: Ask) -> Page | GoTo:
    """Say something of it; the person answers in the thread, and may revise their judgement."""
    body = ask.one("body")
    with ask.store.writing(PEOPLE) as connection:
        work = _opened(connection, ask)
        if not body.strip() or len(body) > MOST_CHARACTERS:
            return _page(connection, work, body, f"Write a sentence or two, {MOST_CHARACTERS} characters at most")
        given = NewThread(ThreadKind.FEEDBACK, body.strip(), item_id=work.item_id, about_id=work.person_id)
        seq = open_thread(connection, given, ask.person, ask.now)
    return GoTo(f"/threads/{seq}")


def _opened(connection: Connection, ask: Ask) -> Work:
    found = fetch_work(connection, 1, int(ask.path["seq"]))
    if not found:
        raise RefusedError(404, "There is no such finished work")
    return found[0]


def _page(connection: Connection, work: Work, body: str, problem: str) -> Page:
    item = fetch_review_item(connection, work.item_id)
    if item is None:
        raise RefusedError(404, "There is no such finished work")
    titles = {one.criterion.criterion_id: one.name for one in item.questions}
    versions = fetch_versions(connection, work.item_id, work.person_id)
    newer = fetch_newer(connection, item.versions["scenario"])
    record = WorkPage(work, item, ticks_of(item.response, ()), versions, titles, newer is not None, body, problem)
    return Page("work.html", record, 400 if problem else 200)
