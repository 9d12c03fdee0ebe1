"""What a lead gives to whom, and by when. Lanes stand here for leads; no reader sees them."""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert

_OPEN = """
    WITH places AS (
        SELECT item_id, count(*) FILTER (WHERE state <> 'held' OR until_at > ?) AS n_taken,
               count(*) FILTER (WHERE state <> 'held') AS n_read
        FROM slot GROUP BY item_id
    ), given AS (
        SELECT g.item_id, min(coalesce(p.name, g.profession)) AS given_to, min(g.due_at) AS due_at
        FROM assignment g LEFT JOIN person p ON p.person_id = g.person_id GROUP BY g.item_id
    )
    SELECT d.item_id, s.title, s.setting, d.lane, d.priority, coalesce(n.n_taken, 0) AS n_taken,
           CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END AS n_slots,
           coalesce(g.given_to, '') AS given_to, g.due_at
    FROM sent d
    JOIN response r ON r.item_id = d.item_id AND r.run_id = d.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN places n ON n.item_id = d.item_id
    LEFT JOIN second_reading x ON x.item_id = d.item_id
    LEFT JOIN given g ON g.item_id = d.item_id
    LEFT JOIN adjudication a ON a.item_id = d.item_id
    WHERE d.lane IS NOT NULL AND a.item_id IS NULL AND coalesce(n.n_read, 0) <
          CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END
    ORDER BY d.priority DESC, d.routed_at, d.item_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item that more people are to read, as a lead sees it."""

    item_id: str
    title: str
    setting: str
    lane: str
    priority: float
    n_taken: int
    n_slots: int
    given_to: str
    """A person's name or a profession; empty: to nobody in particular."""
    due_at: str | None


def fetch_open_items(connection: Connection, at: str, limit: int) -> list[OpenItem]:
    """The most urgent first."""
    return [OpenItem(**row) for row in fetch(connection, _OPEN, [at, limit])]


@dataclass(frozen=True, slots=True)
class Assignment:
    """To whom, and by when: a person or a profession; neither takes back what was given."""

    person_id: str = ""
    profession: str = ""
    due_at: str | None = None


def record_assignment(connection: Connection, item_id: str, given: Assignment, by: str, at: str) -> None:
    """Give an item to somebody, instead of whoever had it before."""
    before = fetch(connection, "SELECT person_id, profession, due_at FROM assignment WHERE item_id = ?", [item_id])
    new = {"person_id": given.person_id, "profession": given.profession, "due_at": given.due_at}
    if before == ([new] if given.person_id or given.profession else []):
        return
    record_event(connection, Deed("assigned", by, item_id, at, old=before, new=new))
    connection.execute("DELETE FROM assignment WHERE item_id = ?", [item_id])
    if given.person_id or given.profession:
        insert(connection, "assignment", {"item_id": item_id, **new, "assigned_by": by, "assigned_at": at})
