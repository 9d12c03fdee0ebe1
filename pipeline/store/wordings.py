"""Responses that runs answered with other words: a label names scenario, candidate and repeat, but not the run."""

from collections import defaultdict
from dataclasses import dataclass

from pipeline.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Wording:
    """What one run has under a scenario, candidate and repeat that other runs answered otherwise."""

    run_id: str
    body_sha256: str
    responded_at: str
    """ISO 8601, UTC."""


_WORDINGS = """
    SELECT r.scenario_id, r.candidate_id, r.repeat_number, r.run_id, r.body_sha256, r.responded_at
    FROM response r
    JOIN (
        SELECT scenario_id, candidate_id, repeat_number FROM response
        WHERE scenario_id IN (SELECT scenario_id FROM label)
        GROUP BY scenario_id, candidate_id, repeat_number
        HAVING count(DISTINCT body_sha256) > 1) differing
    ON r.scenario_id = differing.scenario_id AND r.candidate_id = differing.candidate_id
       AND r.repeat_number = differing.repeat_number
    ORDER BY r.responded_at
"""


def fetch_wordings(connection: Connection) -> dict[tuple[str, str, int], list[Wording]]:
    """By scenario, candidate and repeat; only those that are labelled, and whose words differ between runs."""
    found: defaultdict[tuple[str, str, int], list[Wording]] = defaultdict(list)
    for row in connection.execute(_WORDINGS).fetchall():
        found[row[0], row[1], row[2]].append(Wording(row[3], row[4], row[5]))
    return dict(found)
