"""What waits for readers, all of it together and by setting; and what is overdue."""

from dataclasses import dataclass

from pipeline.effort import expected_minutes
from pipeline.store.connection import Connection
from pipeline.store.parsed import Stored
from pipeline.store.review_items import count_questions
from pipeline.store.rows import fetch

_OPEN = """
    WITH done AS (
        SELECT item_id, count(*) AS n FROM slot WHERE state <> 'held' GROUP BY item_id
    ), followed AS (
        SELECT DISTINCT item_id FROM escalation WHERE state <> 'closed' OR outcome = 'scenario_at_fault'
    ), wanted AS (
        SELECT d.item_id, d.run_id,
               CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END - coalesce(n.n, 0) AS n_left
        FROM sent d
        LEFT JOIN second_reading x ON x.item_id = d.item_id
        LEFT JOIN done n ON n.item_id = d.item_id
        LEFT JOIN adjudication a ON a.item_id = d.item_id
        LEFT JOIN followed f ON f.item_id = d.item_id
        WHERE d.lane IS NOT NULL AND a.item_id IS NULL AND f.item_id IS NULL
    )
"""
_BY_SCENARIO = """
    SELECT w.run_id, s.setting, s.scenario_sha256, s.body_json AS body, sum(w.n_left) AS n_readings,
           sum(w.n_left * length(r.body)) AS n_characters
    FROM wanted w
    JOIN response r ON r.item_id = w.item_id AND r.run_id = w.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE w.n_left > 0
    GROUP BY w.run_id, s.setting, s.scenario_sha256, s.body_json
    ORDER BY s.setting, w.run_id, s.scenario_sha256
"""
_OVERDUE = """
    SELECT g.item_id FROM assignment g JOIN wanted w ON w.item_id = g.item_id
    WHERE w.n_left > 0 AND g.due_at < ? GROUP BY g.item_id ORDER BY min(g.due_at), g.item_id
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one setting."""

    setting: str
    n_readings: int
    """An item that two are to read counts twice."""
    minutes: float
    """That they are likely to take."""


def fetch_backlog(connection: Connection) -> list[Backlog]:
    """By setting; what an expert follows waits for no reader."""
    rows = fetch(connection, _OPEN + _BY_SCENARIO)
    asked = count_questions(connection, ((row["run_id"], Stored(row["scenario_sha256"], row["body"])) for row in rows))
    found: dict[str, Backlog] = {}
    for row, n_criteria in zip(rows, asked, strict=True):
        setting, n = row["setting"], int(row["n_readings"])
        one = expected_minutes(round(int(row["n_characters"]) / n), n_criteria)
        so_far = found.get(setting, Backlog(setting, 0, 0.0))
        found[setting] = Backlog(setting, so_far.n_readings + n, so_far.minutes + n * one)
    return list(found.values())


def fetch_overdue(connection: Connection, at: str) -> list[str]:
    """Ids of items whose day has passed while somebody was still to read them, the longest overdue first."""
    return [row["item_id"] for row in fetch(connection, _OPEN + _OVERDUE, [at])]
