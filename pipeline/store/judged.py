"""What a run's judges said of each response and criterion, with the hashes that say of what exactly."""

from dataclasses import dataclass
from typing import Any

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One judge's finding."""

    run_id: str
    scenario_id: str
    scenario_sha256: str
    candidate_id: str
    repeat: int
    body_sha256: str
    rubric_id: str
    criterion_id: str
    criterion_sha256: str
    severity: Severity
    judge_id: str
    value: VerdictValue | None
    """None: the judge failed."""

    @property
    def response(self) -> tuple[str, str, int]:
        """Scenario, candidate, repeat."""
        return self.scenario_id, self.candidate_id, self.repeat


_JUDGED = """
    SELECT r.run_id, r.scenario_id, r.scenario_sha256, r.candidate_id, r.repeat_number AS repeat, r.body_sha256,
           f.rubric_id, f.criterion_id, f.criterion_sha256, f.severity, f.judge_id, f.value
    FROM (
        SELECT item_id, rubric_id, criterion_id, criterion_sha256, severity, judge_id, value
        FROM verdict WHERE run_id = ?
        UNION ALL
        SELECT item_id, rubric_id, criterion_id, criterion_sha256, severity, judge_id, NULL
        FROM judge_failure WHERE run_id = ?
    ) f
    JOIN response r ON r.item_id = f.item_id AND r.run_id = ?
    WHERE CAST(? AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM anchor a WHERE a.anchor_set = ? AND a.scenario_id = r.scenario_id
            AND a.candidate_id = r.candidate_id AND a.repeat_number = r.repeat_number)
    ORDER BY r.scenario_id, r.candidate_id, r.repeat_number, f.rubric_id, f.criterion_id, f.judge_id
"""


def fetch_judged(connection: Connection, run_id: str, anchor_set: str | None = None) -> list[JudgedRow]:
    """Every finding of the run; on the responses of these anchors alone where they are named."""
    return [_judged(row) for row in fetch(connection, _JUDGED, [*[run_id] * 3, anchor_set, anchor_set])]


def _judged(row: dict[str, Any]) -> JudgedRow:
    row["severity"] = Severity(row["severity"])
    row["value"] = VerdictValue(row["value"]) if row["value"] else None
    return JudgedRow(**row)


def fetch_judges(connection: Connection, run_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each judge of the run, with the hash of all that decides what it says, and its entry in the configuration."""
    rows = fetch(connection, "SELECT judge_id, fingerprint_sha256, spec_json FROM judge WHERE run_id = ?", [run_id])
    return {row["judge_id"]: (row["fingerprint_sha256"], row["spec"]) for row in rows}


def fetch_run_starts(connection: Connection) -> dict[str, str]:
    """Every run, the earliest first, and when it began."""
    rows = fetch(connection, "SELECT run_id, started_at FROM run ORDER BY started_at, run_id")
    return {row["run_id"]: row["started_at"] for row in rows}


def fetch_rubric_bodies(connection: Connection, pinned: set[str]) -> list[dict[str, Any]]:
    """The rubrics of these hashes."""
    rows = fetch(connection, "SELECT rubric_sha256, body_json FROM rubric ORDER BY rubric_id")
    return [row["body"] for row in rows if row["rubric_sha256"] in pinned]
