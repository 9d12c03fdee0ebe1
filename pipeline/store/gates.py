"""What nights came to at the gate, in the store."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class GateRow:
    """One night at the gate, as it was written."""

    run_id: str
    gated_at: str
    exit_code: int
    is_first: bool
    """Whether it was compared with nothing: comparisons begin with it."""
    first_by: str
    first_reason: str
    baseline_run_id: str | None
    panel_sha256: str
    gate: dict[str, Any]


def record_gate(connection: Connection, row: GateRow) -> None:
    """Keep what a night came to."""
    values = asdict(row)
    values["gate_json"] = orjson.dumps(values.pop("gate")).decode()
    insert(connection, "gate", values)


def record_begun_anew(connection: Connection, row: GateRow) -> None:
    """Keep as an event that somebody decided to compare a night with nothing; in a transaction of the turn `PEOPLE`."""
    said = {"reason": row.first_reason, "exit_code": row.exit_code}
    record_event(connection, Deed("nights_begun_anew", row.first_by, row.run_id, row.gated_at, new=said))


_BEFORE = """
    SELECT g.run_id, g.gated_at, g.exit_code, g.is_first, g.first_by, g.first_reason, g.baseline_run_id, g.panel_sha256,
           g.gate_json
    FROM gate g
    JOIN run r ON r.run_id = g.run_id
    JOIN (SELECT run_id, max(gated_at) AS gated_at FROM gate GROUP BY run_id) latest
    ON latest.run_id = g.run_id AND latest.gated_at = g.gated_at
    WHERE r.name = ? AND r.started_at < ?
    ORDER BY r.started_at
"""


def fetch_gates_before(connection: Connection, name: str, started_at: str) -> list[GateRow]:
    """What earlier runs of a configuration's name came to, the earliest first; of each run the latest row."""
    return [GateRow(**row) for row in fetch(connection, _BEFORE, [name, started_at])]


def count_unheard(connection: Connection, run_id: str) -> tuple[int, int, int]:
    """Responses of the run; those not worked off to their end; those of the rest that lack the result of a call, from
    the candidate or from a judge."""
    rows = connection.execute(_UNHEARD, [run_id, run_id]).fetchall()
    n, unfinished, failed = rows[0]
    return int(n), int(unfinished), int(failed)


_UNHEARD = """
    SELECT count(*), count(*) FILTER (WHERE d.item_id IS NULL),
           count(*) FILTER (WHERE d.item_id IS NOT NULL AND (r.outcome = 'call_failed' OR f.item_id IS NOT NULL))
    FROM response r
    LEFT JOIN disposition d ON d.item_id = r.item_id AND d.run_id = r.run_id
    LEFT JOIN (SELECT DISTINCT item_id FROM judge_failure
               WHERE run_id = ? AND kind IN ('call_failed', 'budget_stop')) f ON f.item_id = r.item_id
    WHERE r.run_id = ?
"""
