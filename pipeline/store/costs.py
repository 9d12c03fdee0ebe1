"""What a run's calls used and cost."""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_CALLS = """
    SELECT 'candidate ' || candidate_id AS who, '' AS rubric, call_json FROM response WHERE run_id = ?
    UNION ALL SELECT 'judge ' || judge_id, rubric_id, call_json FROM judge_call WHERE run_id = ?
    UNION ALL SELECT 'judge ' || judge_id, rubric_id, call_json FROM verdict WHERE run_id = ?
    UNION ALL SELECT 'judge ' || judge_id, rubric_id, call_json FROM judge_failure WHERE run_id = ?
"""
_MADE = "call ->> 'reused' IS NULL"
_SUMS = rf"""
    SELECT who, rubric, count(*) FILTER (WHERE {_MADE}) AS n_calls, count(*) FILTER (WHERE NOT ({_MADE})) AS n_reused,
           CAST(coalesce(sum(CAST(call ->> 'input_tokens' AS BIGINT)), 0) AS BIGINT) AS input_tokens,
           CAST(coalesce(sum(CAST(call ->> 'cached_tokens' AS BIGINT)), 0) AS BIGINT) AS cached_tokens,
           CAST(coalesce(sum(CAST(call ->> 'output_tokens' AS BIGINT)), 0) AS BIGINT) AS output_tokens,
           CASE WHEN count(*) FILTER (WHERE {_MADE}) = 0 THEN 0.0
                ELSE sum(CAST(call ->> 'usd' AS DOUBLE PRECISION)) FILTER (WHERE {_MADE}) END AS usd
    FROM (
        -- PostgreSQL takes nothing out of JSON that has a NUL anywhere, such as in the name that an endpoint reports
        SELECT who, rubric, CAST(replace(call_json, '\u0000', '\u0020') AS JSON) AS call FROM ({_CALLS}) calls
        WHERE call_json IS NOT NULL) parsed
    GROUP BY who, rubric ORDER BY who, rubric
"""  # noqa: S608 (our text)


@dataclass(frozen=True, slots=True)
class CostRow:
    """Calls of one candidate, or of one judge on one rubric."""

    who: str
    rubric: str
    n_calls: int
    n_reused: int
    """Not made: an earlier run's reply stood in."""
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    usd: float | None
    """None where no price was known."""


def fetch_costs(connection: Connection, run_id: str) -> list[CostRow]:
    """By candidate, and by judge and rubric; embedded and imported ones made no call."""
    return [CostRow(**row) for row in fetch(connection, _SUMS, [run_id] * 4)]
