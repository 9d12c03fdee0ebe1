"""The database itself refuses what must never be: each invariant by the row that breaks it, in either kind of store."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE, Deed, record_event
from pipeline.store.rows import insert

NewStore = Callable[[], Store]
SHA, OTHER = "a" * 64, "b" * 64
Row = dict[str, Any]

VERDICT: Row = {
    "verdict_id": "v", "run_id": "r", "journal_offset": 1, "item_id": "i", "judge_id": "j", "rubric_id": "r1",
    "criterion_id": "X-1", "criterion_sha256": SHA, "value": "satisfied", "severity": "major", "reason": "",
    "evidence_json": "[]", "expected": "", "judged_at": "t",
}  # fmt: skip
RESPONSE: Row = {
    "item_id": "i", "run_id": "r", "journal_offset": 1, "scenario_id": "s", "scenario_sha256": SHA, "candidate_id": "a",
    "candidate_sha256": SHA, "repeat_number": 0, "outcome": "completed", "detail": "", "body": "b", "body_sha256": SHA,
    "model": "m", "responded_at": "t",
}  # fmt: skip
FAILURE: Row = {
    "verdict_id": "v", "run_id": "r", "journal_offset": 1, "item_id": "i", "judge_id": "j", "rubric_id": "r1",
    "criterion_id": "X-1", "criterion_sha256": SHA, "kind": "refused", "severity": "major", "detail": "",
    "judged_at": "t",
}  # fmt: skip
LABEL: Row = {
    "scenario_id": "s", "candidate_id": "a", "repeat_number": 0, "criterion_id": "X-1", "reviewer_id": "p",
    "verdict": "violated", "severity": None, "reason": "", "is_blind": True, "inclusion_probability": 1.0,
}  # fmt: skip
GATE: Row = {
    "run_id": "r", "gated_at": "t", "exit_code": 0, "is_first": False, "first_by": "", "first_reason": "",
    "panel_sha256": SHA, "gate_json": "{}",
}  # fmt: skip
DISPOSITION: Row = {
    "item_id": "i", "run_id": "r", "journal_offset": 1, "disposition": "cleared", "reasons_json": "[]",
    "inclusion_probability": 0.1, "lane": "audit", "priority": 0.0, "is_provisional": False, "routed_at": "t",
}  # fmt: skip
JUDGEMENT: Row = {
    "item_id": "i", "person_id": "p", "version_number": 1, "phase": "blind", "is_extra": False, "guidance_number": 0,
    "overall_json": "{}", "judged_at": "t", "event_seq": 1,
}  # fmt: skip
CRITERION: Row = {
    "item_id": "i", "person_id": "p", "version_number": 1, "criterion_number": 1, "rubric_id": "r1",
    "criterion_id": "X-1", "value": "satisfied", "is_defensible": False, "severity": None, "evidence_json": "{}",
    "reasons_json": "{}", "changed_because": "",
}  # fmt: skip
SLOT: Row = {"item_id": "i", "slot_number": 0, "holder_id": "p", "until_at": "t", "n_extensions": 0, "state": "held"}
SAMPLE: Row = {"item_id": "i", "run_id": "r", "inclusion_probability": 0.5, "is_drawn": True, "is_double": False}
CERTIFICATE: Row = {
    "certificate_id": "c", "rubric_id": "r1", "criterion_id": "X-1", "criterion_sha256": SHA, "severity": "major",
    "panel_sha256": SHA, "attempt": 1, "alpha": 0.05, "delta": 0.05, "outcome": "auto_clear", "threshold": 0.0,
    "reason": "", "remedy": "", "ruling_json": "{}", "data_sha256": SHA, "n_labels": 9, "granted_at": "t",
    "granted_by": "R. Lead", "grant_reason": "audit", "expires_at": "u",
}  # fmt: skip
STOP: Row = {"stop_id": "s", "scope": "run", "stopped": "r", "stopped_at": "t", "stopped_by": "p", "stop_reason": "x"}
EVENT: Row = {
    "seq": 1, "happened_at": "t", "kind": "k", "person_id": "p", "subject_id": "s", "seen_json": "null",
    "old_json": "null", "new_json": "null", "prev_sha256": SHA, "sha256": OTHER,
}  # fmt: skip
ALLOWANCE: Row = {
    "text_sha256": SHA, "place": "f", "holds": "h", "allowed_at": "t", "allowed_by": "p", "allow_reason": "x",
    "event_seq": 1,
}  # fmt: skip
ADJUDICATION: Row = {
    "item_id": "i", "person_id": "p", "criteria_json": "[]", "reason": "x", "adjudicated_at": "t", "event_seq": 1,
}  # fmt: skip

ALONE: list[tuple[str, str, Row, Row]] = [
    ("a verdict has one of four values", "verdict", VERDICT, {"value": "fine"}),
    ("a verdict's severity is on the ladder", "verdict", VERDICT, {"severity": "grave"}),
    ("a response came about in a known way", "response", RESPONSE, {"outcome": "fine"}),
    ("a failure is of a known kind", "judge_failure", FAILURE, {"kind": "satisfied"}),
    ("a failure's severity is on the ladder", "judge_failure", FAILURE, {"severity": "grave"}),
    ("a label has one of four verdicts", "label", LABEL, {"verdict": "fine"}),
    ("a label's severity is on the ladder", "label", LABEL, {"severity": "grave"}),
    ("a label's chance is above nought", "label", LABEL, {"inclusion_probability": 0.0}),
    ("a night's outcome is a known one", "gate", GATE, {"exit_code": 2}),
    ("nights begin anew by somebody's decision", "gate", GATE, {"is_first": True}),
    ("a disposition is one of three", "disposition", DISPOSITION, {"disposition": "passed"}),
    ("no item has no chance of being read", "disposition", DISPOSITION, {"inclusion_probability": 0.0}),
    ("no chance is above one", "disposition", DISPOSITION, {"inclusion_probability": 1.1}),
    ("what is not cleared goes to people", "disposition", DISPOSITION, {"disposition": "borderline", "lane": None}),
    ("a lane is a known one", "disposition", DISPOSITION, {"lane": "bin"}),
    ("a drawn chance is no more than one", "sample", SAMPLE, {"inclusion_probability": 1.5}),
    ("version 1 is the blind one", "judgement", JUDGEMENT, {"phase": "revealed"}),
    ("later versions are not blind", "judgement", JUDGEMENT, {"version_number": 2}),
    (
        "either answer can be defended only where none is given",
        "judgement_criterion",
        CRITERION,
        {"is_defensible": True},
    ),
    ("a slot is held, locked or submitted", "slot", SLOT, {"state": "lent"}),
    ("what clears has a threshold", "certificate", CERTIFICATE, {"threshold": None}),
    ("what does not clear has none", "certificate", CERTIFICATE, {"outcome": "not_trusted"}),
    ("a certificate is somebody's", "certificate", CERTIFICATE, {"granted_by": ""}),
    ("a certificate has a reason", "certificate", CERTIFICATE, {"grant_reason": ""}),
    ("whoever voids says who and why", "certificate", CERTIFICATE, {"voided_at": "t"}),
    ("a stop is of a known scope", "stop", STOP, {"scope": "ward"}),
    ("a stop is somebody's", "stop", STOP, {"stopped_by": ""}),
    ("a stop has a reason", "stop", STOP, {"stop_reason": ""}),
    ("whoever lifts says who and why", "stop", STOP, {"lifted_at": "t"}),
    ("an event has a place", "event", EVENT, {"seq": 0}),
    ("an event has a whole hash", "event", EVENT, {"sha256": "short"}),
    ("an allowance names an event", "identifier_allowance", ALLOWANCE, {"event_seq": 0}),
    ("an allowance is somebody's", "identifier_allowance", ALLOWANCE, {"allowed_by": ""}),
    ("an allowance has a reason", "identifier_allowance", ALLOWANCE, {"allow_reason": ""}),
]
BESIDE: list[tuple[str, str, Row, Row]] = [
    ("one judgement of a person on an item in a version", "judgement", JUDGEMENT, {"event_seq": 2}),
    ("one event, one judgement", "judgement", JUDGEMENT, {"item_id": "another"}),
    ("one reader to a slot", "slot", SLOT, {"holder_id": "q"}),
    ("one slot to a reader", "slot", SLOT, {"slot_number": 1}),
    ("one disposition at a place of the journal", "disposition", DISPOSITION, {"item_id": "another"}),
    ("one response at a place of the journal", "response", RESPONSE, {"item_id": "another"}),
    ("one failure at a place of the journal", "judge_failure", FAILURE, {"item_id": "another"}),
    ("one label of a person on a question", "label", LABEL, {"verdict": "satisfied"}),
    ("one verdict at a place of the journal", "verdict", VERDICT, {"item_id": "another"}),
    ("one settled answer for an item", "adjudication", ADJUDICATION, {"person_id": "q", "event_seq": 2}),
    ("one event at a place", "event", EVENT, {"prev_sha256": OTHER}),
    ("one event after another", "event", EVENT, {"seq": 2}),
    ("one draw of an item", "sample", SAMPLE, {"is_drawn": False}),
    ("one allowance of a text", "identifier_allowance", ALLOWANCE, {"allow_reason": "again"}),
]


def put(store: Store, table: str, *rows: Row) -> None:
    """Each in a transaction of its own."""
    for row in rows:
        with store.writing(PEOPLE) as connection:
            insert(connection, table, row)


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """With one event, where rows need any."""
    made = new_store()
    with made.writing(PEOPLE) as connection:
        record_event(connection, Deed("k", "p", "s", "t"))
    return made


def without_events(store: Store, table: str) -> Store:
    if table == "event":
        with store.writing(PEOPLE) as connection:
            connection.execute("DELETE FROM event")
    return store


@pytest.mark.parametrize(("table", "row", "change"), [of[1:] for of in ALONE], ids=[of[0] for of in ALONE])
def test_the_database_refuses_the_row(
    store: Store, refused: type[Exception], table: str, row: Row, change: Row
) -> None:
    without_events(store, table)
    with pytest.raises(refused):
        put(store, table, row | change)
    put(store, table, row)


@pytest.mark.parametrize(("table", "row", "change"), [of[1:] for of in BESIDE], ids=[of[0] for of in BESIDE])
def test_the_database_refuses_a_second_beside_the_first(
    store: Store, refused: type[Exception], table: str, row: Row, change: Row
) -> None:
    put(without_events(store, table), table, row)
    with pytest.raises(refused):
        put(store, table, row | change)
