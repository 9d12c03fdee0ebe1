"""What people said blind and what they said last, beside what every judge said: how far judges move people."""

from dataclasses import dataclass

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_CHANGES = """
    WITH last AS (
        SELECT item_id, person_id, max(version_number) AS version_number FROM judgement GROUP BY item_id, person_id
    ), said AS (
        SELECT item_id, criterion_id, min(value) AS value FROM verdict
        WHERE coalesce(repeat_number, 0) = 0 AND item_id IN (SELECT item_id FROM judgement)
        GROUP BY item_id, criterion_id HAVING count(DISTINCT value) = 1
    )
    SELECT f.value AS blind, f.severity AS blind_severity, c.value AS last, c.severity AS last_severity,
           s.value AS judges
    FROM counted j
    JOIN slot t ON t.item_id = j.item_id AND t.holder_id = j.person_id AND t.state = 'submitted'
    JOIN last l ON l.item_id = j.item_id AND l.person_id = j.person_id
    JOIN judgement_criterion f ON f.item_id = j.item_id AND f.person_id = j.person_id AND f.version_number = 1
    JOIN judgement_criterion c ON c.item_id = j.item_id AND c.person_id = j.person_id
         AND c.version_number = l.version_number AND c.criterion_id = f.criterion_id
    LEFT JOIN said s ON s.item_id = j.item_id AND s.criterion_id = f.criterion_id
    WHERE j.version_number = 1
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One criterion of one judgement, before and after its person saw the judges. Whose it is stands nowhere."""

    blind: VerdictValue
    blind_severity: Severity | None
    last: VerdictValue
    last_severity: Severity | None
    judges: VerdictValue | None
    """What every judge said that gave a verdict; None: they differed, or none did."""


def fetch_seen(connection: Connection) -> list[Seen]:
    """Every criterion of every judgement that counts and that was kept or changed in sight of the judges."""
    return [
        Seen(
            VerdictValue(row["blind"]),
            Severity(row["blind_severity"]) if row["blind_severity"] else None,
            VerdictValue(row["last"]),
            Severity(row["last_severity"]) if row["last_severity"] else None,
            VerdictValue(row["judges"]) if row["judges"] else None,
        )
        for row in fetch(connection, _CHANGES)
    ]
