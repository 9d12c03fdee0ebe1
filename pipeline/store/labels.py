"""People's labels in the store."""

from collections.abc import Iterable

import duckdb

from domain.scenario import Label
from pipeline.store.ingest import insert_new
from pipeline.store.rows import fetch


def record_labels(connection: duckdb.DuckDBPyConnection, labels: Iterable[Label]) -> int:
    """Keep labels; one that is there already stays as it is. Gives the number of new ones."""
    before = _count(connection)
    insert_new(
        connection,
        "label",
        [
            {
                "scenario_id": one.scenario_id,
                "candidate_id": one.candidate_id,
                "repeat_number": one.repeat,
                "criterion_id": one.criterion_id,
                "reviewer_id": one.reviewer_id,
                "verdict": one.verdict,
                "severity": one.severity,
                "reason": one.reason,
                "is_blind": one.blind,
                "inclusion_probability": one.inclusion_probability,
            }
            for one in labels
        ],
    )
    return _count(connection) - before


def fetch_labels(connection: duckdb.DuckDBPyConnection) -> list[Label]:
    """Every label."""
    rows = fetch(
        connection,
        "SELECT scenario_id, candidate_id, repeat_number AS repeat, criterion_id, reviewer_id, verdict, severity, "
        "reason, is_blind AS blind, inclusion_probability FROM label",
    )
    return [Label.model_validate(row, strict=False) for row in rows]


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT count(*) FROM label").fetchone()
    return int(row[0]) if row else 0
