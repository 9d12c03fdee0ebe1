"""The tables of a run, whole: what was asked, said, judged and settled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from domain.review import NOT_STATED
from domain.rubric import Rubric
from pipeline.exporting.labels import fetch_run_labels
from pipeline.exporting.table import Kind, Row, Table, columns
from pipeline.store.certificates import CertificateRow, fetch_certificates
from pipeline.store.connection import Store
from pipeline.store.exports import (
    exported_adjudications,
    exported_findings,
    exported_judgements,
    exported_responses,
    exported_scenarios,
)
from pipeline.store.results import RunFacts, fetch_whole_rubrics

_TEXT, _WHOLE, _NUMBER, _TRUTH, _JSON = Kind.TEXT, Kind.WHOLE, Kind.NUMBER, Kind.TRUTH, Kind.JSON


RESPONSES = columns(
    "run_id item_id scenario_id scenario_sha256 candidate_id candidate_sha256 repeat model outcome detail response "
    "response_sha256 disposition lane inclusion_probability is_provisional priority expected_harm reasons "
    "certificate_ids responded_at routed_at",
    repeat=_WHOLE, inclusion_probability=_NUMBER, is_provisional=_TRUTH, priority=_NUMBER, expected_harm=_NUMBER,
    reasons=_JSON, certificate_ids=_JSON,
)  # fmt: skip
FINDINGS = columns(
    "run_id verdict_id item_id scenario_id candidate_id repeat judge_id judge_model judge_sha256 is_baseline "
    "judge_repeat rubric_id rubric_version criterion_id criterion_sha256 severity points value failure reason expected "
    "evidence looked_for harm judged_at",
    repeat=_WHOLE, judge_repeat=_WHOLE, is_baseline=_TRUTH, points=_NUMBER, evidence=_JSON, looked_for=_JSON,
    harm=_JSON,
)  # fmt: skip
JUDGEMENTS = columns(
    "run_id item_id scenario_id candidate_id repeat reviewer_id version phase is_extra guidance rubric_id "
    "rubric_version criterion_id value is_defensible severity evidence risk who_could_be_harmed "
    "why_unsafe_or_incomplete escalation_needed changed_because overall judged_at event_seq",
    repeat=_WHOLE, version=_WHOLE, is_extra=_TRUTH, guidance=_WHOLE, is_defensible=_TRUTH, evidence=_JSON,
    overall=_JSON, event_seq=_WHOLE,
)  # fmt: skip
ADJUDICATIONS = columns(
    "run_id item_id scenario_id candidate_id repeat adjudicator_id rubric_id rubric_version criterion_id value "
    "is_defensible severity evidence risk who_could_be_harmed why_unsafe_or_incomplete escalation_needed because "
    "adjudicated_at event_seq",
    repeat=_WHOLE, is_defensible=_TRUTH, evidence=_JSON, event_seq=_WHOLE,
)  # fmt: skip
LABELS = columns(
    "scenario_id candidate_id repeat criterion_id reviewer_id verdict severity reason blind inclusion_probability "
    "labelled_at",
    repeat=_WHOLE, blind=_TRUTH, inclusion_probability=_NUMBER,
)  # fmt: skip
SCENARIOS = columns("scenario_id scenario_sha256 title setting messages scenario", messages=_JSON, scenario=_JSON)
CRITERIA = columns(
    "rubric_id rubric_version rubric_status rubric_sha256 criterion_id criterion_sha256 title question kind "
    "unsafe_answer severity required_action hazard_id hazard"
)
CERTIFICATES = columns(
    "certificate_id rubric_id criterion_id criterion_sha256 severity panel_sha256 attempt alpha delta outcome "
    "threshold reason remedy n_labels data_sha256 granted_at granted_by grant_reason expires_at voided_at voided_by "
    "void_reason ruling",
    attempt=_WHOLE, alpha=_NUMBER, delta=_NUMBER, threshold=_NUMBER, n_labels=_WHOLE, ruling=_JSON,
)  # fmt: skip


def run_tables(store: Store, run: RunFacts) -> list[Table]:
    """Every table of the run; rows are read when they are written."""
    with store.reading() as connection:
        rubrics = fetch_whole_rubrics(connection, run)
        certificates = [one for one in fetch_certificates(connection) if _is_about(one, rubrics)]
        labels = fetch_run_labels(connection, run.run_id).every
    versions = {one.rubric_id: one.version for one in rubrics}

    def versioned(rows: Iterable[Row]) -> Iterator[Row]:
        return ({**row, "rubric_version": versions.get(row["rubric_id"])} for row in rows)

    run_id = run.run_id
    return [
        Table("responses", "What candidates answered, and where each response stands.", RESPONSES,
              partial(exported_responses, store, run_id)),
        Table("findings", "Every verdict of every judge; where it failed, why.", FINDINGS,
              lambda: versioned(exported_findings(store, run_id))),
        Table("judgements", "Every version of every clinician's judgement; the blind one is version 1.", JUDGEMENTS,
              lambda: versioned(map(_judgement, exported_judgements(store, run_id)))),
        Table("adjudications", "The settled answers where readers differed.", ADJUDICATIONS,
              lambda: versioned(_adjudicated(exported_adjudications(store, run_id)))),
        Table("labels", "Clinicians' verdicts in the form that `caveat import labels` takes.", LABELS,
              lambda: (one.model_dump(mode="json") for one in labels)),
        Table("scenarios", "What was put to candidates.", SCENARIOS,
              lambda: map(_scenario, exported_scenarios(store, run_id))),
        Table("criteria", "What was judged by.", CRITERIA, lambda: _criteria(rubrics)),
        Table("certificates", "What was ruled on these criteria, void certificates and refusals too.", CERTIFICATES,
              lambda: map(asdict, certificates)),
    ]  # fmt: skip


def _is_about(one: CertificateRow, rubrics: Iterable[Rubric]) -> bool:
    return any(one.rubric_id == rubric.rubric_id for rubric in rubrics)


def _reasons(given: Mapping[str, str]) -> dict[str, str]:
    """What was left empty was not stated; nothing is inferred from it."""
    return {name: text if text.strip() else NOT_STATED for name, text in given.items()}


def _judgement(row: Row) -> Row:
    return {**row, **_reasons(row["reasons"])}


def _adjudicated(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        whole = {**row, "adjudicator_id": row["person_id"], "because": row["reason"]}
        for one in row["criteria"]:
            yield {**whole, **one, **_reasons(one["reasons"])}


def _scenario(row: Row) -> Row:
    body: dict[str, Any] = row["body"]
    shown = {"title": body.get("title", ""), "setting": body.get("setting", ""), "messages": body["messages"]}
    return {**row, **shown, "scenario": body}


def _criteria(rubrics: Iterable[Rubric]) -> Iterator[Row]:
    for rubric in rubrics:
        of = {"rubric_id": rubric.rubric_id, "rubric_version": rubric.version, "rubric_status": rubric.status}
        hazard = rubric.hazard
        named = {"hazard_id": hazard.hazard_id, "hazard": hazard.description}
        for one in rubric.criteria:
            said = one.model_dump(mode="json", include={"criterion_id", "title", "question", "kind", "unsafe_answer",
                                                         "required_action"})  # fmt: skip
            hashes = {"rubric_sha256": rubric.sha256, "criterion_sha256": one.sha256}
            yield {**of, **named, **said, **hashes, "severity": one.severity.default.value}
