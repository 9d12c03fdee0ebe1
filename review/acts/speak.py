"""Saying something in a thread. A form that is sent twice says it once: the same words again add nothing."""

from datetime import datetime

from domain.person import Person
from pipeline.store.connection import Connection
from pipeline.store.threads import (
    Message,
    NewThread,
    Thread,
    fetch_messages,
    fetch_threads,
    record_message,
    record_move,
    record_thread,
)
from review.rules.lease import stamp
from review.rules.thread import OPENS, SEES, after_reply, has_ended, speaks_as


def open_thread(connection: Connection, given: NewThread, person: Person, now: datetime) -> int:
    """Open it; the person's own one that says the same of the same and still goes on is that one. Gives its number."""
    for one in fetch_threads(connection):
        if one.opened_by == person.person_id and not has_ended(one) and _opening(one) == given:
            return one.seq
    return record_thread(connection, given, person.person_id, speaks_as(OPENS[given.kind], person), stamp(now))


def say_more(connection: Connection, thread: Thread, body: str, person: Person, now: datetime) -> None:
    """Reply, which may move the thread on."""
    me, at = person.person_id, stamp(now)
    last = fetch_messages(connection, thread.seq)[-1]
    if (last.author_id, last.body) == (me, body):
        return
    role = speaks_as(SEES[thread.kind] | OPENS[thread.kind], person)
    record_message(connection, thread, Message(me, role, body, at))
    if (to := after_reply(thread, person)) is not thread.state:
        record_move(connection, thread, to, me, at)


def _opening(one: Thread) -> NewThread:
    return NewThread(
        one.kind, one.first_message, one.topic, one.item_id, one.criterion_id, one.about_id, one.origin_seq
    )
