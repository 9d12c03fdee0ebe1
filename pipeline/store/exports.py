"""A run row by row, as it is exported: in short visits, so that nobody waits at the door for a whole night."""

from collections.abc import Callable, Iterator
from typing import Any

from pipeline.store.connection import Connection, Store
from pipeline.store.rows import fetch

_PAGE = 10_000

_RESPONSES = """
    SELECT r.run_id, r.journal_offset, r.item_id, r.scenario_id, r.scenario_sha256, r.candidate_id, r.candidate_sha256,
           r.repeat_number AS repeat, r.model, r.outcome, r.detail, r.body AS response,
           r.body_sha256 AS response_sha256, t.disposition, t.lane, t.inclusion_probability, t.is_provisional,
           t.priority, t.expected_harm, t.reasons_json, d.certificate_ids_json, r.responded_at, t.routed_at
    FROM response r
    LEFT JOIN sent t ON t.item_id = r.item_id AND t.run_id = r.run_id
    LEFT JOIN disposition d ON d.item_id = r.item_id AND d.run_id = r.run_id
    WHERE r.run_id = ? AND r.journal_offset > ? ORDER BY r.journal_offset LIMIT ?
"""
_FINDINGS = """
    SELECT f.*, r.scenario_id, r.candidate_id, r.repeat_number AS repeat, j.model AS judge_model,
           j.fingerprint_sha256 AS judge_sha256, j.is_baseline
    FROM (
        SELECT run_id, journal_offset, verdict_id, item_id, judge_id, repeat_number AS judge_repeat, rubric_id,
               criterion_id, criterion_sha256, severity, points, value, NULL AS failure, reason, expected,
               evidence_json, looked_for_json, harm_json, judged_at
        FROM verdict WHERE run_id = ? AND journal_offset > ?
        UNION ALL
        SELECT run_id, journal_offset, verdict_id, item_id, judge_id, repeat_number, rubric_id, criterion_id,
               criterion_sha256, severity, points, NULL, kind, detail, '', '[]', '[]', NULL, judged_at
        FROM judge_failure WHERE run_id = ? AND journal_offset > ?
        ORDER BY 2 LIMIT ?
    ) f
    LEFT JOIN response r ON r.item_id = f.item_id AND r.run_id = f.run_id
    LEFT JOIN judge j ON j.run_id = f.run_id AND j.judge_id = f.judge_id
    ORDER BY f.journal_offset
"""
_SCENARIOS = """
    SELECT DISTINCT s.scenario_id, s.scenario_sha256, s.body_json
    FROM response r JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE r.run_id = ? ORDER BY 1, 2
"""
_JUDGEMENTS = """
    SELECT r.run_id, c.item_id, r.scenario_id, r.candidate_id, r.repeat_number AS repeat, c.person_id AS reviewer_id,
           c.version_number AS version, j.phase, j.is_extra, j.guidance_number AS guidance, c.rubric_id,
           c.criterion_id, c.value, c.is_defensible, c.severity, c.evidence_json, c.reasons_json, c.changed_because,
           j.overall_json, j.judged_at, j.event_seq
    FROM judgement_criterion c
    JOIN judgement j ON j.item_id = c.item_id AND j.person_id = c.person_id AND j.version_number = c.version_number
    JOIN response r ON r.item_id = c.item_id
    WHERE r.run_id = ? ORDER BY j.event_seq, c.criterion_number
"""
_ADJUDICATIONS = """
    SELECT r.run_id, a.item_id, r.scenario_id, r.candidate_id, r.repeat_number AS repeat, a.person_id,
           a.criteria_json, a.reason, a.adjudicated_at, a.event_seq
    FROM adjudication a JOIN response r ON r.item_id = a.item_id
    WHERE r.run_id = ? ORDER BY a.event_seq
"""
_LABELS = """
    SELECT DISTINCT l.scenario_id, l.candidate_id, l.repeat_number AS repeat, l.criterion_id, l.reviewer_id,
           l.verdict, l.severity, l.reason, l.is_blind AS blind, l.inclusion_probability, l.labelled_at
    FROM label l JOIN response r ON r.scenario_id = l.scenario_id AND r.candidate_id = l.candidate_id
        AND r.repeat_number = l.repeat_number
    WHERE r.run_id = ? ORDER BY 1, 2, 3, 4, 5
"""

Rows = list[dict[str, Any]]


def exported_responses(store: Store, run_id: str) -> Iterator[dict[str, Any]]:
    """Every response and where it stands, in the journal's order."""
    yield from _paged(store, lambda connection, after: fetch(connection, _RESPONSES, [run_id, after, _PAGE]))


def exported_findings(store: Store, run_id: str) -> Iterator[dict[str, Any]]:
    """Every verdict and every failure, in the journal's order; `value` is empty where a judge failed."""

    def page(connection: Connection, after: int) -> Rows:
        return fetch(connection, _FINDINGS, [run_id, after, run_id, after, _PAGE])

    yield from _paged(store, page)


def _paged(store: Store, page: Callable[[Connection, int], Rows]) -> Iterator[dict[str, Any]]:
    after = -1
    while True:
        with store.reading() as connection:
            rows = page(connection, after)
        if not rows:
            return
        yield from rows
        after = rows[-1]["journal_offset"]


def exported_scenarios(store: Store, run_id: str) -> Rows:
    """The scenarios that the run's responses answer."""
    return _whole(store, _SCENARIOS, run_id)


def exported_judgements(store: Store, run_id: str) -> Rows:
    """Every version of every clinician's judgement, a row a criterion, in the order in which they were given."""
    return _whole(store, _JUDGEMENTS, run_id)


def exported_adjudications(store: Store, run_id: str) -> Rows:
    """The settled answers."""
    return _whole(store, _ADJUDICATIONS, run_id)


def exported_labels(connection: Connection, run_id: str) -> Rows:
    """Imported labels on scenarios, candidates and repeats that the run has, whichever run's words they are of."""
    return fetch(connection, _LABELS, [run_id])


def _whole(store: Store, sql: str, run_id: str) -> Rows:
    with store.reading() as connection:
        return fetch(connection, sql, [run_id])


_BLIND = """
    SELECT r.item_id, r.outcome, r.body AS response, s.body_json
    FROM response r JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE r.run_id = ? ORDER BY r.item_id
"""


def blind_items(connection: Connection, run_id: str) -> Rows:
    """Responses with their scenarios, by the item's id, and nothing else."""
    return fetch(connection, _BLIND, [run_id])


def exported_standing(store: Store, run_id: str) -> list[tuple[str, str | None]]:
    """Each response's item id and its disposition; None where it was never routed."""
    sql = (
        "SELECT r.item_id, d.disposition FROM response r LEFT JOIN disposition d ON d.item_id = r.item_id "
        "AND d.run_id = r.run_id WHERE r.run_id = ? ORDER BY r.item_id"
    )
    with store.reading() as connection:
        return [(row[0], row[1]) for row in connection.execute(sql, [run_id]).fetchall()]


_CALLS = """
    SELECT journal_offset, item_id, 'candidate ' || candidate_id AS who, '' AS criterion_id, call_json,
           responded_at AS ended_at
    FROM response WHERE run_id = ? AND journal_offset > ? AND call_json IS NOT NULL
    UNION ALL
    SELECT journal_offset, item_id, 'judge ' || judge_id, '', call_json, called_at
    FROM judge_call WHERE run_id = ? AND journal_offset > ?
    UNION ALL
    SELECT journal_offset, item_id, 'judge ' || judge_id, criterion_id, call_json, judged_at
    FROM verdict WHERE run_id = ? AND journal_offset > ? AND call_json IS NOT NULL
    UNION ALL
    SELECT journal_offset, item_id, 'judge ' || judge_id, criterion_id, call_json, judged_at
    FROM judge_failure WHERE run_id = ? AND journal_offset > ? AND call_json IS NOT NULL
    ORDER BY 1 LIMIT ?
"""


def exported_calls(store: Store, run_id: str) -> Iterator[dict[str, Any]]:
    """Every call to a model, those that failed or were reused too, in the journal's order."""
    yield from _paged(store, lambda connection, after: fetch(connection, _CALLS, [*[run_id, after] * 4, _PAGE]))
