"""The way back of items whose scenario was found at fault."""

from dataclasses import dataclass

from domain.authoring import ReopenedAs
from pipeline.store.connection import Connection
from pipeline.store.escalations import Escalation
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Reopening:
    """How one came back."""

    reopened_as: ReopenedAs
    reason: str
    reopened_at: str


def record_reopening(connection: Connection, one: Escalation, how: ReopenedAs, reason: str, by: str, at: str) -> None:
    """Put the item back on the queue; the escalation stays settled as it was."""
    new = {"escalation": one.seq, "as": how, "reason": reason}
    seq = record_event(connection, Deed("item_reopened", by, one.item_id, at, old=one.outcome, new=new))
    row = {"escalation_seq": one.seq, "reopened_as": how, "reason": reason, "reopened_by": by, "reopened_at": at}
    insert(connection, "reopening", row | {"event_seq": seq})


def fetch_reopenings(connection: Connection) -> dict[int, Reopening]:
    """All of them, by the number of their escalation."""
    rows = fetch(connection, "SELECT escalation_seq, reopened_as, reason, reopened_at FROM reopening")
    return {
        row["escalation_seq"]: Reopening(ReopenedAs(row["reopened_as"]), row["reason"], row["reopened_at"])
        for row in rows
    }
