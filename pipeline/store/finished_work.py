"""Finished judgements, for evaluators: whose they are is an id that no page shows."""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_WORK = """
    SELECT j.event_seq AS seq, j.item_id, j.person_id, s.title, s.setting, coalesce(p.profession, '') AS profession,
           j.judged_at
    FROM judgement j
    JOIN slot t ON t.item_id = j.item_id AND t.holder_id = j.person_id AND t.state = 'submitted'
    JOIN sent d ON d.item_id = j.item_id AND d.lane IS NOT NULL
    JOIN response r ON r.item_id = j.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN person p ON p.person_id = j.person_id
    LEFT JOIN second_reading x ON x.item_id = j.item_id
    WHERE j.version_number = 1 AND (CAST(? AS BIGINT) IS NULL OR j.event_seq = ?)
      AND (SELECT count(*) FROM slot o WHERE o.item_id = j.item_id AND o.state = 'submitted') >=
          CASE WHEN d.lane = 'double' OR x.item_id IS NOT NULL THEN 2 ELSE 1 END
    ORDER BY j.judged_at DESC, j.event_seq LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Work:
    """One person's judgement of an item that nobody is to read blind any more."""

    seq: int
    item_id: str
    person_id: str
    title: str
    setting: str
    profession: str
    judged_at: str


def fetch_work(connection: Connection, limit: int, seq: int | None = None) -> list[Work]:
    """The latest first; or this one alone."""
    return [Work(**row) for row in fetch(connection, _WORK, [seq, seq, limit])]
