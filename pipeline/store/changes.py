"""How grave people found a violation blind, and last, once they had seen the judges."""

from domain.severity import Severity
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_SEVERITIES = """
    WITH last AS (
        SELECT item_id, person_id, max(version_number) AS version_number FROM judgement GROUP BY item_id, person_id
    )
    SELECT f.severity AS blind, c.severity AS last
    FROM counted j
    JOIN slot t ON t.item_id = j.item_id AND t.holder_id = j.person_id AND t.state = 'submitted'
    JOIN last l ON l.item_id = j.item_id AND l.person_id = j.person_id
    JOIN judgement_criterion f ON f.item_id = j.item_id AND f.person_id = j.person_id AND f.version_number = 1
    JOIN judgement_criterion c ON c.item_id = j.item_id AND c.person_id = j.person_id
         AND c.version_number = l.version_number AND c.criterion_id = f.criterion_id
    WHERE j.version_number = 1 AND f.severity IS NOT NULL AND c.severity IS NOT NULL
"""


def fetch_severities(connection: Connection) -> list[tuple[Severity, Severity]]:
    """Of every violation that stayed one in sight of the judges, the severity given blind and the last; of judgements
    that count. Whose they are stands nowhere."""
    return [(Severity(row["blind"]), Severity(row["last"])) for row in fetch(connection, _SEVERITIES)]
