"""Threads in the store: opened, replied to, moved on; each with its event."""

from dataclasses import dataclass
from typing import Any

from domain.person import Role
from domain.thread import ThreadKind, ThreadState
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert

_THREADS = """
    WITH done AS (
        SELECT item_id, count(*) AS n FROM slot WHERE state = 'submitted' GROUP BY item_id
    )
    SELECT t.thread_seq AS seq, t.kind, t.state, t.topic, t.item_id, t.criterion_id, t.about_id, t.origin_seq,
           t.opened_by, t.opened_role, t.opened_at, coalesce(s.title, '') AS title,
           d.item_id IS NOT NULL AND a.item_id IS NULL AND coalesce(n.n, 0) <
               CASE WHEN d.lane = 'double' OR sr.item_id IS NOT NULL THEN 2 ELSE 1 END AS is_item_open,
           m.body AS first_message
    FROM thread t
    JOIN message m ON m.event_seq = t.thread_seq
    LEFT JOIN response r ON r.item_id = t.item_id
    LEFT JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN sent d ON d.item_id = t.item_id AND d.lane IS NOT NULL
    LEFT JOIN adjudication a ON a.item_id = t.item_id
    LEFT JOIN second_reading sr ON sr.item_id = t.item_id
    LEFT JOIN done n ON n.item_id = t.item_id
"""


@dataclass(frozen=True, slots=True)
class Thread:
    """One of them, as it stands."""

    seq: int
    kind: ThreadKind
    state: ThreadState
    topic: str
    item_id: str
    """Empty: about no item."""
    criterion_id: str
    about_id: str
    """Whose judgement it is about: of feedback alone."""
    origin_seq: int | None
    """The thread that it came of."""
    opened_by: str
    opened_role: Role
    opened_at: str
    title: str
    """Of the item's scenario."""
    is_item_open: bool
    """Whether somebody is still to judge the item blind."""
    first_message: str


@dataclass(frozen=True, slots=True)
class NewThread:
    """One that is to be opened."""

    kind: ThreadKind
    body: str
    topic: str = ""
    item_id: str = ""
    criterion_id: str = ""
    about_id: str = ""
    origin_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said in a thread."""

    author_id: str
    author_role: Role
    body: str
    sent_at: str


CHANGE_STATES = (
    ThreadState.OPEN,
    ThreadState.ACCEPTED,
    ThreadState.IN_PROGRESS,
    ThreadState.DONE,
    ThreadState.DECLINED,
)
"""Of a change request, in the order in which it goes through them."""


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """Something for the technical team to change; whoever asks is not named."""

    seq: int
    state: ThreadState
    criterion_id: str
    origin_seq: int | None
    opened_at: str
    asked: str
    last: str
    """What was said of it last; of one that was declined, why."""


def fetch_change_requests(connection: Connection) -> list[ChangeRequest]:
    """All of them, the latest first."""
    rows = fetch(
        connection,
        "SELECT t.thread_seq AS seq, t.state, t.criterion_id, t.origin_seq, t.opened_at, m.body AS asked, "
        "l.body AS last FROM thread t JOIN message m ON m.event_seq = t.thread_seq "
        "JOIN (SELECT thread_seq, max(event_seq) AS seq FROM message GROUP BY thread_seq) n "
        "ON n.thread_seq = t.thread_seq JOIN message l ON l.event_seq = n.seq "
        "WHERE t.kind = 'change_request' ORDER BY t.thread_seq DESC",
    )
    for row in rows:
        row["state"] = ThreadState(row["state"])
    return [ChangeRequest(**row) for row in rows]


def record_thread(connection: Connection, given: NewThread, person_id: str, role: Role, at: str) -> int:
    """Open a thread with its first message; gives its number."""
    new = {"kind": given.kind, "body": given.body, "topic": given.topic, "criterion_id": given.criterion_id,
           "about_id": given.about_id, "origin_seq": given.origin_seq}  # fmt: skip
    subject = given.item_id or given.criterion_id or given.kind
    seq = record_event(connection, Deed(f"{given.kind}_opened", person_id, subject, at, new=new))
    row = {"thread_seq": seq, "kind": given.kind, "state": ThreadState.OPEN, "topic": given.topic,
           "item_id": given.item_id, "criterion_id": given.criterion_id, "about_id": given.about_id,
           "origin_seq": given.origin_seq, "opened_by": person_id, "opened_role": role, "opened_at": at}  # fmt: skip
    insert(connection, "thread", row)
    _insert_message(connection, seq, seq, Message(person_id, role, given.body, at))
    return seq


def record_message(connection: Connection, thread: Thread, given: Message) -> None:
    """Say something more."""
    new = {"thread": thread.seq, "body": given.body}
    deed = Deed("message_sent", given.author_id, thread.item_id or str(thread.seq), given.sent_at, new=new)
    _insert_message(connection, record_event(connection, deed), thread.seq, given)


def _insert_message(connection: Connection, seq: int, thread_seq: int, given: Message) -> None:
    row = {"event_seq": seq, "thread_seq": thread_seq, "author_id": given.author_id, "author_role": given.author_role}
    insert(connection, "message", row | {"body": given.body, "sent_at": given.sent_at})


def record_move(connection: Connection, thread: Thread, to: ThreadState, person_id: str, at: str) -> None:
    """Move a thread on."""
    deed = Deed("thread_moved", person_id, thread.item_id or str(thread.seq), at, old=thread.state, new=to)
    record_event(connection, deed)
    connection.execute("UPDATE thread SET state = ? WHERE thread_seq = ?", [to, thread.seq])


def fetch_threads(connection: Connection) -> list[Thread]:
    """All of them, the latest first."""
    return [_thread(row) for row in fetch(connection, f"{_THREADS} ORDER BY t.thread_seq DESC")]


def fetch_thread(connection: Connection, seq: int) -> Thread | None:
    """One of them."""
    rows = fetch(connection, f"{_THREADS} WHERE t.thread_seq = ?", [seq])
    return _thread(rows[0]) if rows else None


def _thread(row: dict[str, Any]) -> Thread:
    read: dict[str, Any] = {
        "kind": ThreadKind(row["kind"]), "state": ThreadState(row["state"]), "opened_role": Role(row["opened_role"]),
    }  # fmt: skip
    return Thread(**(row | read))


def fetch_messages(connection: Connection, seq: int) -> list[Message]:
    """What was said in a thread, in order."""
    rows = fetch(
        connection,
        "SELECT author_id, author_role, body, sent_at FROM message WHERE thread_seq = ? ORDER BY event_seq",
        [seq],
    )
    return [Message(row["author_id"], Role(row["author_role"]), row["body"], row["sent_at"]) for row in rows]
