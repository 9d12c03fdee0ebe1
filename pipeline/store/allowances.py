"""Texts that a named lead lets through the identifier gate as they are."""

from dataclasses import asdict, dataclass

from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Allowance:
    """One text, by its hash alone: changed, it is another."""

    text_sha256: str
    place: str
    """Where it stood when it was allowed."""
    holds: str
    """What the gate had found, in words."""
    allowed_at: str
    allowed_by: str
    allow_reason: str


def record_allowance(connection: Connection, one: Allowance) -> bool:
    """Allow a text; False where it was allowed before."""
    known = "SELECT text_sha256 FROM identifier_allowance WHERE text_sha256 = ?"
    if connection.execute(known, [one.text_sha256]).fetchone() is not None:
        return False
    new = asdict(one)
    seq = record_event(
        connection, Deed("identifiers_allowed", one.allowed_by, one.text_sha256, one.allowed_at, new=new)
    )
    insert(connection, "identifier_allowance", new | {"event_seq": seq})
    return True


def fetch_allowances(connection: Connection) -> list[Allowance]:
    """All of them, the newest first."""
    columns = ", ".join(Allowance.__dataclass_fields__)
    rows = fetch(connection, f"SELECT {columns} FROM identifier_allowance ORDER BY allowed_at DESC, text_sha256")  # noqa: S608
    return [Allowance(**row) for row in rows]
