"""A run's responses, questions and findings as columns: what the comparison counts, a million findings at a time."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from domain.severity import Severity
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

N_CODES = 5
"""0 violated, 1 satisfied, 2 not applicable, 3 cannot tell, 4 failed."""


class ItemRow(NamedTuple):
    """One response, and how it stands to people."""

    journal_offset: int
    """Its number within the run."""
    scenario_id: str
    candidate_id: str
    repeat: int
    body_sha256: str
    outcome: str
    disposition: str | None
    """None: it was never routed, as where verdicts were imported."""
    is_sent: bool
    inclusion_probability: float | None
    setting: str
    """Of the scenario."""


class KindRow(NamedTuple):
    """A criterion at one severity."""

    rubric_id: str
    criterion_id: str
    severity: Severity


class JudgeRow(NamedTuple):
    """A judge of the run's panel."""

    judge_id: str
    fingerprint_sha256: str
    is_baseline: bool
    n_repeats: int
    stage: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run asked and heard."""

    run_id: str
    started_at: str
    provisional: bool
    policy: dict[str, Any]
    """The routing policy, as the configuration has it."""
    any_flags: frozenset[tuple[str, str]]
    """Rubric and severity where one judge's word is enough to flag."""
    items: list[ItemRow]
    """In the order of their numbers."""
    kinds: list[KindRow]
    judges: list[JudgeRow]
    found: NDArray[np.int64]
    """(n, 4) one row a finding: number of the item, place in `kinds`, place in `judges`, code."""


_ITEMS = """
    SELECT r.journal_offset, r.scenario_id, r.candidate_id, r.repeat_number, r.body_sha256, r.outcome, d.disposition,
           d.lane IS NOT NULL, d.inclusion_probability, coalesce(s.setting, '')
    FROM response r LEFT JOIN sent d ON d.item_id = r.item_id AND d.run_id = r.run_id
    LEFT JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE r.run_id = ? ORDER BY r.journal_offset
"""
# the same order gives kinds and judges the same places in every statement
_WITH = """
    WITH found AS (
        SELECT item_id, judge_id, rubric_id, criterion_id, severity,
               CASE value WHEN 'violated' THEN 0 WHEN 'satisfied' THEN 1 WHEN 'not_applicable' THEN 2 ELSE 3 END AS code
        FROM verdict WHERE run_id = ?
        UNION ALL
        SELECT item_id, judge_id, rubric_id, criterion_id, severity, 4 FROM judge_failure WHERE run_id = ?
    ), kind AS (
        SELECT rubric_id, criterion_id, severity,
               row_number() OVER (ORDER BY rubric_id, criterion_id, severity) - 1 AS place
        FROM (SELECT DISTINCT rubric_id, criterion_id, severity FROM found) AS every_kind
    ), judging AS (
        SELECT judge_id, row_number() OVER (ORDER BY judge_id) - 1 AS place
        FROM (SELECT DISTINCT judge_id FROM found) AS every_judge
    )
"""
_KINDS = f"{_WITH} SELECT rubric_id, criterion_id, severity FROM kind ORDER BY place"  # noqa: S608 (our text)
_JUDGING = f"{_WITH} SELECT judge_id FROM judging ORDER BY place"  # noqa: S608 (our text)
_FOUND = f"""{_WITH}
    SELECT r.journal_offset, k.place, j.place, f.code
    FROM found f
    JOIN response r ON r.item_id = f.item_id AND r.run_id = ?
    JOIN kind k ON k.rubric_id = f.rubric_id AND k.criterion_id = f.criterion_id AND k.severity = f.severity
    JOIN judging j ON j.judge_id = f.judge_id
"""  # noqa: S608 (our text)


FoundRows = list[tuple[int, int, int, int]]
"""Rows of `Asked.found`."""


def fetch_asked(connection: Connection, run_id: str) -> Asked:
    """Everything that the run's judges were asked.

    Args:
        connection: a visit.
        run_id: a run that there is.
    """
    return filled(*fetch_asked_rows(connection, run_id))


def filled(asked: Asked, rows: FoundRows) -> Asked:
    """With what was found."""
    return replace(asked, found=np.array(rows, dtype=np.int64).reshape(-1, 4))


def fetch_asked_rows(connection: Connection, run_id: str) -> tuple[Asked, FoundRows]:
    """`fetch_asked` in two parts, which `filled` brings together: a visit for a million findings ends before that."""
    (run,) = fetch(connection, "SELECT started_at, is_provisional, config_json FROM run WHERE run_id = ?", [run_id])
    twice = [run_id, run_id]
    items = [ItemRow(*row) for row in connection.execute(_ITEMS, [run_id]).fetchall()]
    kinds = [KindRow(one[0], one[1], Severity(one[2])) for one in connection.execute(_KINDS, twice).fetchall()]
    judging = [str(row[0]) for row in connection.execute(_JUDGING, twice).fetchall()]
    policy: dict[str, Any] = run["config"].get("config", {}).get("policy", {})
    asked = Asked(
        run_id,
        run["started_at"],
        run["is_provisional"],
        policy,
        _any_flags(connection, run["config"]),
        items,
        kinds,
        _judges(connection, run_id, judging),
        np.empty((0, 4), dtype=np.int64),
    )
    return asked, cast("FoundRows", connection.execute(_FOUND, [*twice, run_id]).fetchall())


def fetch_run_ids(connection: Connection, since: str, before: str = "9999") -> list[str]:
    """The runs that began at or after `since` and before `before` (as ISO 8601 text, UTC), the earliest first."""
    within = "SELECT run_id FROM run WHERE started_at >= ? AND started_at < ? ORDER BY started_at, run_id"
    return [row["run_id"] for row in fetch(connection, within, [since, before])]


def _judges(connection: Connection, run_id: str, judging: list[str]) -> list[JudgeRow]:
    """Those who said something, in the order of their places."""
    rows = fetch(
        connection, "SELECT judge_id, fingerprint_sha256, is_baseline, spec_json FROM judge WHERE run_id = ?", [run_id]
    )
    known = {
        row["judge_id"]: JudgeRow(
            row["judge_id"],
            row["fingerprint_sha256"],
            row["is_baseline"],
            int(row["spec"].get("repeats", 1)),
            int(row["spec"].get("stage", 1)),
        )
        for row in rows
    }
    return [known[judge_id] for judge_id in judging]


def _any_flags(connection: Connection, config: dict[str, Any]) -> frozenset[tuple[str, str]]:
    pinned = {sha for name, sha in config.get("content", {}).items() if name.startswith("rubric ")}
    rows = fetch(connection, "SELECT rubric_id, rubric_sha256, body_json FROM rubric")
    found: set[tuple[str, str]] = set()
    for row in rows:
        if row["rubric_sha256"] in pinned:
            rule: dict[str, str] = row["body"].get("routing", {}).get("aggregate", {})
            found |= {
                (row["rubric_id"], one.value)
                for one in Severity
                if rule.get(one.value, rule.get("default", "majority")) == "any"
            }
    return frozenset(found)


class QuoteRow(NamedTuple):
    """Words of a response that a judge quoted for a violation, by offsets in code points."""

    journal_offset: int
    """Of the response."""
    criterion_id: str
    judge_id: str
    start: int
    end: int


def fetch_quotes(connection: Connection, run_id: str) -> list[QuoteRow]:
    """What the run's judges quoted as evidence of violations."""
    rows = fetch(
        connection,
        "SELECT r.journal_offset, v.criterion_id, v.judge_id, v.evidence_json FROM verdict v "
        "JOIN response r ON r.item_id = v.item_id AND r.run_id = v.run_id "
        "WHERE v.run_id = ? AND v.value = 'violated' AND v.evidence_json <> '[]'",
        [run_id],
    )
    return [
        QuoteRow(row["journal_offset"], row["criterion_id"], row["judge_id"], span["start"], span["end"])
        for row in rows
        for span in row["evidence"]
    ]
