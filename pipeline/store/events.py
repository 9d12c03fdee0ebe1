"""What people did, as a chain: each event holds the hash of the one before it.

A changed, removed or swapped event breaks the chain at its place. Events cut off at the end break nothing by
themselves: they show against a head that was exported earlier.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from domain.record import content_sha256
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

PEOPLE = "people"
"""The turn of every visit that writes what people do: the chain grows at one place only."""

GENESIS = "0" * 64
_COLUMNS = "seq, happened_at, kind, person_id, subject_id, seen_json, old_json, new_json, prev_sha256, sha256"
EVENT_FIELDS = tuple(_COLUMNS.split(", "))
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did, before it has its place in the chain."""

    kind: str
    person_id: str
    subject_id: str
    """What it was done to: an item, a person, a page of guidance."""
    happened_at: str
    seen: Any = None
    """What the person had been shown of the matter, by hash and version; any JSON value."""
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's last event; to be kept outside the store, so that a cut-off end shows."""

    seq: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain is not as it was written."""

    seq: int
    problem: str


def record_event(connection: Connection, deed: Deed) -> int:
    """Append to the chain, inside a transaction of the turn `PEOPLE`; gives the event's place, from 1."""
    last = fetch_head(connection)
    texts = [orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() for value in (deed.seen, deed.old, deed.new)]
    fields = [last.seq + 1, deed.happened_at, deed.kind, deed.person_id, deed.subject_id, *texts, last.sha256]
    connection.execute(
        f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (our text)
        [*fields, content_sha256(fields)],
    )
    return last.seq + 1


def fetch_head(connection: Connection) -> Head:
    """The last event; place 0 where there is none yet."""
    row = connection.execute("SELECT seq, sha256 FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(int(row[0]), str(row[1])) if row else Head(0, GENESIS)


def fetch_events(connection: Connection, subject_id: str) -> list[dict[str, Any]]:
    """All that was done to one subject, the first first; what was JSON is decoded."""
    return fetch(connection, f"SELECT {_COLUMNS} FROM event WHERE subject_id = ? ORDER BY seq", [subject_id])  # noqa: S608


def verify(connection: Connection, exported: Head | None = None) -> list[Break]:
    """Every place where the chain is not as it was written; empty for a whole chain.

    Args:
        connection: a visit, so that all of it is of one moment.
        exported: a head that was kept elsewhere: the chain must hold it still, which shows a cut-off end.
    """
    breaks: list[Break] = []
    seq, before, kept = 0, GENESIS, exported is None or exported.seq == 0
    for row in fetch_chain(connection):
        problem = event_problem(row, seq, before)
        if problem:
            breaks.append(Break(int(row[0]), problem))
        seq, before = int(row[0]), str(row[-1])
        kept = kept or (exported is not None and exported.seq == seq and exported.sha256 == before)
    if not kept and exported is not None:
        breaks.append(Break(exported.seq, "the exported head is not in the chain: its end was cut off or written anew"))
    return breaks


def holds(connection: Connection, sha256: str) -> bool:
    """Whether the chain holds the event of this hash; an empty chain's head is in every chain."""
    if sha256 == GENESIS:
        return True
    return connection.execute("SELECT seq FROM event WHERE sha256 = ?", [sha256]).fetchone() is not None


def event_problem(row: tuple[Any, ...], seq: int, before: str) -> str:
    """What is wrong with an event (its fields in the order of `EVENT_FIELDS`) that should follow these; or nothing."""
    if row[0] != seq + 1:
        return f"expected event {seq + 1}: one or more were removed"
    if row[-2] != before:
        return "does not follow the event before it: one was changed, removed or moved"
    if row[-1] != content_sha256(list(row[:-1])):
        return "its content is not what was written"
    return ""


def fetch_chain(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Every event from the first on, its fields in the order of `EVENT_FIELDS`, JSON as the text that was hashed."""
    after = 0
    while rows := connection.execute(
        f"SELECT {_COLUMNS} FROM event WHERE seq > ? ORDER BY seq LIMIT {_PAGE}",  # noqa: S608 (our text)
        [after],
    ).fetchall():
        yield from rows
        after = int(rows[-1][0])
