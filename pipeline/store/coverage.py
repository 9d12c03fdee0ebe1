"""How much of a run people have read, and what nobody reads: counted in the database, a million findings at a time."""

from typing import NamedTuple

from pipeline.store.connection import Connection

_COVERED = """
    SELECT CASE WHEN d.lane IS NULL THEN CASE WHEN d.disposition = 'cleared' THEN 'cleared' ELSE 'unreviewed' END
                WHEN j.item_id IS NULL THEN 'waiting' ELSE 'read' END AS state,
           count(*), sum(length(r.body) + length(s.body_json)), sum(coalesce(c.n, 0))
    FROM sent d
    JOIN response r ON r.item_id = d.item_id AND r.run_id = d.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN (SELECT DISTINCT item_id FROM judgement WHERE version_number = 1) j ON j.item_id = d.item_id
    LEFT JOIN (SELECT item_id, count(*) AS n FROM (
        SELECT item_id, criterion_id FROM verdict WHERE run_id = ?
        UNION SELECT item_id, criterion_id FROM judge_failure WHERE run_id = ?) asked GROUP BY item_id
    ) c ON c.item_id = d.item_id
    WHERE d.run_id = ? GROUP BY 1
"""


class Covered(NamedTuple):
    """Responses of a run that stand alike to people."""

    n: int
    n_characters: int
    """Of scenarios and responses together."""
    n_criteria: int
    """Put about them, added up."""


def fetch_covered(connection: Connection, run_id: str) -> dict[str, Covered]:
    """By state: `read`, `waiting` (sent, and nobody has read it), `unreviewed` (flagged or borderline, and sent to
    nobody: the gap), `cleared` (and not drawn for audit). Labels from files are no readings here."""
    rows = connection.execute(_COVERED, [run_id] * 3).fetchall()
    return {str(row[0]): Covered(*map(int, row[1:])) for row in rows}


_BEING_READ = """
    SELECT d.item_id FROM sent d
    LEFT JOIN second_reading x ON x.item_id = d.item_id
    LEFT JOIN (SELECT item_id, count(*) AS n FROM judgement WHERE version_number = 1 GROUP BY item_id) j
        ON j.item_id = d.item_id
    LEFT JOIN (SELECT DISTINCT item_id FROM slot WHERE state = 'held') h ON h.item_id = d.item_id
    LEFT JOIN (SELECT DISTINCT item_id FROM escalation WHERE state <> 'closed') e ON e.item_id = d.item_id
    WHERE d.run_id = ? AND d.lane IS NOT NULL AND (CAST(? AS TEXT) IS NULL OR d.item_id = ?)
      AND (coalesce(j.n, 0) < CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END
           OR h.item_id IS NOT NULL OR e.item_id IS NOT NULL)
    UNION
    SELECT a.of_item_id FROM anchor_reading a
    LEFT JOIN judgement j ON j.item_id = a.item_id AND j.version_number = 1
    WHERE a.of_run_id = ? AND j.item_id IS NULL AND (CAST(? AS TEXT) IS NULL OR a.of_item_id = ?)
"""


def fetch_being_read(connection: Connection, run_id: str, item_id: str | None = None) -> set[str]:
    """The items of a run that somebody is still to judge blind: a reader who has not committed, an expert who follows
    an escalation, or whoever an anchor comes back to.

    Args:
        connection: a visit.
        run_id: the run.
        item_id: this item alone.
    """
    rows = connection.execute(_BEING_READ, [run_id, item_id, item_id] * 2).fetchall()
    return {str(row[0]) for row in rows}
