"""What clinicians said blind beside what they left standing once they had seen the judges."""

from dataclasses import dataclass
from typing import Any

from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class SecondThought:
    """One clinician on one criterion of one response. Whose it is is left out: nobody is measured here."""

    scenario_id: str
    candidate_id: str
    repeat: int
    criterion_id: str
    first: VerdictValue
    last: VerdictValue


_SECOND_THOUGHTS = """
    SELECT r.scenario_id, r.candidate_id, r.repeat_number AS repeat, a.criterion_id, a.value AS first, z.value AS last
    FROM judgement_criterion a
    JOIN counted c ON c.item_id = a.item_id AND c.person_id = a.person_id AND c.version_number = a.version_number
    JOIN (SELECT item_id, person_id, max(version_number) AS version_number FROM judgement GROUP BY item_id, person_id) l
        ON l.item_id = a.item_id AND l.person_id = a.person_id
    JOIN judgement_criterion z ON z.item_id = a.item_id AND z.person_id = a.person_id
        AND z.version_number = l.version_number AND z.criterion_id = a.criterion_id
    JOIN slot t ON t.item_id = a.item_id AND t.holder_id = a.person_id AND t.state = 'submitted'
    JOIN response r ON r.item_id = a.item_id
    JOIN sent d ON d.item_id = a.item_id AND d.lane <> 'anchor'
    WHERE a.version_number = 1 AND r.run_id = ?
    ORDER BY a.item_id, a.person_id, a.criterion_number
"""


def fetch_second_thoughts(connection: Connection, run_id: str) -> list[SecondThought]:
    """All of one run that count and were kept or changed in sight of the judges."""
    rows = fetch(connection, _SECOND_THOUGHTS, [run_id])
    return [SecondThought(**(row | _values(row))) for row in rows]


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {side: VerdictValue(row[side]) for side in ("first", "last")}
