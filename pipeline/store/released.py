"""What a person held when they left: given back, so that nothing waits for somebody who does not come."""

from pipeline.store.assignments import Assignment, record_assignment
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event


def release_all(connection: Connection, person_id: str, at: str, by: str) -> None:
    """Free the items in a person's hands, what was given to them alone, and the escalations that they took on. Drafts
    and judgements stay."""
    for item_id in _items(connection, "SELECT item_id FROM slot WHERE holder_id = ? AND state = 'held'", person_id):
        record_event(connection, Deed("released", by, item_id, at, old=person_id))
    connection.execute("DELETE FROM slot WHERE holder_id = ? AND state = 'held'", [person_id])
    for item_id in _items(connection, "SELECT item_id FROM assignment WHERE person_id = ?", person_id):
        record_assignment(connection, item_id, Assignment(), by, at)
    claimed = "SELECT item_id FROM escalation WHERE claimed_by = ? AND state = 'claimed'"
    for item_id in _items(connection, claimed, person_id):
        record_event(connection, Deed("escalation_released", by, item_id, at, old=person_id))
    connection.execute(
        "UPDATE escalation SET state = 'open', claimed_by = NULL WHERE claimed_by = ? AND state = 'claimed'",
        [person_id],
    )


def _items(connection: Connection, sql: str, person_id: str) -> list[str]:
    rows = connection.execute(f"{sql} ORDER BY item_id", [person_id]).fetchall()
    return [str(row[0]) for row in rows]
