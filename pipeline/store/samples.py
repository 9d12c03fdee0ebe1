"""What of a run is read: the items as a draw sees them, and what it came to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from domain.routing import Disposition
from pipeline.effort import expected_minutes
from pipeline.sizing import Sampled, Sizing, Unsized
from pipeline.store.connection import Connection
from pipeline.store.ingest import insert_new
from pipeline.store.rows import fetch

_ITEMS = """
    SELECT d.item_id, d.disposition, d.expected_harm, d.draw, r.candidate_id,
           length(r.body) + length(s.body_json) AS n_characters, coalesce(p.inclusion_probability, 0) AS chance_before
    FROM disposition d
    JOIN response r ON r.item_id = d.item_id AND r.run_id = d.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN sample p ON p.item_id = d.item_id
    WHERE d.run_id = ? ORDER BY d.journal_offset
"""
_CRITERIA = """
    SELECT item_id, criterion_id FROM verdict WHERE run_id = ?
    UNION SELECT item_id, criterion_id FROM judge_failure WHERE run_id = ?
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """What of a sized run nobody reads."""

    run_id: str
    n_unreviewed: int
    clinician_minutes: float | None
    """None where the run was sized by hand."""
    is_drawn: bool
    """Whether the draw has been made."""


def fetch_unsized(connection: Connection, run_id: str, *, pace: float = 1.0) -> list[tuple[Unsized, Disposition]]:
    """A run's items, each with its disposition.

    Args:
        connection: a visit.
        run_id: the run.
        pace: minutes that clinicians take for each that was planned.
    """
    criteria: defaultdict[str, list[str]] = defaultdict(list)
    for item_id, criterion_id in connection.execute(_CRITERIA, [run_id, run_id]).fetchall():
        criteria[item_id].append(criterion_id)
    return [_unsized(row, criteria[row["item_id"]], pace) for row in fetch(connection, _ITEMS, [run_id])]


def _unsized(row: dict[str, Any], criteria: Sequence[str], pace: float) -> tuple[Unsized, Disposition]:
    disposition = Disposition(row["disposition"])
    one = Unsized(
        item_id=row["item_id"],
        is_cleared=disposition is Disposition.CLEARED,
        expected_harm=row["expected_harm"],
        draw=row["draw"],
        minutes=pace * expected_minutes(row["n_characters"], len(criteria)),
        cells=tuple(f"{one} {row['candidate_id']}" for one in criteria),
        chance_before=row["chance_before"],
    )
    return one, disposition


def record_sample(
    connection: Connection, run_id: str, sampled: Iterable[Sampled], sizing: Sizing, *, by: str, at: str
) -> None:
    """Keep a draw, inside a transaction; it takes the place of the one before."""
    connection.execute("DELETE FROM sample WHERE run_id = ?", [run_id])
    insert_new(connection, "sample", [{"run_id": run_id, **asdict(one)} for one in sampled])
    connection.execute(
        "INSERT INTO sizing (run_id, drawn_at, drawn_by, clinician_minutes, sizing_json) VALUES (?, ?, ?, ?, ?)",
        [run_id, at, by, sizing.minutes, orjson.dumps(asdict(sizing)).decode()],
    )


def fetch_sizing(connection: Connection, run_id: str) -> Sizing | None:
    """A run's last draw as a whole."""
    rows = fetch(connection, "SELECT sizing_json FROM sizing WHERE run_id = ? ORDER BY drawn_at DESC LIMIT 1", [run_id])
    return Sizing(**rows[0]["sizing"]) if rows else None


def is_drawn(connection: Connection, run_id: str) -> bool:
    """Whether a draw stands that knew every item of the run."""
    row = connection.execute(
        "SELECT count(*), count(p.item_id) FROM disposition d LEFT JOIN sample p ON p.item_id = d.item_id "
        "WHERE d.run_id = ?",
        [run_id],
    ).fetchone()
    return row is not None and row[0] == row[1]


def fetch_gaps(connection: Connection, *, run_id: str | None = None) -> list[Gap]:
    """By run, what is flagged or borderline and nobody reads; sized runs only."""
    rows = fetch(
        connection,
        "SELECT d.run_id, count(*) FILTER (WHERE d.lane IS NULL AND d.disposition <> 'cleared') AS n_unreviewed, "
        "r.clinician_minutes, count(*) FILTER (WHERE p.item_id IS NOT NULL) > 0 AS is_drawn "
        "FROM sent d JOIN run r ON r.run_id = d.run_id LEFT JOIN sample p ON p.item_id = d.item_id "
        "WHERE d.is_sized AND (CAST(? AS TEXT) IS NULL OR d.run_id = ?) "
        "GROUP BY d.run_id, r.clinician_minutes ORDER BY d.run_id",
        [run_id, run_id],
    )
    return [Gap(**row) for row in rows]
