"""Is the chain of what people did as it was written, and do the tables still say what it says?"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pipeline.store.connection import Connection, Store
from pipeline.store.events import fetch_head, holds, verify
from pipeline.store.rows import fetch
from pipeline.verifying.check import Broken, Checked

_PROJECTED = (
    ("certificate", "certificate_id", "certificate_ruled"),
    ("stop", "stop_id", "stopped"),
    ("identifier_allowance", "text_sha256", "identifiers_allowed"),
)
"""Tables whose rows an event tells in full: the table, its key, the event's kind."""
_ENDED = (
    ("certificate", "certificate_id", "voided_at", "certificate_voided"),
    ("stop", "stop_id", "lifted_at", "stop_lifted"),
)
"""What can end once: the table, its key, the column that says when, the event's kind."""
_RESTING = ("judgement", "adjudication", "adjudication_read", "second_reading", "guidance", "reference_answer",
            "identifier_allowance")  # fmt: skip
"""Tables whose rows name the event that they rest on."""


class ChainCheck:
    """Every event, against the one before it and its own hash; and against a head that was noted elsewhere."""

    counts = "events"

    def __init__(self, noted: str | None) -> None:
        self._noted = noted

    def __call__(self, store: Store, run_id: str | None) -> Iterator[Checked]:  # noqa: ARG002 (the chain is of no run)
        """The whole chain at one moment."""
        with store.reading() as connection:
            broken = [Broken("", f"event {one.seq}", one.problem) for one in verify(connection)]
            if self._noted is not None and not holds(connection, self._noted):
                problem = "is not in the chain: its end was cut off, or it was written anew"
                broken.append(Broken("", f"the head {self._noted[:12]}… that was noted", problem))
            yield Checked(fetch_head(connection).seq, tuple(broken))


class DecisionCheck:
    """Rulings, stops and allowances say what their events say; what people did rests on an event that is there."""

    counts = "decisions"

    def __call__(self, store: Store, run_id: str | None) -> Iterator[Checked]:  # noqa: ARG002 (decisions are of no run)
        """A part for each table."""
        with store.reading() as connection:
            yield from (_told(connection, *of) for of in _PROJECTED)
            yield from (_ended(connection, *of) for of in _ENDED)
            yield from (_resting(connection, table) for table in _RESTING)


def _told(connection: Connection, table: str, key: str, kind: str) -> Checked:
    rows = fetch(connection, f"SELECT * FROM {table}")  # noqa: S608 (our names)
    events = _by_subject(connection, kind)
    found = [(row, events.get(row[key])) for row in rows]
    broken = [Broken("", f"{table} {row[key]}", problem) for row, event in found if (problem := _differs(row, event))]
    gone = events.keys() - {row[key] for row in rows}
    broken += [Broken("", f"{table} {one}", "was removed: its event is there alone") for one in sorted(gone)]
    return Checked(len(rows), tuple(broken))


def _differs(row: Mapping[str, Any], event: Mapping[str, Any] | None) -> str | None:
    if event is None:
        return "no event says that anybody decided this"
    changed = sorted(
        name for name, value in event["new"].items()
        if name in row and _ends(name) is False and row[name] != value
    )  # fmt: skip
    return f"is not what its event says: {', '.join(changed)}" if changed else None


def _ends(name: str) -> bool:
    """Whether a column is filled in later, by another event."""
    return name.startswith(("lift", "void"))


def _ended(connection: Connection, table: str, key: str, column: str, kind: str) -> Checked:
    rows = fetch(connection, f"SELECT {key}, {column} FROM {table}")  # noqa: S608 (our names)
    events = _by_subject(connection, kind)
    broken = [
        Broken("", f"{table} {row[key]}", f"{column} is not what its event says")
        for row in rows
        if row[column] != (events[row[key]]["happened_at"] if row[key] in events else None)
    ]
    return Checked(0, tuple(broken))


def _resting(connection: Connection, table: str) -> Checked:
    rows = connection.execute(
        f"SELECT t.event_seq FROM {table} t LEFT JOIN event e ON e.seq = t.event_seq WHERE e.seq IS NULL "  # noqa: S608
        "ORDER BY t.event_seq LIMIT 100"
    ).fetchall()
    return Checked(0, tuple(Broken("", f"{table} of event {seq}", "that event is not in the chain") for (seq,) in rows))


def _by_subject(connection: Connection, kind: str) -> dict[str, dict[str, Any]]:
    rows = connection.execute("SELECT subject_id, happened_at, new_json FROM event WHERE kind = ?", [kind]).fetchall()
    return {str(subject): {"happened_at": at, "new": orjson.loads(new)} for subject, at, new in rows}
