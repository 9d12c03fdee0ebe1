"""Who holds which place at an item, and until when."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch


class SlotState(StrEnum):
    """How far a place has come."""

    HELD = "held"
    """Under a lease, which can run out."""
    LOCKED = "locked"
    """The blind judgement is committed; the place is its person's for good."""
    SUBMITTED = "submitted"
    """Kept or changed in sight of the judges: done."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place at an item, once somebody has taken it."""

    number: int
    holder_id: str
    until_at: str
    n_extensions: int
    state: SlotState


def fetch_slots(connection: Connection, item_id: str) -> list[Slot]:
    """The places of an item that were ever taken, in order."""
    rows = fetch(
        connection,
        "SELECT slot_number AS number, holder_id, until_at, n_extensions, state FROM slot WHERE item_id = ? "
        "ORDER BY slot_number",
        [item_id],
    )
    return [
        Slot(row["number"], row["holder_id"], row["until_at"], row["n_extensions"], SlotState(row["state"]))
        for row in rows
    ]


def record_slot(connection: Connection, item_id: str, slot: Slot) -> None:
    """Keep a place as it now is."""
    connection.execute(
        "INSERT INTO slot (item_id, slot_number, holder_id, until_at, n_extensions, state) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (item_id, slot_number) DO UPDATE SET holder_id = excluded.holder_id, "
        "until_at = excluded.until_at, n_extensions = excluded.n_extensions, state = excluded.state",
        [item_id, slot.number, slot.holder_id, slot.until_at, slot.n_extensions, slot.state],
    )


def free_slot(connection: Connection, item_id: str, number: int) -> None:
    """Give a place back."""
    connection.execute("DELETE FROM slot WHERE item_id = ? AND slot_number = ?", [item_id, number])


def fetch_may_double(connection: Connection, item_id: str) -> bool:
    """Whether another reader may be asked for: not where two read it already, and not of an anchor, which comes back to
    one person to be compared with what that person said before."""
    row = connection.execute("SELECT 1 FROM anchor_reading WHERE item_id = ?", [item_id]).fetchone()
    return row is None and fetch_n_slots(connection, item_id) == 1


def fetch_n_slots(connection: Connection, item_id: str) -> int:
    """How many people are to read an item: two in the lane of double reviews or where a second reading was asked for;
    0 where the item was sent to nobody, or is not there."""
    row = connection.execute(
        "SELECT d.lane, s.item_id FROM sent d LEFT JOIN second_reading s ON s.item_id = d.item_id "
        "WHERE d.item_id = ? AND d.lane IS NOT NULL",
        [item_id],
    ).fetchone()
    if row is None:
        return 0
    return 2 if row[0] == "double" or row[1] is not None else 1
