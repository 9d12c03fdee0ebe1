"""What a run's calls used and cost."""

from dataclasses import dataclass

import duckdb

from pipeline.store.rows import fetch

_CALLS = """
    SELECT 'candidate ' || candidate_id AS who, '' AS rubric, call_json FROM response WHERE run_id = ?
    UNION ALL SELECT 'judge ' || judge_id, rubric_id, call_json FROM verdict WHERE run_id = ?
    UNION ALL SELECT 'judge ' || judge_id, rubric_id, call_json FROM judge_failure WHERE run_id = ?
"""
_MADE = "CAST(call_json AS JSON) ->> 'reused' IS NULL"
_SUMS = f"""
    SELECT who, rubric, count(*) FILTER (WHERE {_MADE}) AS n_calls, count(*) FILTER (WHERE NOT ({_MADE})) AS n_reused,
           CAST(coalesce(sum(CAST(CAST(call_json AS JSON) ->> 'input_tokens' AS BIGINT)), 0) AS BIGINT) AS input_tokens,
           CAST(coalesce(sum(CAST(CAST(call_json AS JSON) ->> 'cached_tokens' AS BIGINT)), 0) AS BIGINT)
               AS cached_tokens,
           CAST(coalesce(sum(CAST(CAST(call_json AS JSON) ->> 'output_tokens' AS BIGINT)), 0) AS BIGINT)
               AS output_tokens,
           CASE WHEN count(*) FILTER (WHERE {_MADE}) = 0 THEN 0.0
                ELSE sum(CAST(CAST(call_json AS JSON) ->> 'usd' AS DOUBLE PRECISION)) FILTER (WHERE {_MADE}) END AS usd
    FROM ({_CALLS}) WHERE call_json IS NOT NULL
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


def fetch_costs(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[CostRow]:
    """By candidate, and by judge and rubric; embedded and imported ones made no call."""
    return [CostRow(**row) for row in fetch(connection, _SUMS, [run_id, run_id, run_id])]
