"""What a run found, as the report and the comparison read it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import TypeAdapter

from domain.errors import InputError
from domain.rubric import Rubric
from domain.scenario import Scenario
from domain.severity import Severity
from domain.verdict import Harm, LookedFor, Span, VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """A judge of a run's panel."""

    judge_id: str
    model: str
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run was."""

    run_id: str
    name: str
    provisional: bool
    started_at: str
    config_sha256: str
    config: dict[str, Any]
    judges: list[JudgeFacts]


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
    looked_for: tuple[LookedFor, ...]
    harm: Harm | None
    points: float | None
    repeat: int
    """Which time round the judge was asked, from 0."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A response with what became of it."""

    item_id: str
    scenario: Scenario
    candidate_id: str
    repeat: int
    model: str
    """That gave the response, as it came back or stood in a file."""
    outcome: str
    detail: str
    body: str
    disposition: str
    lane: str | None
    reasons: list[str]
    inclusion_probability: float
    findings: list[FindingRow]


def fetch_run(connection: Connection, run_id: str) -> RunFacts:
    """The run's facts.

    Raises:
        InputError: there is no such run; the message lists those that there are.
    """
    rows = fetch(
        connection,
        "SELECT run_id, name, is_provisional AS provisional, started_at, config_sha256, config_json "
        "FROM run WHERE run_id = ?",
        [run_id],
    )
    if not rows:
        known = fetch(connection, "SELECT run_id FROM run ORDER BY started_at DESC LIMIT 10")
        shown = ", ".join(one["run_id"] for one in known) or "none"
        raise InputError(f"the store has no run {run_id!r}; it has: {shown}")
    judges = fetch(
        connection, "SELECT judge_id, model, is_baseline FROM judge WHERE run_id = ? ORDER BY judge_id", [run_id]
    )
    return RunFacts(**rows[0], judges=[JudgeFacts(**one) for one in judges])


def fetch_rubrics(connection: Connection, run: RunFacts) -> list[RubricFacts]:
    """The rubrics that the run was pinned to, in the order of their ids."""
    pinned = {sha for name, sha in run.config["content"].items() if name.startswith("rubric ")}
    rows = fetch(connection, "SELECT rubric_sha256, body_json FROM rubric ORDER BY rubric_id")
    return [_rubric(row["body"]) for row in rows if row["rubric_sha256"] in pinned]


def fetch_whole_rubrics(connection: Connection, run: RunFacts) -> list[Rubric]:
    """The rubrics that the run was pinned to, whole, in the order in which it judged by them."""
    pinned = run.config["content"]
    rows = fetch(connection, "SELECT rubric_sha256, body_json FROM rubric")
    bodies = {row["rubric_sha256"]: row["body"] for row in rows}
    wanted = [sha for name, sha in pinned.items() if name.startswith("rubric ") and sha in bodies]
    return [Rubric.model_validate_json(orjson.dumps(bodies[sha])) for sha in wanted]


def _rubric(body: dict[str, Any]) -> RubricFacts:
    titles = {one["criterion_id"]: one.get("title") or one["question"] for one in body["criteria"]}
    return RubricFacts(body["rubric_id"], body["version"], body["status"], body["title"], titles)


def count_dispositions(connection: Connection, run_id: str) -> dict[str, dict[str, int]]:
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


def count_violations(connection: Connection, run_id: str) -> list[tuple[str, str, str, int]]:
    """Rubric, criterion, severity, and the number of responses in which at least one judge found a violation."""
    return connection.execute(
        "SELECT rubric_id, criterion_id, severity, count(DISTINCT item_id) FROM verdict "
        "WHERE run_id = ? AND value = 'violated' GROUP BY rubric_id, criterion_id, severity "
        "ORDER BY rubric_id, criterion_id, severity",
        [run_id],
    ).fetchall()


def count_failures(connection: Connection, run_id: str) -> list[tuple[str, str, int]]:
    """Judge, kind of failure, number."""
    return connection.execute(
        "SELECT judge_id, kind, count(*) FROM judge_failure WHERE run_id = ? GROUP BY judge_id, kind "
        "ORDER BY judge_id, kind",
        [run_id],
    ).fetchall()


# the page first, the joins for its few rows after
_ITEMS = """
    WITH d AS (
        SELECT item_id, disposition, lane, priority, reasons_json, inclusion_probability
        FROM disposition
        WHERE run_id = ?
        ORDER BY priority DESC, item_id
        LIMIT ? OFFSET ?
    )
    SELECT r.item_id, s.body_json AS scenario_json, r.candidate_id, r.repeat_number AS repeat, r.model, r.outcome,
           r.detail, r.body, d.disposition, d.lane, d.reasons_json, d.inclusion_probability
    FROM d
    JOIN response r ON r.item_id = d.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    ORDER BY d.priority DESC, d.item_id
"""


def fetch_items(connection: Connection, run_id: str, *, limit: int, offset: int = 0) -> list[ItemRow]:
    """Responses with their findings, the worst first."""
    rows = fetch(connection, _ITEMS, [run_id, limit, offset])
    findings = fetch_findings(connection, [row["item_id"] for row in rows])
    for row in rows:
        row["scenario"] = Scenario.model_validate(row["scenario"], strict=False)
    return [ItemRow(**row, findings=findings[row["item_id"]]) for row in rows]


_FINDINGS = """
    SELECT item_id, judge_id, rubric_id, criterion_id, severity, value, '' AS failure, reason, evidence_json, expected,
           looked_for_json, harm_json, points, repeat_number AS repeat
    FROM verdict WHERE item_id IN (SELECT unnest(CAST(? AS TEXT[])))
    UNION ALL
    SELECT item_id, judge_id, rubric_id, criterion_id, severity, NULL, kind, detail, '[]', '', '[]', NULL, points,
           repeat_number
    FROM judge_failure WHERE item_id IN (SELECT unnest(CAST(? AS TEXT[])))
    ORDER BY 3, 4, 2, repeat
"""


def fetch_findings(connection: Connection, item_ids: list[str]) -> defaultdict[str, list[FindingRow]]:
    """Every verdict and failure on these items, by the item's id."""
    found: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for row in fetch(connection, _FINDINGS, [item_ids, item_ids]):
        found[row.pop("item_id")].append(_FINDING.validate_python(row))
    return found


_FINDING: TypeAdapter[FindingRow] = TypeAdapter(FindingRow)


def fetch_own_points(
    connection: Connection, run_id: str
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


@dataclass(frozen=True, slots=True)
class VerdictValueRow:
    """One judge's answer on one criterion of one response."""

    key: VerdictKey
    rubric_id: str
    judge_id: str
    value: VerdictValue | None
    """None: the judge failed."""


def fetch_verdict_values(connection: Connection, run_id: str) -> list[VerdictValueRow]:
    """Every finding of the run."""
    rows = connection.execute(
        "SELECT r.scenario_id, r.candidate_id, r.repeat_number, f.criterion_id, f.rubric_id, f.judge_id, f.value FROM ("
        "SELECT item_id, criterion_id, rubric_id, judge_id, value FROM verdict WHERE run_id = ? "
        "UNION ALL SELECT item_id, criterion_id, rubric_id, judge_id, NULL FROM judge_failure WHERE run_id = ?) f "
        "JOIN response r ON r.item_id = f.item_id",
        [run_id, run_id],
    ).fetchall()
    return [
        VerdictValueRow((row[0], row[1], row[2], row[3]), row[4], row[5], VerdictValue(row[6]) if row[6] else None)
        for row in rows
    ]


def fetch_response_dispositions(connection: Connection, run_id: str) -> dict[tuple[str, str, int], str]:
    """Disposition by scenario, candidate and repeat."""
    rows = connection.execute(
        "SELECT r.scenario_id, r.candidate_id, r.repeat_number, d.disposition FROM disposition d "
        "JOIN response r ON r.item_id = d.item_id WHERE d.run_id = ?",
        [run_id],
    ).fetchall()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def count_outcomes(connection: Connection, run_id: str) -> dict[str, int]:
    """Number of responses by what the candidate gave."""
    rows = connection.execute(
        "SELECT outcome, count(*) FROM response WHERE run_id = ? GROUP BY outcome ORDER BY outcome", [run_id]
    ).fetchall()
    return {row[0]: row[1] for row in rows}
