"""What every judge of a run said on every question, without its reasons: what figures of the panel are made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.severity import Severity
from domain.verdict import FailureKind, VerdictValue
from pipeline.store.connection import Connection

# of finished items alone: on the others, a judge that is not heard yet is not missing
_HEARD = """
    SELECT f.item_id, r.scenario_id, r.candidate_id, r.model, f.rubric_id, f.criterion_id, f.severity, f.points,
           f.judge_id, f.repeat_number, f.value, f.kind
    FROM (
        SELECT item_id, rubric_id, criterion_id, severity, points, judge_id, repeat_number, value, NULL AS kind
        FROM verdict WHERE run_id = ?
        UNION ALL
        SELECT item_id, rubric_id, criterion_id, severity, points, judge_id, repeat_number, NULL, kind
        FROM judge_failure WHERE run_id = ?
    ) f
    JOIN response r ON r.item_id = f.item_id
    JOIN disposition d ON d.item_id = f.item_id
    ORDER BY f.item_id, f.rubric_id, f.criterion_id, f.judge_id, f.repeat_number
"""


@dataclass(frozen=True, slots=True)
class HeardRow:
    """One finding: exactly one of `value` and `kind` is there."""

    item_id: str
    scenario_id: str
    candidate_id: str
    model: str
    """Of the response, as it came back or stood in a file."""
    rubric_id: str
    criterion_id: str
    severity: Severity
    points: float | None
    judge_id: str
    repeat: int
    value: VerdictValue | None
    kind: FailureKind | None


def fetch_heard(connection: Connection, run_id: str) -> Iterator[HeardRow]:
    """Every finding on the run's finished items, question by question."""
    cursor = connection.execute(_HEARD, [run_id, run_id])
    while (row := cursor.fetchone()) is not None:
        yield HeardRow(
            item_id=row[0],
            scenario_id=row[1],
            candidate_id=row[2],
            model=row[3],
            rubric_id=row[4],
            criterion_id=row[5],
            severity=Severity(row[6]),
            points=row[7],
            judge_id=row[8],
            repeat=row[9],
            value=VerdictValue(row[10]) if row[10] else None,
            kind=FailureKind(row[11]) if row[11] else None,
        )


def count_responses(connection: Connection, run_id: str) -> list[tuple[str, str, int]]:
    """Candidate, model of its responses as it came back or stood in a file, and the number of finished items."""
    return connection.execute(
        "SELECT r.candidate_id, r.model, count(*) FROM response r JOIN disposition d ON d.item_id = r.item_id "
        "WHERE r.run_id = ? AND r.outcome = 'completed' GROUP BY r.candidate_id, r.model "
        "ORDER BY r.candidate_id, r.model",
        [run_id],
    ).fetchall()
