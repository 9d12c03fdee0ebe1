"""What the judges said of one item. Read for people who have committed their own judgement, and for nobody before."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from domain.severity import Severity
from domain.verdict import Span, VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_FINDINGS = """
    SELECT verdict_id, judge_id, criterion_id, severity, value, reason, evidence_json, expected, '' AS failure
    FROM verdict WHERE item_id = ?
    UNION ALL
    SELECT verdict_id, judge_id, criterion_id, severity, NULL, detail, '[]', '', kind
    FROM judge_failure WHERE item_id = ?
    ORDER BY criterion_id, judge_id
"""
_TRACK = """
    SELECT v.judge_id, v.criterion_id, v.value AS judged, l.value AS labelled, count(*) AS n
    FROM verdict v
    JOIN judgement_criterion l ON l.item_id = v.item_id AND l.criterion_id = v.criterion_id AND l.version_number = 1
    JOIN counted j ON j.item_id = l.item_id AND j.person_id = l.person_id AND j.version_number = l.version_number
    WHERE v.item_id <> ? AND coalesce(v.repeat_number, 0) = 0
    GROUP BY v.judge_id, v.criterion_id, v.value, l.value
"""
_SPANS = TypeAdapter(tuple[Span, ...])


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One judge on one criterion."""

    verdict_id: str
    judge_id: str
    criterion_id: str
    severity: Severity
    value: VerdictValue | None
    """None: the judge failed."""
    reason: str
    evidence: tuple[Span, ...]
    expected: str
    failure: str


def fetch_shown_findings(connection: Connection, item_id: str) -> list[ShownFinding]:
    """Every verdict and failure, by criterion and judge; of an anchor that came back, those on the frozen response."""
    judged = _judged_item(connection, item_id)
    return [_finding(row) for row in fetch(connection, _FINDINGS, [judged, judged])]


def _judged_item(connection: Connection, item_id: str) -> str:
    row = connection.execute("SELECT of_item_id FROM anchor_reading WHERE item_id = ?", [item_id]).fetchone()
    return item_id if row is None else str(row[0])


def _finding(row: dict[str, Any]) -> ShownFinding:
    value = VerdictValue(row["value"]) if row["value"] else None
    spans = _SPANS.validate_python(row["evidence"])
    changed: dict[str, Any] = {"severity": Severity(row["severity"]), "value": value, "evidence": spans}
    return ShownFinding(**(row | changed))


@dataclass(frozen=True, slots=True)
class Track:
    """How often people's blind judgement was the judge's, of those in which the judge gave one and the same verdict."""

    n_agreed: int
    n: int


def fetch_tracks(connection: Connection, item_id: str) -> dict[tuple[str, str, VerdictValue], Track]:
    """By judge, criterion and what the judge said, over every other item that people judged blind."""
    found: dict[tuple[str, str, VerdictValue], Track] = {}
    for row in fetch(connection, _TRACK, [_judged_item(connection, item_id)]):
        key = (row["judge_id"], row["criterion_id"], VerdictValue(row["judged"]))
        before = found.get(key, Track(0, 0))
        agreed = row["n"] if row["judged"] == row["labelled"] else 0
        found[key] = Track(before.n_agreed + agreed, before.n + row["n"])
    return found
