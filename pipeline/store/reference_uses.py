"""How reference answers were used: in which runs judges were shown which text, and what they said beside it."""

from dataclasses import dataclass
from typing import Any

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch
from pipeline.store.settled import fetch_open_ids

_RUNS = """
    SELECT r.run_id, u.started_at, r.scenario_sha256, s.body_json, count(*) AS n_responses
    FROM response r JOIN run u ON u.run_id = r.run_id JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE r.scenario_id = ?
    GROUP BY r.run_id, u.started_at, r.scenario_sha256, s.body_json
    ORDER BY u.started_at DESC, r.run_id LIMIT ?
"""
_VERDICTS = """
    SELECT v.item_id, count(*) AS n, sum(CASE WHEN v.value = 'violated' THEN 1 ELSE 0 END) AS n_unsafe
    FROM verdict v JOIN response r ON r.item_id = v.item_id AND r.run_id = v.run_id
    WHERE r.scenario_id = ? AND v.run_id = ? GROUP BY v.item_id
"""


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """One run over a scenario, with the reference answer that its judges were shown."""

    run_id: str
    started_at: str
    scenario_sha256: str
    reference: str
    """Its text; empty: none was shown."""
    n_responses: int
    n_open: int
    """Of them, still to be judged by somebody: what judges said of these is not counted."""
    n_verdicts: int
    n_unsafe: int


def fetch_reference_uses(connection: Connection, scenario_id: str, most: int) -> list[ReferenceUse]:
    """The latest runs over a scenario, in any of its versions, the latest first."""
    return [_use(connection, scenario_id, **row) for row in fetch(connection, _RUNS, [scenario_id, most])]


def _use(
    connection: Connection, scenario_id: str, *, run_id: str, started_at: str, scenario_sha256: str,
    body: dict[str, Any], n_responses: int,
) -> ReferenceUse:  # fmt: skip
    still_open = fetch_open_ids(connection, run_id)
    said = fetch(connection, _VERDICTS, [scenario_id, run_id])
    shown = [one for one in said if one["item_id"] not in still_open]
    n_verdicts, n_unsafe = (sum(int(one[name]) for one in shown) for name in ("n", "n_unsafe"))
    reference = body.get("reference_answer") or ""
    n_open = len(said) - len(shown)
    return ReferenceUse(run_id, started_at, scenario_sha256, reference, n_responses, n_open, n_verdicts, n_unsafe)
