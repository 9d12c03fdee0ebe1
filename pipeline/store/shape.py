"""What a journal's entries look like in the store's tables."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import orjson

from domain.errors import InputError
from domain.item import ResponseOutcome
from domain.record import content_sha256
from domain.routing import Disposition, Lane
from domain.severity import Severity
from domain.verdict import FailureKind, VerdictValue
from pipeline.journal import MISSHAPEN, Entry, damaged

Row = dict[str, Any]

_VALUES: dict[str, type[StrEnum]] = {
    "outcome": ResponseOutcome,
    "kind": FailureKind,
    "value": VerdictValue,
    "severity": Severity,
    "disposition": Disposition,
    "lane": Lane,
}
"""What the store's own constraints let in: known here as well, so that a value beyond them is a sentence."""

OF_A_RUN = {"response", "judge_call", "verdict", "judge_failure", "disposition"}
"""The tables that are keyed by place in the run's journal."""


def rows_of(run_id: str, entry: Entry, offset: int) -> list[tuple[str, Row]]:
    """The rows of one entry, each with its table.

    Args:
        run_id: the run whose journal it is.
        entry: from the journal.
        offset: behind the entry.

    Raises:
        InputError: the entry is of a kind that this version does not know, or damaged.
    """
    if (shape := _SHAPES.get(entry["kind"])) is None:
        raise InputError(
            f"the journal of {run_id} holds a {entry['kind']!r}, which a newer Caveat wrote; update Caveat"
        )
    try:
        rows = shape(run_id, entry)
        _refuse_unknown(rows)
    except MISSHAPEN as error:
        raise damaged(f"the journal of {run_id}", offset, error) from None
    return [(table, row | {"journal_offset": offset} if table in OF_A_RUN else row) for table, row in rows]


def _refuse_unknown(rows: list[tuple[str, Row]]) -> None:
    for _, row in rows:
        for name in row.keys() & _VALUES.keys():
            if row[name] is not None:
                _VALUES[name](row[name])  # a ValueError where there is no such value


def _json(value: Any) -> str | None:  # noqa: ANN401 (JSON values)
    return None if value is None else orjson.dumps(value).decode()


def _run_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    run = {
        "run_id": run_id,
        "name": entry["name"],
        "config_json": _json(entry["config"]),
        "config_sha256": content_sha256(entry["config"]),
        "is_provisional": entry["is_provisional"],
        "clinician_minutes": entry["config"].get("config", {}).get("policy", {}).get("minutes"),
        "started_at": entry["at"],
    }
    rubrics = [
        {
            "rubric_sha256": one["sha256"],
            "rubric_id": one["rubric_id"],
            "version": one["version"],
            "status": one["status"],
            "body_json": _json(one["body"]),
        }
        for one in entry["rubrics"]
    ]
    judges = [
        {
            "run_id": run_id,
            "judge_id": one["judge_id"],
            "fingerprint_sha256": one["fingerprint"],
            "model": one["model"],
            "is_baseline": one["is_baseline"],
            "spec_json": _json(one["spec"]),
        }
        for one in entry["judges"]
    ]
    return [("run", run), *(("rubric", one) for one in rubrics), *(("judge", one) for one in judges)]


def _scenario_rows(_run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    body = entry["body"]
    row = {
        "scenario_sha256": entry["sha256"],
        "scenario_id": body["scenario_id"],
        "title": body.get("title", ""),
        "setting": body.get("setting", ""),
        "body_json": _json(body),
    }
    return [("scenario", row)]


def _response_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    same = ("item_id", "scenario_id", "scenario_sha256", "candidate_id", "candidate_sha256", "outcome", "detail",
            "body", "body_sha256", "model")  # fmt: skip
    row = {name: entry[name] for name in same}
    row |= {"run_id": run_id, "repeat_number": entry["repeat"], "responded_at": entry["at"]}
    return [("response", row | {"call_json": _json(entry["call"])})]


def _judge_call_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    row = {name: entry[name] for name in ("item_id", "judge_id", "rubric_id")}
    row |= {"run_id": run_id, "call_json": _json(entry["call"]), "called_at": entry["at"]}
    return [("judge_call", row)]


def _finding_row(run_id: str, entry: Entry) -> Row:
    finding = entry["finding"]
    row = {name: entry[name] for name in ("verdict_id", "item_id", "criterion_sha256", "points")}
    row |= {name: finding[name] for name in ("judge_id", "rubric_id", "criterion_id", "severity")}
    row |= {"run_id": run_id, "repeat_number": finding.get("repeat", 0)}
    return row | {"call_json": _json(entry["call"]), "judged_at": entry["at"]}


def _verdict_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    finding = entry["finding"]
    row = _finding_row(run_id, entry) | {name: finding[name] for name in ("value", "reason", "expected")}
    row |= {"evidence_json": _json(finding["evidence"]), "harm_json": _json(finding["harm"])}
    return [("verdict", row | {"looked_for_json": _json(finding.get("looked_for", []))})]


def _failure_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    finding = entry["finding"]
    return [("judge_failure", _finding_row(run_id, entry) | {"kind": finding["kind"], "detail": finding["detail"]})]


def _item_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    routed = entry["routed"]
    row = {name: routed[name] for name in ("disposition", "inclusion_probability", "lane", "priority")}
    row |= {"item_id": entry["item_id"], "run_id": run_id, "reasons_json": _json(routed["reasons"])}
    row |= {"expected_harm": routed.get("expected_harm", 0.0), "draw": routed.get("draw", 0.0)}
    row |= {"certificate_ids_json": _json(routed.get("certificate_ids", []))}
    return [("disposition", row | {"is_provisional": routed["provisional"], "routed_at": entry["at"]})]


_SHAPES: dict[str, Callable[[str, Entry], list[tuple[str, Row]]]] = {
    "run": _run_rows,
    "scenario": _scenario_rows,
    "response": _response_rows,
    "call": _judge_call_rows,
    "verdict": _verdict_rows,
    "failure": _failure_rows,
    "item": _item_rows,
}
