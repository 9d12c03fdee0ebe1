"""Frozen anchors in the store."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from domain.errors import InputError
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.ingest import insert_new
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """One person's label on one criterion of one response, as it stood when it was frozen."""

    anchor_set: str
    scenario_id: str
    candidate_id: str
    repeat_number: int
    criterion_id: str
    reviewer_id: str
    rubric_id: str
    criterion_sha256: str
    scenario_sha256: str
    body_sha256: str
    verdict: VerdictValue
    run_id: str
    panel_sha256: str
    frozen_at: str
    frozen_by: str
    freeze_reason: str


def reading_run_of(anchor_set: str) -> str:
    """Where second readings of a set stand: under a name that no run can have."""
    return f"anchors:{anchor_set}"


def record_anchors(connection: Connection, rows: Iterable[AnchorRow]) -> None:
    """Freeze a set.

    Raises:
        InputError: there is a set of this name already.
    """
    rows = list(rows)
    name = rows[0].anchor_set
    if connection.execute("SELECT 1 FROM anchor WHERE anchor_set = ? LIMIT 1", [name]).fetchone():
        raise InputError(f"there are anchors {name!r} already, and what is frozen stays; choose another name")
    insert_new(connection, "anchor", [asdict(row) for row in rows])


def fetch_anchors(connection: Connection, anchor_set: str) -> list[AnchorRow]:
    """The set of this name, in the order of its responses and criteria.

    Raises:
        InputError: there is none.
    """
    rows = fetch(
        connection,
        "SELECT * FROM anchor WHERE anchor_set = ? "
        "ORDER BY scenario_id, candidate_id, repeat_number, rubric_id, criterion_id, reviewer_id",
        [anchor_set],
    )
    if not rows:
        known = ", ".join(one["anchor_set"] for one in count_anchors(connection)) or "none"
        raise InputError(f"the store has no anchors {anchor_set!r}; it has: {known}")
    for row in rows:
        row["verdict"] = VerdictValue(row["verdict"])
    return [AnchorRow(**row) for row in rows]


def count_anchors(connection: Connection) -> list[dict[str, Any]]:
    """Every set: name, number of labels and of people, since when, by whom and why."""
    return fetch(
        connection,
        "SELECT anchor_set, run_id, count(*) AS n_labels, count(DISTINCT reviewer_id) AS n_reviewers, frozen_at, "
        "frozen_by, freeze_reason FROM anchor GROUP BY anchor_set, run_id, frozen_at, frozen_by, freeze_reason "
        "ORDER BY frozen_at, anchor_set",
    )


def fetch_anchor_texts(connection: Connection, anchor_set: str) -> list[dict[str, Any]]:
    """Each frozen response once: its text, and its scenario's body."""
    return fetch(
        connection,
        "SELECT DISTINCT a.scenario_id, a.candidate_id, a.repeat_number AS repeat, r.body AS response, "
        "s.body_json AS scenario_json FROM anchor a "
        "JOIN response r ON r.run_id = a.run_id AND r.scenario_id = a.scenario_id "
        "AND r.candidate_id = a.candidate_id AND r.repeat_number = a.repeat_number "
        "JOIN scenario s ON s.scenario_sha256 = a.scenario_sha256 "
        "WHERE a.anchor_set = ? ORDER BY a.scenario_id, a.candidate_id, a.repeat_number",
        [anchor_set],
    )


_RUNS_ON = """
    SELECT DISTINCT u.run_id, u.started_at FROM anchor a
    JOIN response r ON r.scenario_id = a.scenario_id AND r.candidate_id = a.candidate_id
        AND r.repeat_number = a.repeat_number AND r.body_sha256 = a.body_sha256 AND r.run_id <> a.run_id
    JOIN run u ON u.run_id = r.run_id
    WHERE a.anchor_set = ? ORDER BY u.started_at, u.run_id
"""


def fetch_runs_on(connection: Connection, anchor_set: str) -> dict[str, str]:
    """The other runs in which a frozen response of this set stands, the earliest first, and when each began."""
    return {str(row[0]): str(row[1]) for row in connection.execute(_RUNS_ON, [anchor_set]).fetchall()}


def count_reused(connection: Connection, run_id: str) -> int:
    """Verdicts of the run that were read from an earlier run's reply: they say nothing of the judge tonight."""
    found = connection.execute(
        "SELECT count(*) FROM (SELECT run_id, call_json FROM verdict "
        "UNION ALL SELECT run_id, call_json FROM judge_call) calls WHERE run_id = ? AND call_json LIKE ?",
        [run_id, '%,"reused":{%'],
    ).fetchone()
    return int(found[0]) if found else 0


def count_reused_answers(connection: Connection, run_id: str) -> int:
    """Responses of the run that are an earlier run's reply: they say nothing of the candidate tonight."""
    found = connection.execute(
        "SELECT count(*) FROM response WHERE run_id = ? AND call_json LIKE ?", [run_id, '%,"reused":{%']
    ).fetchone()
    return int(found[0]) if found else 0


_STATED = """
    SELECT l.inclusion_probability FROM anchor a
    LEFT JOIN label l ON l.scenario_id = a.scenario_id AND l.candidate_id = a.candidate_id
        AND l.repeat_number = a.repeat_number AND l.criterion_id = a.criterion_id AND l.reviewer_id = a.reviewer_id
    WHERE a.anchor_set = ?
"""
_RECORDED = "SELECT inclusion_probability FROM sent WHERE run_id IN (SELECT run_id FROM anchor WHERE anchor_set = ?)"


def fetch_chances(connection: Connection, anchor_set: str) -> list[float]:
    """The different chances of being read that responses had before some were frozen: as their labels state where all
    were imported, else as routing recorded it for everything in the run; rising."""
    stated = {row[0] for row in connection.execute(_STATED, [anchor_set]).fetchall()}
    if None in stated:
        stated = {row[0] for row in connection.execute(_RECORDED, [anchor_set]).fetchall()}
    return sorted(stated)
