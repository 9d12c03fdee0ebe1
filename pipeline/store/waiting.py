"""What waits for people, with what decides who may take it. For the rules of allocation; no page shows these rows."""

from dataclasses import dataclass
from typing import Any

from domain.person import Person
from pipeline.store.connection import Connection
from pipeline.store.parsed import Stored, scenario_of
from pipeline.store.rows import fetch

_NO_PROFESSION = "none"
_MOST = 2000
"""Items looked at in one go, of those that judges sent, and again of those drawn for audit."""

# an item is open while fewer people than it needs have committed; its own places first, then everybody's
_WAITING = """
    WITH taken AS (
        SELECT item_id,
               count(*) FILTER (WHERE state <> 'held' OR until_at > ?) AS n_taken,
               count(*) FILTER (WHERE holder_id = ? AND state = 'held') AS n_held,
               count(*) FILTER (WHERE holder_id = ? AND state <> 'held') AS n_done
        FROM slot GROUP BY item_id
    ), followed AS (
        SELECT DISTINCT item_id FROM escalation
        WHERE (state <> 'closed' AND coalesce(claimed_by, '') <> ?) OR (outcome = 'scenario_at_fault'
              AND NOT EXISTS (SELECT 1 FROM reopening o WHERE o.escalation_seq = escalation.event_seq))
    ), away AS (
        SELECT DISTINCT item_id FROM aside WHERE person_id = ? AND kind <> 'unsure'
    ), given AS (
        SELECT item_id, min(due_at) AS due_at,
               count(*) FILTER (WHERE person_id = ? OR profession = ?) AS n_to_me
        FROM assignment GROUP BY item_id
    ), open AS (
        SELECT d.item_id, d.run_id,
               d.disposition = 'cleared' AND NOT d.is_recalled AS is_cleared, d.lane, d.priority, d.routed_at,
               CASE WHEN d.lane = 'double' OR s.item_id IS NOT NULL THEN 2 ELSE 1 END AS n_slots,
               coalesce(t.n_taken, 0) AS n_taken, coalesce(t.n_held, 0) > 0 AS is_mine,
               coalesce(t.n_done, 0) > 0 AS is_read_by_me, f.item_id IS NOT NULL AS is_escalated,
               a.item_id IS NOT NULL AS is_set_aside, g.item_id IS NOT NULL AS is_assigned,
               coalesce(g.n_to_me, 0) > 0 AS is_assigned_to_me, g.due_at,
               row_number() OVER (
                   PARTITION BY d.disposition = 'cleared' AND NOT d.is_recalled
                   ORDER BY d.priority DESC, d.routed_at, d.item_id
               ) AS n
        FROM sent d
        LEFT JOIN second_reading s ON s.item_id = d.item_id
        LEFT JOIN taken t ON t.item_id = d.item_id
        LEFT JOIN followed f ON f.item_id = d.item_id
        LEFT JOIN away a ON a.item_id = d.item_id
        LEFT JOIN given g ON g.item_id = d.item_id
        LEFT JOIN adjudication j ON j.item_id = d.item_id
        WHERE d.lane IS NOT NULL AND j.item_id IS NULL AND (CAST(? AS TEXT) IS NULL OR d.item_id = ?)
          AND EXISTS (SELECT 1 FROM qualification q WHERE q.person_id = ? AND q.may_review AND q.until_at IS NULL)
          AND (coalesce(t.n_held, 0) > 0 OR coalesce(t.n_taken, 0) <
               CASE WHEN d.lane = 'double' OR s.item_id IS NOT NULL THEN 2 ELSE 1 END)
    )
    SELECT o.item_id, coalesce(x.of_run_id, o.run_id) AS run_id, w.scenario_id IS NOT NULL AS has_written_reference,
           o.is_cleared AS is_audit, o.priority, o.n_slots, o.n_taken, o.is_mine,
           o.is_read_by_me, o.is_escalated, o.is_set_aside, o.is_assigned, o.is_assigned_to_me, o.due_at,
           r.scenario_id, r.scenario_sha256, s.title, s.setting, length(r.body) AS n_characters,
           s.body_json AS scenario_body
    FROM open o
    JOIN response r ON r.item_id = o.item_id AND r.run_id = o.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN (
        SELECT k.scenario_id FROM reference_answer a
        JOIN (SELECT scenario_sha256, scenario_id FROM scenario
              UNION SELECT scenario_sha256, scenario_id FROM scenario_version) k
            ON k.scenario_sha256 = a.scenario_sha256
        WHERE a.author_id = ?
        UNION SELECT scenario_id FROM scenario_version WHERE accepted_by = ?
    ) w ON w.scenario_id = r.scenario_id
    LEFT JOIN anchor_reading x ON x.item_id = o.item_id
    WHERE o.n <= ?
    ORDER BY o.priority DESC, o.routed_at, o.item_id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that more people are to read, as it stands to one person."""

    item_id: str
    run_id: str
    """Whose rubrics it is judged by: an anchor's own run."""
    scenario_id: str
    scenario: Stored
    title: str
    setting: str
    tags: frozenset[str]
    author: str
    """Who wrote the scenario; empty where that is not stated."""
    n_characters: int
    """Of the response."""
    has_written_reference: bool
    """The person wrote a reference answer to its scenario, in any of its versions, or changed it."""
    is_audit: bool
    priority: float
    n_slots: int
    n_taken: int
    is_mine: bool
    """The person holds a place at it and has not committed."""
    is_read_by_me: bool
    is_escalated: bool
    is_set_aside: bool
    """The person handed it on."""
    is_assigned: bool
    is_assigned_to_me: bool
    due_at: str | None


def fetch_waiting(connection: Connection, person: Person, at: str, item_id: str | None = None) -> list[Waiting]:
    """Open items as they stand to this person, the most urgent first; at most 2000 of each kind. Nothing
    stands open to a person who may not review for real yet.

    Args:
        connection: a visit.
        person: to whom they stand so.
        at: now.
        item_id: this item alone, where it is open.
    """
    me, profession = person.person_id, person.profession or _NO_PROFESSION
    rows = fetch(connection, _WAITING, [at, me, me, me, me, me, profession, item_id, item_id, me, me, me, _MOST])
    return [_waiting(row) for row in rows]


def _waiting(row: dict[str, Any]) -> Waiting:
    stored = Stored(row.pop("scenario_sha256"), row.pop("scenario_body"))
    of = scenario_of(stored)
    author = of.provenance.author if of.provenance is not None else ""
    return Waiting(**row, scenario=stored, tags=frozenset(of.tags), author=author)
