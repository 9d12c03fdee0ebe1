"""The runs that there are, for choosing one."""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One run."""

    run_id: str
    started_at: str


def fetch_listed_runs(connection: Connection, limit: int) -> list[ListedRun]:
    """The latest first."""
    rows = fetch(connection, "SELECT run_id, started_at FROM run ORDER BY started_at DESC, run_id LIMIT ?", [limit])
    return [ListedRun(**row) for row in rows]
