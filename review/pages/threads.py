"""Questions, flags, disputes, feedback and change requests: listed, read, answered, moved on. Names are never shown."""

import re
from dataclasses import dataclass

from domain.person import Person
from domain.thread import FlagTopic, ThreadKind, ThreadState
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.rejudgings import Rejudging, fetch_rejudgings
from pipeline.store.rubric_drafts import Draft, fetch_drafts_of
from pipeline.store.threads import (
    Message,
    NewThread,
    Thread,
    fetch_messages,
    fetch_thread,
    fetch_threads,
    record_message,
    record_move,
)
from review.acts.speak import open_thread, say_more
from review.acts.take import has_begun
from review.ask import AUTHORS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.reading import MOST_CHARACTERS
from review.rules.thread import (
    OPENS,
    SEES,
    has_ended,
    may_open,
    may_reply,
    may_see,
    moves,
    speaks_as,
    why_not_move,
)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")
_NONE = "There is no such thread, or it is not open to you"
TITLES = {
    ThreadKind.QUESTION: ("Ask a question", "What would you like to know?"),
    ThreadKind.FLAG: ("Flag the scenario", "What is the matter with it?"),
    ThreadKind.DISPUTE: ("This criterion is wrong", "What is wrong with it, and what should it say?"),
    ThreadKind.CHANGE_REQUEST: ("Ask for a change", "What should the technical team change, and why?"),
    ThreadKind.FEEDBACK: ("Give feedback", "What was done well, and what could be done differently?"),
}


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    """What this person may see, by whether it has ended."""

    going: list[Thread]
    ended: list[Thread]
    may_open: list[tuple[ThreadKind, str]]
    """Those that are about no item."""


@dataclass(frozen=True, slots=True)
class NewPage:
    """The form for a new thread."""

    kind: ThreadKind
    title: str
    label: str
    topics: list[tuple[str, str, str]]
    topic: str
    item_id: str
    criterion_id: str
    origin: str
    body: str
    problem: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with who says it, without a name."""

    by: str
    is_mine: bool
    message: Message


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One thread."""

    thread: Thread
    messages: list[Shown]
    may_reply: bool
    moves: list[ThreadState]
    is_about_me: bool
    is_of_my_item: bool
    """Its item opens to the person, who may go back there."""
    may_request_change: bool
    body: str
    problem: str
    may_write: bool
    """A new version of the rubric that a dispute is about."""
    drafts: list[Draft]
    rejudgings: list[Rejudging]
    """What came of a dispute."""


def show_list(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        seen = [one for one in fetch_threads(connection) if may_see(one, ask.person)]
    free = [ThreadKind.QUESTION, ThreadKind.CHANGE_REQUEST]
    opens = [(kind, TITLES[kind][0]) for kind in free if may_open(kind, ask.person)]
    going = [one for one in seen if not has_ended(one)]
    return Page("threads.html", ThreadsPage(going, [one for one in seen if has_ended(one)][:50], opens))


def show_new(ask: Ask) -> Page:
    """The form."""
    kind = _kind(ask.query.get("kind", ""), ask.person)
    asked = {name: ask.query.get(name, "") for name in ("item", "criterion", "origin")}
    return _new(kind, asked, "", "", "")


def open_one(ask: Ask) -> Page | GoTo:
    """Open a thread."""
    kind, body, topic = _kind(ask.one("kind"), ask.person), ask.one("body"), ask.one("topic")
    asked = {name: ask.one(name) for name in ("item", "criterion", "origin")}
    problem = _problem(body)
    if kind is ThreadKind.FLAG and topic not in set(FlagTopic):
        problem = problem or "Choose what is the matter"
    if problem:
        return _new(kind, asked, topic, body, problem)
    if asked["criterion"] and not _ID.fullmatch(asked["criterion"]):
        raise RefusedError(400, "There is no such criterion")
    with ask.store.writing(PEOPLE) as connection:
        if kind is ThreadKind.FEEDBACK or (asked["item"] and not has_begun(connection, asked["item"], ask.person)):
            raise RefusedError(403, "This can only be said of an item that you have in hand")
        origin = int(asked["origin"]) if asked["origin"].isascii() and asked["origin"].isdigit() else None
        given = NewThread(kind, body.strip(), topic, asked["item"], asked["criterion"], origin_seq=origin)
        seq = open_thread(connection, given, ask.person, ask.now)
    return GoTo(f"/threads/{seq}")


def show_one(ask: Ask) -> Page:
    """One thread."""
    with ask.store.reading() as connection:
        return _page(connection, _opened(connection, ask), ask, "")


def reply(ask: Ask) -> Page | GoTo:
    """Say something more."""
    body = ask.one("body")
    with ask.store.writing(PEOPLE) as connection:
        thread = _opened(connection, ask)
        if not may_reply(thread, ask.person):
            raise RefusedError(409, "This thread has ended, or is not yours to answer")
        if problem := _problem(body):
            return _page(connection, thread, ask, problem)
        say_more(connection, thread, body.strip(), ask.person, ask.now)
    return GoTo(f"/threads/{thread.seq}")


def move(ask: Ask) -> Page | GoTo:
    """Move a thread on, with a reason where it is declined; there already, nothing changes."""
    to, reason = ask.one("to"), ask.one("body")
    with ask.store.writing(PEOPLE) as connection:
        thread = _opened(connection, ask)
        if to != thread.state:
            if to not in moves(thread, ask.deciding):
                raise RefusedError(409, "This thread cannot be moved there by you")
            if problem := why_not_move(ThreadState(to), reason) or (_problem(reason) if reason else ""):
                return _page(connection, thread, ask, problem)
            me, at = ask.person.person_id, stamp(ask.now)
            if reason:
                role = speaks_as(SEES[thread.kind] | OPENS[thread.kind], ask.person)
                record_message(connection, thread, Message(me, role, reason.strip(), at))
            record_move(connection, thread, ThreadState(to), me, at)
    return GoTo(f"/threads/{thread.seq}")


def _kind(said: str, person: Person) -> ThreadKind:
    if said not in set(ThreadKind):
        raise RefusedError(400, "Choose what you would like to say")
    if not may_open(ThreadKind(said), person):
        raise RefusedError(403, "This is for others to open")
    return ThreadKind(said)


def _problem(body: str) -> str:
    if not body.strip():
        return "Write a sentence or two"
    return f"Use at most {MOST_CHARACTERS} characters" if len(body) > MOST_CHARACTERS else ""


def _new(kind: ThreadKind, asked: dict[str, str], topic: str, body: str, problem: str) -> Page:
    title, label = TITLES[kind]
    topics = [
        (FlagTopic.AMBIGUOUS, "Ambiguous", "It can be read in more than one way"),
        (FlagTopic.CONCERNING, "Concerning", "It distresses, or invites harm"),
        (FlagTopic.EDGE_CASE, "An edge case", "Rare, but worth keeping"),
    ]
    shown = [(str(each), text, hint) for each, text, hint in topics] if kind is ThreadKind.FLAG else []
    record = NewPage(
        kind, title, label, shown, topic, asked["item"], asked["criterion"], asked["origin"], body, problem
    )
    return Page("thread_new.html", record, 400 if problem else 200)


def _opened(connection: Connection, ask: Ask) -> Thread:
    thread = fetch_thread(connection, int(ask.path["seq"]))
    if thread is None or not may_see(thread, ask.person):
        raise RefusedError(404, _NONE)
    return thread


def _page(connection: Connection, thread: Thread, ask: Ask, problem: str) -> Page:
    me = ask.person
    shown = [
        Shown("the reader" if one.author_id == thread.about_id else one.author_role, one.author_id == me.person_id, one)
        for one in fetch_messages(connection, thread.seq)
    ]
    is_source = thread.kind in (ThreadKind.DISPUTE, ThreadKind.FLAG) and thread.state is ThreadState.ACCEPTED
    record = ThreadPage(
        thread,
        shown,
        may_reply(thread, me),
        moves(thread, ask.deciding),
        thread.about_id == me.person_id,
        bool(thread.item_id) and has_begun(connection, thread.item_id, me),
        is_source and may_open(ThreadKind.CHANGE_REQUEST, me),
        ask.one("body") if problem else "",
        problem,
        thread.kind is ThreadKind.DISPUTE and thread.state is ThreadState.ACCEPTED and me.may(AUTHORS),
        fetch_drafts_of(connection, thread.seq),
        [one for one in fetch_rejudgings(connection) if one.origin_seq == thread.seq],
    )
    return Page("thread.html", record, 400 if problem else 200)
