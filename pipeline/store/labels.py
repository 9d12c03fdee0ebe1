"""People's labels in the store."""

from collections.abc import Iterable

import duckdb

from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.ingest import insert_new


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
    rows = connection.execute(
        "SELECT scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id, verdict, severity, reason, "
        "is_blind, inclusion_probability FROM label"
    ).fetchall()
    return [
        Label(
            scenario_id=row[0],
            candidate_id=row[1],
            repeat=row[2],
            criterion_id=row[3],
            reviewer_id=row[4],
            verdict=VerdictValue(row[5]),
            severity=Severity(row[6]) if row[6] else None,
            reason=row[7],
            blind=row[8],
            inclusion_probability=row[9],
        )
        for row in rows
    ]


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT count(*) FROM label").fetchone()
    return int(row[0]) if row else 0
