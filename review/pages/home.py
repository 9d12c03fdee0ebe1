"""Your week: what waits for the person, what they began, what they finished."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.person import Role
from domain.thread import ThreadKind, ThreadState
from pipeline.store.adjudications import fetch_read_twice
from pipeline.store.connection import Connection
from pipeline.store.escalations import HandedOn, fetch_escalations, fetch_handed_on
from pipeline.store.guidance import Guidance, fetch_unread
from pipeline.store.qualifications import fetch_undecided
from pipeline.store.reviews import Finished, fetch_finished
from pipeline.store.rubric_drafts import Draft, fetch_drafts
from pipeline.store.threads import Thread, fetch_threads
from review.ask import APPROVERS, EXPERTS, LEADS, REVIEWERS, TECHNICAL, Ask, Page
from review.pages.offers import fetch_offers
from review.rules.allocation import Offer
from review.rules.conflict import contested
from review.rules.lease import stamp
from review.rules.rubric_draft import why_not_approve
from review.rules.thread import concerns, may_see


@dataclass(frozen=True, slots=True)
class Call:
    """So many of something that somebody in this role settles, and where."""

    url: str
    n: int
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The person's week."""

    name: str
    roles: list[Role]
    is_reviewer: bool
    begun: list[Offer]
    n_waiting: int
    minutes_waiting: int
    next_due_at: str | None
    finished: list[Finished]
    handed_on: list[HandedOn]
    unread: Guidance | None
    """The guidance, where it has changed since the person last read it."""
    messages: list[Thread]
    """Feedback on the person's work, and what they asked, while it goes on."""
    calls: list[Call]
    """What waits for the person's role, besides items."""
    offered: list[Draft]
    """Rubrics that wait for the person's approval."""


def show(ask: Ask) -> Page:
    """The page."""
    is_reviewer = ask.person.may(REVIEWERS)
    with ask.store.reading() as connection:
        return Page("home.html", _gather(connection, ask, is_reviewer=is_reviewer))


def _gather(connection: Connection, ask: Ask, *, is_reviewer: bool) -> HomePage:
    person = ask.person
    offers = fetch_offers(connection, person, stamp(ask.now)) if is_reviewer else []
    waiting = [one for one in offers if not one.is_mine]
    return HomePage(
        person.name,
        sorted(person.roles),
        is_reviewer,
        [one for one in offers if one.is_mine],
        len(waiting),
        sum(one.minutes for one in waiting),
        min((one.due_at for one in offers if one.due_at), default=None),
        fetch_finished(connection, person.person_id, 10),
        fetch_handed_on(connection, person.person_id, 10),
        fetch_unread(connection, person.person_id),
        [one for one in fetch_threads(connection) if concerns(one, person)],
        [one for one in _calls(connection, ask) if one.n],
        [one for one in fetch_drafts(connection) if ask.deciding.may(APPROVERS) and not why_not_approve(one, person)],
    )


def _calls(connection: Connection, ask: Ask) -> Iterator[Call]:
    if ask.person.may(TECHNICAL):
        n = sum(_is_new_change(one) and may_see(one, ask.person) for one in fetch_threads(connection))
        yield Call("/changes", n, "change that nobody has taken on", "changes that nobody has taken on")
    if ask.person.may(LEADS):
        n = len([one for one in fetch_undecided(connection) if one.may(REVIEWERS)])
        yield Call("/readers", n, "reader about whom nobody has decided", "readers about whom nobody has decided")
    if ask.deciding.may(EXPERTS):
        n = sum(one.state == "open" for one in fetch_escalations(connection))
        yield Call("/escalations", n, "escalation not taken on yet", "escalations not taken on yet")
        n = sum(bool(contested(list(one.readings.values()))) for one in fetch_read_twice(connection))
        yield Call("/adjudications", n, "item on which readers differ", "items on which readers differ")


def _is_new_change(one: Thread) -> bool:
    return one.kind is ThreadKind.CHANGE_REQUEST and one.state is ThreadState.OPEN
