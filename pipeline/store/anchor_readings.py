"""Anchors that come back to whoever judged them before: which may, and which were sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.effort import expected_minutes
from pipeline.rereading import Again, Readable
from pipeline.store.assignments import Assignment, record_assignment
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.ingest import insert_new
from pipeline.store.rows import fetch

_MIXED = "anchors_mixed"

# one row for a text and a person, of the newest set that holds it
_READABLE = """
    WITH frozen AS (
        SELECT a.anchor_set, a.run_id, a.scenario_id, a.candidate_id, a.repeat_number, a.body_sha256, a.reviewer_id,
               max(a.frozen_at) AS frozen_at, count(*) AS n_criteria,
               row_number() OVER (
                   PARTITION BY a.scenario_id, a.candidate_id, a.repeat_number, a.body_sha256, a.reviewer_id
                   ORDER BY max(a.frozen_at) DESC, a.anchor_set
               ) AS place
        FROM anchor a
        JOIN person p ON p.person_id = a.reviewer_id AND p.is_active
        JOIN qualification q ON q.person_id = a.reviewer_id AND q.may_review AND q.until_at IS NULL
        WHERE a.criterion_sha256 IN (SELECT unnest(CAST(? AS TEXT[])))
        GROUP BY a.anchor_set, a.run_id, a.scenario_id, a.candidate_id, a.repeat_number, a.body_sha256, a.reviewer_id
    ), heard AS (
        SELECT j.person_id, r.scenario_id, r.candidate_id, r.repeat_number, r.body_sha256, max(j.judged_at) AS judged_at
        FROM judgement j JOIN response r ON r.item_id = j.item_id
        GROUP BY j.person_id, r.scenario_id, r.candidate_id, r.repeat_number, r.body_sha256
    ), waiting AS (
        SELECT DISTINCT k.person_id, k.of_item_id
        FROM anchor_reading k LEFT JOIN judgement j ON j.item_id = k.item_id AND j.person_id = k.person_id
        WHERE j.item_id IS NULL
    )
    SELECT f.anchor_set, r.item_id AS of_item_id, f.run_id AS of_run_id, f.reviewer_id AS person_id,
           length(r.body) + length(s.body_json) AS n_characters, f.n_criteria,
           coalesce(h.judged_at, f.frozen_at) AS last_read_at, w.of_item_id IS NOT NULL AS is_waiting
    FROM frozen f
    JOIN response r ON r.run_id = f.run_id AND r.scenario_id = f.scenario_id AND r.candidate_id = f.candidate_id
        AND r.repeat_number = f.repeat_number AND r.body_sha256 = f.body_sha256
    JOIN disposition d ON d.item_id = r.item_id AND d.run_id = r.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN heard h ON h.person_id = f.reviewer_id AND h.scenario_id = f.scenario_id
        AND h.candidate_id = f.candidate_id AND h.repeat_number = f.repeat_number AND h.body_sha256 = f.body_sha256
    LEFT JOIN waiting w ON w.person_id = f.reviewer_id AND w.of_item_id = r.item_id
    WHERE f.place = 1
    ORDER BY f.anchor_set, r.item_id, f.reviewer_id
"""


def fetch_readable(connection: Connection, criteria_sha256: Collection[str], *, pace: float = 1.0) -> list[Readable]:
    """Every frozen response with each person who judged it and may still review.

    Args:
        connection: a visit.
        criteria_sha256: wordings that count; an anchor none of whose criteria is worded so is out of date.
        pace: minutes that clinicians take for each that was planned.
    """
    return [_readable(row, pace) for row in fetch(connection, _READABLE, [sorted(criteria_sha256)])]


def _readable(row: dict[str, Any], pace: float) -> Readable:
    minutes = pace * expected_minutes(row.pop("n_characters"), row.pop("n_criteria"))
    last_read_at = datetime.fromisoformat(row.pop("last_read_at"))
    return Readable(**row, minutes=minutes, last_read_at=last_read_at)


@dataclass(frozen=True, slots=True)
class Mixing:
    """What of the anchors was mixed in with a run, as a whole; for the record."""

    run_id: str
    n_due: int
    minutes: float
    """That the anchors were to take on average."""
    by: str
    at: str


def has_anchors(connection: Connection) -> bool:
    """Whether anything was ever frozen."""
    return connection.execute("SELECT 1 FROM anchor LIMIT 1").fetchone() is not None


def is_mixed(connection: Connection, run_id: str) -> bool:
    """Whether anchors were drawn with this run already: it is done once."""
    found = connection.execute("SELECT 1 FROM event WHERE kind = ? AND subject_id = ? LIMIT 1", [_MIXED, run_id])
    return found.fetchone() is not None


def record_mixing(connection: Connection, drawn: Sequence[Again], whole: Mixing) -> None:
    """Send anchors, each to its person, inside a transaction of the turn `PEOPLE`."""
    numbers = _last_numbers(connection)
    rows: list[dict[str, Any]] = []
    for one in drawn:
        number = numbers[one.of.anchor_set] = numbers.get(one.of.anchor_set, 0) + 1
        rows.append(_row(one, number, whole))
    insert_new(connection, "anchor_reading", rows)
    lay_out(connection)
    for one in drawn:
        record_assignment(connection, one.item_id, Assignment(one.of.person_id), whole.by, whole.at)
    new = {"n_due": whole.n_due, "n_drawn": len(drawn), "minutes": whole.minutes}
    chances = sorted({one.inclusion_probability for one in drawn})
    deed = Deed(_MIXED, whole.by, whole.run_id, whole.at, new=new | {"inclusion_probabilities": chances})
    record_event(connection, deed)


def _last_numbers(connection: Connection) -> dict[str, int]:
    rows = connection.execute(
        "SELECT anchor_set, max(number_in_set) FROM anchor_reading GROUP BY anchor_set"
    ).fetchall()
    return {str(row[0]): int(row[1]) for row in rows}


def _row(one: Again, number: int, whole: Mixing) -> dict[str, Any]:
    return {
        "item_id": one.item_id,
        "of_item_id": one.of.of_item_id,
        "of_run_id": one.of.of_run_id,
        "anchor_set": one.of.anchor_set,
        "number_in_set": number,
        "person_id": one.of.person_id,
        "with_run_id": whole.run_id,
        "inclusion_probability": one.inclusion_probability,
        "draw": one.draw,
        "minutes": one.of.minutes,
        "sent_at": whole.at,
    }


_RESPONSES = """
    INSERT INTO response (item_id, run_id, journal_offset, scenario_id, scenario_sha256, candidate_id, candidate_sha256,
                          repeat_number, outcome, detail, body, body_sha256, model, call_json, responded_at)
    SELECT k.item_id, 'anchors:' || k.anchor_set, k.number_in_set, r.scenario_id, r.scenario_sha256, r.candidate_id,
           r.candidate_sha256, r.repeat_number, r.outcome, r.detail, r.body, r.body_sha256, r.model, NULL,
           r.responded_at
    FROM anchor_reading k JOIN response r ON r.item_id = k.of_item_id AND r.run_id = k.of_run_id
    WHERE k.item_id NOT IN (SELECT item_id FROM response WHERE run_id LIKE 'anchors:%')
"""
_DISPOSITIONS = """
    INSERT INTO disposition (item_id, run_id, journal_offset, disposition, reasons_json, inclusion_probability, lane,
                             priority, is_provisional, routed_at, expected_harm, draw)
    SELECT k.item_id, 'anchors:' || k.anchor_set, k.number_in_set, d.disposition, d.reasons_json,
           k.inclusion_probability, 'anchor', d.priority, d.is_provisional, k.sent_at, d.expected_harm, k.draw
    FROM anchor_reading k JOIN disposition d ON d.item_id = k.of_item_id AND d.run_id = k.of_run_id
    WHERE k.item_id NOT IN (SELECT item_id FROM disposition WHERE run_id LIKE 'anchors:%')
"""


def lay_out(connection: Connection) -> None:
    """Give every anchor that was sent a response and a disposition of its own, where it has none yet: they stand in the
    queue among other items with the priority and order of what was frozen, so that nothing sets them apart."""
    connection.execute(_RESPONSES)
    connection.execute(_DISPOSITIONS)


@dataclass(frozen=True, slots=True)
class Sent:
    """Anchors that were mixed in with a run."""

    n: int
    minutes: float


def count_sent(connection: Connection, run_id: str) -> Sent:
    """How many came back with this run, and the minutes that were planned for them."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(minutes), 0) FROM anchor_reading WHERE with_run_id = ?", [run_id]
    ).fetchone()
    assert row is not None  # noqa: S101 (an aggregate has one row)
    return Sent(int(row[0]), float(row[1]))
