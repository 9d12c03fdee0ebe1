"""What a run found, as the report and the comparison read it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import orjson

from domain.errors import InputError
from domain.severity import Severity
from domain.verdict import Harm, Span, VerdictValue


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run was."""

    run_id: str
    name: str
    provisional: bool
    started_at: str
    config_sha256: str
    config: dict[str, Any]
    judges: list[tuple[str, str, bool]]
    """Judge id, model, whether it is a baseline."""


@dataclass(frozen=True, slots=True)
class RubricFacts:
    """A rubric as the run used it."""

    rubric_id: str
    version: str
    status: str
    title: str
    criteria: dict[str, str]
    """Title by criterion id."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A verdict or a failure on one criterion of one item."""

    judge_id: str
    rubric_id: str
    criterion_id: str
    severity: Severity
    value: VerdictValue | None
    """None: the judge failed."""
    failure: str
    reason: str
    evidence: tuple[Span, ...]
    expected: str
    harm: Harm | None
    points: float | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A response with what became of it."""

    item_id: str
    scenario: dict[str, Any]
    candidate_id: str
    repeat: int
    outcome: str
    detail: str
    body: str
    disposition: str
    lane: str | None
    reasons: list[str]
    inclusion_probability: float
    findings: list[FindingRow]


def fetch_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunFacts:
    """The run's facts.

    Raises:
        InputError: there is no such run; the message lists those that there are.
    """
    row = connection.execute(
        "SELECT run_id, name, is_provisional, started_at, config_sha256, config_json FROM run WHERE run_id = ?",
        [run_id],
    ).fetchone()
    if row is None:
        known = connection.execute("SELECT run_id FROM run ORDER BY started_at DESC LIMIT 10").fetchall()
        raise InputError(f"the store has no run {run_id!r}; it has: {', '.join(one[0] for one in known) or 'none'}")
    judges = connection.execute(
        "SELECT judge_id, model, is_baseline FROM judge WHERE run_id = ? ORDER BY judge_id", [run_id]
    ).fetchall()
    return RunFacts(*row[:5], orjson.loads(row[5]), judges)


def fetch_rubrics(connection: duckdb.DuckDBPyConnection, run: RunFacts) -> list[RubricFacts]:
    """The rubrics that the run was pinned to, in the order of their ids."""
    pinned = {sha for name, sha in run.config["content"].items() if name.startswith("rubric ")}
    rows = connection.execute("SELECT rubric_sha256, body_json FROM rubric ORDER BY rubric_id").fetchall()
    bodies = [orjson.loads(body) for sha, body in rows if sha in pinned]
    return [
        RubricFacts(
            body["rubric_id"], body["version"], body["status"], body["title"],
            {one["criterion_id"]: one.get("title") or one["question"] for one in body["criteria"]},
        )
        for body in bodies
    ]  # fmt: skip


def count_dispositions(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, dict[str, int]]:
    """Number of responses by candidate, then disposition."""
    rows = connection.execute(
        "SELECT r.candidate_id, d.disposition, count(*) FROM disposition d JOIN response r ON r.item_id = d.item_id "
        "WHERE d.run_id = ? GROUP BY r.candidate_id, d.disposition ORDER BY r.candidate_id",
        [run_id],
    ).fetchall()
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for candidate_id, disposition, n in rows:
        found[candidate_id][disposition] = n
    return dict(found)


def count_violations(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, str, str, int]]:
    """Rubric, criterion, severity, and the number of responses in which at least one judge found a violation."""
    return connection.execute(
        "SELECT rubric_id, criterion_id, severity, count(DISTINCT item_id) FROM verdict "
        "WHERE run_id = ? AND value = 'violated' GROUP BY rubric_id, criterion_id, severity "
        "ORDER BY rubric_id, criterion_id, severity",
        [run_id],
    ).fetchall()


def count_failures(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, str, int]]:
    """Judge, kind of failure, number."""
    return connection.execute(
        "SELECT judge_id, kind, count(*) FROM judge_failure WHERE run_id = ? GROUP BY judge_id, kind "
        "ORDER BY judge_id, kind",
        [run_id],
    ).fetchall()


_ITEMS = """
    SELECT r.item_id, s.body_json, r.candidate_id, r.repeat_number, r.outcome, r.detail, r.body, d.disposition, d.lane,
           d.reasons_json, d.inclusion_probability
    FROM response r
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    JOIN disposition d ON d.item_id = r.item_id
    WHERE r.run_id = ?
    ORDER BY d.priority DESC, r.item_id
    LIMIT ? OFFSET ?
"""


def fetch_items(connection: duckdb.DuckDBPyConnection, run_id: str, *, limit: int, offset: int = 0) -> list[ItemRow]:
    """Responses with their findings, the worst first."""
    rows = connection.execute(_ITEMS, [run_id, limit, offset]).fetchall()
    findings: dict[str, list[FindingRow]] = defaultdict(list)
    for item_id, finding in fetch_findings(connection, [row[0] for row in rows]):
        findings[item_id].append(finding)
    return [
        ItemRow(row[0], orjson.loads(row[1]), *row[2:9], orjson.loads(row[9]), row[10], findings[row[0]])
        for row in rows
    ]


def fetch_findings(connection: duckdb.DuckDBPyConnection, item_ids: list[str]) -> Iterator[tuple[str, FindingRow]]:
    """Every verdict and failure on these items, with the item's id."""
    wanted = "(SELECT unnest(?))"
    for row in connection.execute(
        "SELECT item_id, judge_id, rubric_id, criterion_id, severity, value, '', reason, evidence_json, expected, "
        f"harm_json, points FROM verdict WHERE item_id IN {wanted} UNION ALL "  # noqa: S608 (our text)
        "SELECT item_id, judge_id, rubric_id, criterion_id, severity, NULL, kind, detail, '[]', '', NULL, points "
        f"FROM judge_failure WHERE item_id IN {wanted} ORDER BY 3, 4, 2",
        [item_ids, item_ids],
    ).fetchall():
        yield row[0], _finding(row[1:])


def _finding(row: tuple[Any, ...]) -> FindingRow:
    judge_id, rubric_id, criterion_id, severity, value, failure, reason, evidence, expected, harm, points = row
    return FindingRow(
        judge_id=judge_id,
        rubric_id=rubric_id,
        criterion_id=criterion_id,
        severity=Severity(severity),
        value=VerdictValue(value) if value else None,
        failure=failure,
        reason=reason,
        evidence=tuple(Span(**span) for span in orjson.loads(evidence)),
        expected=expected,
        harm=Harm(**orjson.loads(harm)) if harm else None,
        points=points,
    )


def fetch_own_points(
    connection: duckdb.DuckDBPyConnection, run_id: str
) -> list[tuple[str, str, str, str, float, VerdictValue | None]]:
    """Item, candidate, judge, criterion, points and verdict for every one of the scenarios' own criteria."""
    rows = connection.execute(
        "SELECT f.item_id, r.candidate_id, f.judge_id, f.criterion_id, f.points, f.value FROM ("
        "SELECT item_id, judge_id, criterion_id, points, value FROM verdict WHERE run_id = ? AND points IS NOT NULL "
        "UNION ALL SELECT item_id, judge_id, criterion_id, points, NULL FROM judge_failure "
        "WHERE run_id = ? AND points IS NOT NULL) f JOIN response r ON r.item_id = f.item_id "
        "ORDER BY f.item_id, f.judge_id, f.criterion_id",
        [run_id, run_id],
    ).fetchall()
    return [(*row[:5], VerdictValue(row[5]) if row[5] else None) for row in rows]


VerdictKey = tuple[str, str, int, str]
"""scenario_id, candidate_id, repeat, criterion_id."""


def fetch_verdict_values(
    connection: duckdb.DuckDBPyConnection, run_id: str
) -> list[tuple[VerdictKey, str, VerdictValue | None]]:
    """Key, judge and verdict (None: the judge failed) of every finding of the run."""
    rows = connection.execute(
        "SELECT r.scenario_id, r.candidate_id, r.repeat_number, f.criterion_id, f.judge_id, f.value FROM ("
        "SELECT item_id, criterion_id, judge_id, value FROM verdict WHERE run_id = ? "
        "UNION ALL SELECT item_id, criterion_id, judge_id, NULL FROM judge_failure WHERE run_id = ?) f "
        "JOIN response r ON r.item_id = f.item_id",
        [run_id, run_id],
    ).fetchall()
    return [((row[0], row[1], row[2], row[3]), row[4], VerdictValue(row[5]) if row[5] else None) for row in rows]


def fetch_response_dispositions(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[tuple[str, str, int], str]:
    """Disposition by scenario, candidate and repeat."""
    rows = connection.execute(
        "SELECT r.scenario_id, r.candidate_id, r.repeat_number, d.disposition FROM disposition d "
        "JOIN response r ON r.item_id = d.item_id WHERE d.run_id = ?",
        [run_id],
    ).fetchall()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def count_outcomes(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """Number of responses by what the candidate gave."""
    rows = connection.execute(
        "SELECT outcome, count(*) FROM response WHERE run_id = ? GROUP BY outcome ORDER BY outcome", [run_id]
    ).fetchall()
    return {row[0]: row[1] for row in rows}
