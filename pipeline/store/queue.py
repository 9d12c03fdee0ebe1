"""What waits for people."""

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

# the page first, the joins for its few rows after
_WAITING = """
    WITH d AS (
        SELECT item_id, run_id, disposition, lane, priority, inclusion_probability, reasons_json, routed_at
        FROM sent
        WHERE lane IS NOT NULL AND (CAST(? AS TEXT) IS NULL OR run_id = ?) AND (CAST(? AS TEXT) IS NULL OR lane = ?)
        ORDER BY priority DESC, routed_at, item_id
        LIMIT ?
    )
    SELECT d.item_id, d.run_id, r.scenario_id, s.title, s.setting, r.candidate_id,
           r.repeat_number AS repeat, r.outcome,
           d.disposition, d.lane, d.priority, d.inclusion_probability, d.reasons_json,
           d.routed_at AS queued_at
    FROM d
    JOIN response r ON r.item_id = d.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    ORDER BY d.priority DESC, d.routed_at, d.item_id
"""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A response that waits for a clinician. Lane, candidate and reasons are for leads and ML teams, never shown to a
    clinician before the judgement is committed."""

    item_id: str
    run_id: str
    scenario_id: str
    title: str
    setting: str
    candidate_id: str
    repeat: int
    outcome: str
    disposition: str
    lane: str
    priority: float
    inclusion_probability: float
    reasons: list[str]
    queued_at: str

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many wait in one lane of one run."""

    run_id: str
    lane: str
    n: int
    provisional: bool
    """Whether the run clears without certificates."""


def fetch_queue(
    connection: Connection, *, run_id: str | None = None, lane: str | None = None, limit: int = 1000
) -> list[QueueItem]:
    """The most urgent first; among equals, the longest waiting."""
    return [QueueItem(**row) for row in fetch(connection, _WAITING, [run_id, run_id, lane, lane, limit])]


def count_queue(connection: Connection, *, run_id: str | None = None) -> list[QueueCount]:
    """How many wait, per run and lane, whatever a listing's limit."""
    rows = fetch(
        connection,
        "SELECT d.run_id, d.lane, count(*) AS n, coalesce(r.is_provisional, FALSE) AS provisional FROM sent d "
        "LEFT JOIN run r ON r.run_id = d.run_id "
        "WHERE d.lane IS NOT NULL AND (CAST(? AS TEXT) IS NULL OR d.run_id = ?) "
        "GROUP BY d.run_id, d.lane, r.is_provisional ORDER BY d.run_id, d.lane",
        [run_id, run_id],
    )
    return [QueueCount(**row) for row in rows]
