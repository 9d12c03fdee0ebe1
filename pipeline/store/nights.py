"""The nights of one configuration, one after another."""

from dataclasses import dataclass
from typing import Any

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class NightRow:
    """One run, what the panel flagged in it, and what it came to at the gate."""

    run_id: str
    started_at: str
    n: int
    """Responses that were routed."""
    n_flagged: int
    gated_at: str | None
    """None where it was never at the gate."""
    gate: dict[str, Any]


_NIGHTS = """
    WITH night AS (
        SELECT run_id, started_at FROM run WHERE name = ? AND started_at <= ? ORDER BY started_at DESC, run_id LIMIT ?
    ), routed AS (
        SELECT d.run_id, count(*) AS n, count(*) FILTER (WHERE d.disposition = 'flagged') AS n_flagged
        FROM disposition d JOIN night n ON n.run_id = d.run_id GROUP BY d.run_id
    )
    SELECT n.run_id, n.started_at, coalesce(d.n, 0) AS n, coalesce(d.n_flagged, 0) AS n_flagged, g.gated_at,
           coalesce(g.gate_json, '{}') AS gate_json
    FROM night n
    LEFT JOIN routed d ON d.run_id = n.run_id
    LEFT JOIN (SELECT run_id, max(gated_at) AS gated_at FROM gate GROUP BY run_id) latest ON latest.run_id = n.run_id
    LEFT JOIN gate g ON g.run_id = latest.run_id AND g.gated_at = latest.gated_at
    ORDER BY n.started_at, n.run_id
"""


def fetch_nights(connection: Connection, name: str, until: str, limit: int) -> list[NightRow]:
    """The last runs of a configuration's name up to a time (ISO 8601, UTC), the earliest first."""
    return [NightRow(**row) for row in fetch(connection, _NIGHTS, [name, until, limit])]
