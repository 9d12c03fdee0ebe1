"""Reliability cards and calibrators in the store, and what they are measured from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import TypeAdapter

from agreement.calibration import Calibrator
from agreement.card import Card
from domain.question import SCENARIO_RUBRIC_ID
from domain.record import content_sha256
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.ingest import insert_new
from pipeline.store.results import VerdictKey
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class Measured:
    """One judge's card on one criterion, and what it holds for."""

    criterion_id: str
    criterion_sha256: str
    judge_id: str
    judge_fingerprint_sha256: str
    run_id: str
    """Whose verdicts were measured."""
    data_sha256: str
    """Hash of labels, weights and verdicts behind it."""
    reviewers: tuple[str, ...]
    """Whose labels they are, by id."""
    measured_at: str
    card: Card


@dataclass(frozen=True, slots=True)
class PanelJudge:
    """A judge of a run, with the fingerprint that it had."""

    judge_id: str
    fingerprint_sha256: str
    is_baseline: bool
    spec: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One finding: what one judge said on one criterion of one response, the n-th time that it was asked."""

    key: VerdictKey
    rubric_id: str
    criterion_sha256: str
    judge_id: str
    severity: Severity
    repeat: int
    value: VerdictValue | None
    """None: the judge failed."""


def record_measured(connection: Connection, measured: list[Measured]) -> None:
    """Keep cards. One measured from the very same data takes the place of the one that is there.

    Args:
        connection: inside a transaction.
        measured: to be kept.
    """
    rows = [_row(one) for one in measured]
    for row in rows:
        connection.execute("DELETE FROM calibration WHERE calibration_id = ?", [row["calibration_id"]])
    insert_new(connection, "calibration", rows)


def fetch_card(connection: Connection, criterion_sha256: str, judge_fingerprint_sha256: str) -> Measured | None:
    """The newest card of this judge on this criterion, both exactly as they are; None where nothing was measured."""
    rows = fetch(
        connection,
        f"{_CARDS} WHERE criterion_sha256 = ? AND judge_fingerprint_sha256 = ? {_NEWEST} LIMIT 1",
        [criterion_sha256, judge_fingerprint_sha256],
    )
    return _measured(rows[0]) if rows else None


def fetch_calibrator(connection: Connection, criterion_sha256: str, judge_fingerprint_sha256: str) -> Calibrator | None:
    """From this judge's score on this criterion to a probability; None where that was not, or could not be, fitted."""
    measured = fetch_card(connection, criterion_sha256, judge_fingerprint_sha256)
    return measured.card.calibrator if measured else None


def fetch_measured(connection: Connection) -> list[Measured]:
    """The newest card of each judge on each criterion, of former ones too; the newest first."""
    return [_measured(row) for row in fetch(connection, _NEWEST_OF_EACH)]


def fetch_panel(connection: Connection, run_id: str) -> list[PanelJudge]:
    """The run's judges."""
    rows = fetch(
        connection,
        "SELECT judge_id, fingerprint_sha256, is_baseline, spec_json FROM judge WHERE run_id = ? ORDER BY judge_id",
        [run_id],
    )
    return [PanelJudge(**row) for row in rows]


def fetch_judged_criteria(connection: Connection, run_id: str) -> list[tuple[str, str, str]]:
    """Judge, criterion and the criterion's hash, for every rubric's criterion that a judge of the run was asked on."""
    rows = connection.execute(_JUDGED, [run_id, run_id, SCENARIO_RUBRIC_ID]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def fetch_answers(connection: Connection, run_id: str, scenario_ids: Collection[str] | None = None) -> list[AnswerRow]:
    """Every finding of the run, of every repeat; on these scenarios alone where they are given."""
    if scenario_ids is None:
        rows = connection.execute(_ANSWERS, [run_id, run_id]).fetchall()
    else:
        rows = connection.execute(_ANSWERS_ON, [run_id, run_id, sorted(scenario_ids)]).fetchall()
    return [
        AnswerRow((row[0], row[1], row[2], row[3]), row[4], row[5], row[6], Severity(row[7]), row[8],
                  VerdictValue(row[9]) if row[9] else None)
        for row in rows
    ]  # fmt: skip


_COLUMNS = "item_id, judge_id, rubric_id, criterion_id, criterion_sha256, severity, repeat_number"
_FOUND = (
    f"SELECT {_COLUMNS}, value FROM verdict WHERE run_id = ? "  # noqa: S608 (our text)
    f"UNION ALL SELECT {_COLUMNS}, NULL FROM judge_failure WHERE run_id = ?"
)
_JUDGED = (
    f"SELECT DISTINCT judge_id, criterion_id, criterion_sha256 FROM ({_FOUND}) f WHERE rubric_id <> ? "  # noqa: S608
    "ORDER BY judge_id, criterion_id, criterion_sha256"
)
_ANSWERS = (
    "SELECT r.scenario_id, r.candidate_id, r.repeat_number, f.criterion_id, f.rubric_id, f.criterion_sha256, "  # noqa: S608
    f"f.judge_id, f.severity, f.repeat_number, f.value FROM ({_FOUND}) f JOIN response r ON r.item_id = f.item_id"
)
_ANSWERS_ON = f"{_ANSWERS} WHERE r.scenario_id IN (SELECT unnest(CAST(? AS TEXT[])))"
_OF_A_CARD = (
    "criterion_id, criterion_sha256, judge_id, judge_fingerprint_sha256, run_id, data_sha256, reviewers_json, "
    "measured_at, card_json"
)
_CARDS = f"SELECT {_OF_A_CARD} FROM calibration"  # noqa: S608 (our text)
_NEWEST = "ORDER BY measured_at DESC, calibration_id"
_NEWEST_OF_EACH = f"""
    SELECT {_OF_A_CARD} FROM (
        SELECT *, row_number() OVER (PARTITION BY criterion_sha256, judge_fingerprint_sha256 {_NEWEST}) AS place
        FROM calibration) ranked
    WHERE place = 1 {_NEWEST}
"""  # noqa: S608 (our text)
_CARD: TypeAdapter[Card] = TypeAdapter(Card)


def _row(one: Measured) -> dict[str, object]:
    named = {
        "criterion_id": one.criterion_id,
        "criterion_sha256": one.criterion_sha256,
        "judge_id": one.judge_id,
        "judge_fingerprint_sha256": one.judge_fingerprint_sha256,
        "run_id": one.run_id,
        "data_sha256": one.data_sha256,
    }
    card = _CARD.dump_json(one.card).decode()
    others = {"reviewers_json": orjson.dumps(one.reviewers).decode(), "card_json": card, "measured_at": one.measured_at}
    return {"calibration_id": content_sha256(named), **named, **others}


def _measured(row: dict[str, Any]) -> Measured:
    return _MEASURED.validate_python(row)


_MEASURED: TypeAdapter[Measured] = TypeAdapter(Measured)
