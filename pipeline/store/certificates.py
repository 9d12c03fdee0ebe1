"""Certificates, and the stop button, in the store."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from domain.errors import InputError
from domain.severity import Severity
from pipeline.store.connection import Connection
from pipeline.store.ingest import Row
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One ruling on one criterion, severity and panel, as it was written; and who voided it."""

    certificate_id: str
    rubric_id: str
    criterion_id: str
    criterion_sha256: str
    severity: Severity
    panel_sha256: str
    attempt: int
    alpha: float
    delta: float
    outcome: str
    threshold: float | None
    reason: str
    remedy: str
    ruling: dict[str, Any]
    data_sha256: str
    n_labels: int
    granted_at: str
    granted_by: str
    grant_reason: str
    expires_at: str
    voided_at: str | None = None
    voided_by: str | None = None
    void_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StopRow:
    """The stop button, pressed."""

    stop_id: str
    scope: str
    """everything, judge, rubric or run."""
    stopped: str
    """Which one; empty for everything."""
    stopped_at: str
    stopped_by: str
    stop_reason: str
    lifted_at: str | None = None
    lifted_by: str | None = None
    lift_reason: str | None = None


def record_certificate(connection: Connection, row: CertificateRow) -> None:
    """Keep a ruling; what was in force for the same criterion, severity and panel is voided by it."""
    connection.execute(
        "UPDATE certificate SET voided_at = ?, voided_by = ?, void_reason = ? WHERE voided_at IS NULL AND "
        "rubric_id = ? AND criterion_id = ? AND severity = ? AND panel_sha256 = ?",
        [row.granted_at, row.granted_by, f"a later ruling: {row.certificate_id}",
         row.rubric_id, row.criterion_id, row.severity, row.panel_sha256],
    )  # fmt: skip
    values = asdict(row)
    values["ruling_json"] = orjson.dumps(values.pop("ruling")).decode()
    _insert(connection, "certificate", values)


def fetch_certificates(connection: Connection) -> list[CertificateRow]:
    """Every ruling, the newest first."""
    rows = fetch(connection, "SELECT * FROM certificate ORDER BY granted_at DESC, certificate_id")
    for row in rows:
        row["severity"] = Severity(row["severity"])
    return [CertificateRow(**row) for row in rows]


def void_certificate(connection: Connection, certificate_id: str, at: datetime, by: str, reason: str) -> None:
    """Void one, for good.

    Raises:
        InputError: there is none of this id that is not void yet.
    """
    known = fetch(connection, "SELECT voided_at FROM certificate WHERE certificate_id = ?", [certificate_id])
    if not known or known[0]["voided_at"] is not None:
        state = "is void already" if known else "is none of the store's; `caveat certify list` shows them"
        raise InputError(f"certificate {certificate_id!r} {state}")
    connection.execute(
        "UPDATE certificate SET voided_at = ?, voided_by = ?, void_reason = ? WHERE certificate_id = ?",
        [at.isoformat(), by, reason, certificate_id],
    )


def record_stop(connection: Connection, row: StopRow) -> None:
    """Press the stop button."""
    _insert(connection, "stop", asdict(row))


def fetch_stops(connection: Connection) -> list[StopRow]:
    """Every stop, the newest first, those lifted too."""
    return [StopRow(**row) for row in fetch(connection, "SELECT * FROM stop ORDER BY stopped_at DESC, stop_id")]


def lift_stop(connection: Connection, stop_id: str, at: datetime, by: str, reason: str) -> None:
    """Let go of the stop button.

    Raises:
        InputError: there is no stop of this id that holds.
    """
    known = fetch(connection, "SELECT stop_id FROM stop WHERE stop_id = ? AND lifted_at IS NULL", [stop_id])
    if not known:
        raise InputError(f"no stop {stop_id!r} holds; `caveat certify list` shows those that do")
    connection.execute(
        "UPDATE stop SET lifted_at = ?, lifted_by = ?, lift_reason = ? WHERE stop_id = ?",
        [at.isoformat(), by, reason, stop_id],
    )


def _insert(connection: Connection, table: str, row: Row) -> None:
    places = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))  # noqa: S608 (our text)
