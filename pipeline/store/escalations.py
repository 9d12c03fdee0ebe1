"""Escalations in the store, from the tap that raised one to its outcome."""

from dataclasses import dataclass
from typing import Any

from domain.review import AsideKind, EscalationOutcome
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch

_SELECT = """
    SELECT e.event_seq AS seq, e.item_id, s.title, s.setting, e.kind, e.reason, e.raised_by, e.raised_at, e.state,
           e.claimed_by, e.outcome, e.outcome_reason, e.closed_at
    FROM escalation e
    JOIN response r ON r.item_id = e.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
"""


@dataclass(frozen=True, slots=True)
class Escalation:
    """An item that an expert follows until it is settled."""

    seq: int
    item_id: str
    title: str
    setting: str
    kind: AsideKind
    reason: str
    raised_by: str
    raised_at: str
    state: str
    """open, claimed or closed."""
    claimed_by: str | None
    outcome: EscalationOutcome | None
    outcome_reason: str | None
    closed_at: str | None


def _escalation(row: dict[str, Any]) -> Escalation:
    outcome = EscalationOutcome(row["outcome"]) if row["outcome"] else None
    changed: dict[str, Any] = {"kind": AsideKind(row["kind"]), "outcome": outcome}
    return Escalation(**(row | changed))


def fetch_escalations(connection: Connection) -> list[Escalation]:
    """All of them: those that are not closed first, the longest waiting first."""
    rows = fetch(connection, f"{_SELECT} ORDER BY e.state = 'closed', e.raised_at, e.event_seq")
    return [_escalation(row) for row in rows]


def fetch_escalation(connection: Connection, seq: int) -> Escalation | None:
    """One of them."""
    rows = fetch(connection, f"{_SELECT} WHERE e.event_seq = ?", [seq])
    return _escalation(rows[0]) if rows else None


def claim_escalation(connection: Connection, one: Escalation, person_id: str, at: str) -> None:
    """An expert takes it on."""
    record_event(connection, Deed("escalation_claimed", person_id, one.item_id, at, old=one.claimed_by, new=one.seq))
    connection.execute(
        "UPDATE escalation SET state = 'claimed', claimed_by = ? WHERE event_seq = ?", [person_id, one.seq]
    )


def settle_escalation(
    connection: Connection, one: Escalation, person_id: str, outcome: EscalationOutcome, reason: str, at: str
) -> None:
    """An expert settles it."""
    new = {"escalation": one.seq, "outcome": outcome, "reason": reason}
    record_event(connection, Deed("escalation_closed", person_id, one.item_id, at, new=new))
    connection.execute(
        "UPDATE escalation SET state = 'closed', outcome = ?, outcome_reason = ?, closed_at = ? WHERE event_seq = ?",
        [outcome, reason, at, one.seq],
    )


@dataclass(frozen=True, slots=True)
class HandedOn:
    """An item that a person left to others, and what became of it."""

    item_id: str
    title: str
    kind: AsideKind
    set_aside_at: str
    outcome: EscalationOutcome | None
    outcome_reason: str | None


def fetch_handed_on(connection: Connection, person_id: str, limit: int) -> list[HandedOn]:
    """What this person handed on, the latest first."""
    rows = fetch(
        connection,
        "SELECT a.item_id, s.title, a.kind, a.set_aside_at, e.outcome, e.outcome_reason FROM aside a "
        "JOIN response r ON r.item_id = a.item_id JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256 "
        "LEFT JOIN escalation e ON e.event_seq = a.event_seq "
        "WHERE a.person_id = ? ORDER BY a.event_seq DESC LIMIT ?",
        [person_id, limit],
    )
    for row in rows:
        row["kind"] = AsideKind(row["kind"])
        row["outcome"] = EscalationOutcome(row["outcome"]) if row["outcome"] else None
    return [HandedOn(**row) for row in rows]


def fetch_advice(connection: Connection, item_id: str) -> list[str]:
    """What experts said for whoever reads the item next."""
    rows = connection.execute(
        "SELECT outcome_reason FROM escalation WHERE item_id = ? AND outcome = 'returned' ORDER BY event_seq", [item_id]
    ).fetchall()
    return [str(row[0]) for row in rows]
