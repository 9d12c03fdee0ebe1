"""How judges voted on each question of a run."""

from collections.abc import Collection

from domain.severity import Severity
from pipeline.harm import QuestionVotes
from pipeline.store.connection import Connection

_VOTES = """
    SELECT item_id, criterion_sha256, severity, rubric_id, criterion_id, judge_id,
           count(*) FILTER (WHERE value = 'violated'), count(*)
    FROM verdict
    WHERE run_id = ? AND value <> 'cannot_tell' AND criterion_sha256 IN (SELECT unnest(CAST(? AS TEXT[])))
    GROUP BY item_id, criterion_sha256, severity, rubric_id, criterion_id, judge_id
    ORDER BY item_id, rubric_id, criterion_id, judge_id
"""


def fetch_question_votes(connection: Connection, run_id: str, criteria_sha256: Collection[str]) -> list[QuestionVotes]:
    """The votes on each question on criteria of these wordings; failures and abstentions are none."""
    found: dict[tuple[str, str, str], QuestionVotes] = {}
    for row in connection.execute(_VOTES, [run_id, sorted(criteria_sha256)]).fetchall():
        item_id, criterion_sha256, severity, rubric_id, criterion_id, judge_id, n_violated, n = row
        one = found.setdefault(
            (item_id, rubric_id, criterion_id), QuestionVotes(item_id, criterion_sha256, Severity(severity), {})
        )
        one.votes[judge_id] = (int(n_violated), int(n))
    return list(found.values())
