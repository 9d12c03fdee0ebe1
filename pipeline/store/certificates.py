"""Certificates in the store: what was ruled, by whom and why, and who voided it; each as an event too."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from domain.errors import InputError
from domain.severity import Severity
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


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


_TOLD = frozenset(
    {
        *("rubric_id", "criterion_id", "criterion_sha256", "severity", "panel_sha256", "outcome", "threshold"),
        *("alpha", "delta", "data_sha256", "n_labels", "grant_reason", "expires_at"),
    }
)
"""Of a ruling, what its event holds."""


def record_certificate(connection: Connection, row: CertificateRow) -> None:
    """Keep a ruling; what was in force for the same criterion, severity and panel is voided by it.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        row: the ruling.
    """
    before = connection.execute(
        "SELECT certificate_id FROM certificate WHERE voided_at IS NULL AND rubric_id = ? AND criterion_id = ? "
        "AND severity = ? AND panel_sha256 = ? ORDER BY certificate_id",
        [row.rubric_id, row.criterion_id, row.severity, row.panel_sha256],
    ).fetchall()
    for (certificate_id,) in before:
        _void(connection, certificate_id, row.granted_at, row.granted_by, f"a later ruling: {row.certificate_id}")
    values = asdict(row)
    values["ruling_json"] = orjson.dumps(values.pop("ruling")).decode()
    insert(connection, "certificate", values)
    told = {name: value for name, value in values.items() if name in _TOLD}
    record_event(connection, Deed("certificate_ruled", row.granted_by, row.certificate_id, row.granted_at, new=told))


def fetch_certificates(connection: Connection) -> list[CertificateRow]:
    """Every ruling, the newest first; of one time by criterion."""
    rows = fetch(connection, "SELECT * FROM certificate ORDER BY granted_at DESC, criterion_id, certificate_id")
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
    _void(connection, certificate_id, at.isoformat(), by, reason)


def _void(connection: Connection, certificate_id: str, at: str, by: str, reason: str) -> None:
    """Void one certificate, for good."""
    connection.execute(
        "UPDATE certificate SET voided_at = ?, voided_by = ?, void_reason = ? WHERE certificate_id = ?",
        [at, by, reason, certificate_id],
    )
    record_event(connection, Deed("certificate_voided", by, certificate_id, at, new={"reason": reason}))
