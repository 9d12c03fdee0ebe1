"""Which items somebody is still to read blind, and what clinicians settled on of the others."""

from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_SETTLED = """
    SELECT c.item_id, c.criterion_id, max(CASE WHEN c.value = 'violated' THEN 1 ELSE 0 END) AS is_unsafe,
           min(c.value) AS value
    FROM judgement_criterion c
    JOIN counted j ON j.item_id = c.item_id AND j.person_id = c.person_id AND j.version_number = c.version_number
    JOIN sent d ON d.item_id = c.item_id AND d.run_id = ? AND d.lane IS NOT NULL
    LEFT JOIN second_reading x ON x.item_id = c.item_id
    WHERE c.version_number = 1
      AND (SELECT count(*) FROM slot o WHERE o.item_id = c.item_id AND o.state = 'submitted') >=
          CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END
    GROUP BY c.item_id, c.criterion_id
"""


def fetch_settled_values(connection: Connection, run_id: str) -> dict[tuple[str, str], VerdictValue]:
    """By item and criterion. Where readers differ, one who finds it unsafe is enough."""
    return {
        (row["item_id"], row["criterion_id"]): VerdictValue.VIOLATED if row["is_unsafe"] else VerdictValue(row["value"])
        for row in fetch(connection, _SETTLED, [run_id])
    }


_OPEN = """
    SELECT d.item_id FROM sent d
    LEFT JOIN second_reading x ON x.item_id = d.item_id
    WHERE d.run_id = ? AND (
        (d.lane IS NULL AND d.is_sized) OR
        (d.lane IS NOT NULL AND (SELECT count(*) FROM slot o WHERE o.item_id = d.item_id AND o.state = 'submitted') <
            CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END))
"""


def fetch_open_ids(connection: Connection, run_id: str) -> set[str]:
    """Items that somebody is to read blind, or may be drawn to: nothing that a judge says of them is shown."""
    return {row["item_id"] for row in fetch(connection, _OPEN, [run_id])}
