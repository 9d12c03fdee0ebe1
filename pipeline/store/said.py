"""The findings of a run in words, with the responses that they are about, for those who edit prompts and rubrics."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import TypeAdapter

from domain.verdict import Span, VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.results import VerdictKey
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one judge said on one criterion of one response, and why."""

    judge_id: str
    scenario_id: str
    candidate_id: str
    repeat: int
    """Of the response."""
    criterion_id: str
    value: VerdictValue
    reason: str
    expected: str
    evidence: tuple[Span, ...]
    body: str

    @property
    def key(self) -> VerdictKey:
        """The question."""
        return self.scenario_id, self.candidate_id, self.repeat, self.criterion_id


_SAID = """
    SELECT v.judge_id, r.scenario_id, r.candidate_id, r.repeat_number AS repeat, v.criterion_id, v.value, v.reason,
           v.expected, v.evidence_json, r.body
    FROM verdict v
    JOIN response r ON r.item_id = v.item_id
    WHERE v.run_id = ? AND r.scenario_id IN (SELECT unnest(CAST(? AS TEXT[])))
    ORDER BY v.judge_id, r.scenario_id, r.candidate_id, r.repeat_number, v.criterion_id, v.repeat_number
"""


def fetch_said(connection: Connection, run_id: str, scenario_ids: Iterable[str]) -> list[SaidRow]:
    """Every verdict of the run on these scenarios, judges' repeats in their order."""
    return [_ROW.validate_python(row) for row in fetch(connection, _SAID, [run_id, sorted(set(scenario_ids))])]


def fetch_bodies(connection: Connection, run_id: str) -> dict[tuple[str, str, int], str]:
    """Every response of the run that could be judged, by scenario, candidate and repeat."""
    rows = connection.execute(
        "SELECT scenario_id, candidate_id, repeat_number, body FROM response "
        "WHERE run_id = ? AND outcome = 'completed'",
        [run_id],
    ).fetchall()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


_ROW: TypeAdapter[SaidRow] = TypeAdapter(SaidRow)
