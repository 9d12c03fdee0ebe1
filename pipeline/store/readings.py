"""How long readings took, from the events of people's work."""

from datetime import datetime

from pipeline.effort import Reading
from pipeline.store.connection import Connection

_READINGS = """
    SELECT max(e.happened_at) AS taken_at, j.judged_at, length(r.body) + length(s.body_json) AS n_characters,
           (SELECT count(*) FROM judgement_criterion c
            WHERE c.item_id = j.item_id AND c.person_id = j.person_id AND c.version_number = j.version_number)
    FROM counted j
    JOIN event e ON e.subject_id = j.item_id AND e.person_id = j.person_id AND e.kind = 'claimed'
        AND e.happened_at <= j.judged_at
    JOIN response r ON r.item_id = j.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE j.phase = 'blind'
    GROUP BY j.item_id, j.person_id, j.version_number, j.judged_at, r.body, s.body_json
"""


def fetch_readings(connection: Connection) -> list[Reading]:
    """Every blind judgement, from when its item was last taken to when it was locked."""
    return [
        Reading(_minutes(taken_at, judged_at), int(n_characters), int(n_criteria))
        for taken_at, judged_at, n_characters, n_criteria in connection.execute(_READINGS).fetchall()
    ]


def _minutes(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60
