"""Clinicians' judgements in the store: every version, and what of them statistics may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from domain.review import AsideKind, CriterionJudgement, Judgement, Phase
from domain.scenario import Label
from pipeline.store.anchors import reading_run_of
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.judgement_rows import Row, criterion_of, criterion_row, judgement_row, overall_of, overall_row, text
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one person's judgement of one item."""

    version: int
    phase: Phase
    is_extra: bool
    """Beyond the readings that the item needed: it came after its lease, when others had the places."""
    judged_at: str
    judgement: Judgement
    changed_because: Mapping[str, str]
    """The reason for each criterion on which it differs from the version before."""
    guidance: int = 0
    """The latest version of the guidance that the person had read; 0: none."""


def record_version(
    connection: Connection, item_id: str, person_id: str, given: Version, seen: Mapping[str, object]
) -> None:
    """Keep a version, with its event.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        item_id: what is judged.
        person_id: who judges.
        given: the version after the last.
        seen: what the person had been shown, by hash.
    """
    before = fetch_versions(connection, item_id, person_id)
    old = judgement_row(before[-1].judgement) if before else None
    new = judgement_row(given.judgement) | {"version": given.version, "changed_because": dict(given.changed_because)}
    kind = "judgement_locked" if given.phase is Phase.BLIND else "judgement_changed"
    shown = dict(seen) | {"phase": given.phase, "guidance": given.guidance}
    deed = Deed(kind, person_id, item_id, given.judged_at, seen=shown, old=old, new=new)
    seq = record_event(connection, deed)
    row = {
        "item_id": item_id,
        "person_id": person_id,
        "version_number": given.version,
        "phase": given.phase,
        "is_extra": given.is_extra,
        "guidance_number": given.guidance,
        "overall_json": text(overall_row(given.judgement.overall)),
        "judged_at": given.judged_at,
        "event_seq": seq,
    }
    insert(connection, "judgement", row)
    key = {"item_id": item_id, "person_id": person_id, "version_number": given.version}
    for number, one in enumerate(given.judgement.criteria):
        because = given.changed_because.get(one.criterion_id, "")
        insert(connection, "judgement_criterion", key | _criterion_columns(number, one, because))


def _criterion_columns(number: int, one: CriterionJudgement, because: str) -> Row:
    row = criterion_row(one)
    same = ("rubric_id", "criterion_id", "value", "is_defensible", "severity")
    json = {"evidence_json": text(row["evidence"]), "reasons_json": text(row["reasons"])}
    return {"criterion_number": number, "changed_because": because} | {name: row[name] for name in same} | json


def fetch_versions(connection: Connection, item_id: str, person_id: str) -> list[Version]:
    """Every version of this person's judgement of the item, the blind one first."""
    heads = fetch(
        connection,
        "SELECT version_number AS version, phase, is_extra, guidance_number, overall_json, judged_at FROM judgement "
        "WHERE item_id = ? AND person_id = ? ORDER BY version_number",
        [item_id, person_id],
    )
    rows = fetch(
        connection,
        "SELECT version_number AS version, rubric_id, criterion_id, value, is_defensible, severity, evidence_json, "
        "reasons_json, changed_because FROM judgement_criterion WHERE item_id = ? AND person_id = ? "
        "ORDER BY version_number, criterion_number",
        [item_id, person_id],
    )
    parts = {version: list(each) for version, each in groupby(rows, key=lambda row: row["version"])}
    return [
        Version(
            head["version"],
            Phase(head["phase"]),
            head["is_extra"],
            head["judged_at"],
            Judgement(tuple(criterion_of(row) for row in parts.get(head["version"], [])), overall_of(head["overall"])),
            {row["criterion_id"]: row["changed_because"] for row in parts.get(head["version"], [])
             if row["changed_because"]},
            head["guidance_number"],
        )
        for head in heads
    ]  # fmt: skip


def fetch_readers(connection: Connection, item_id: str) -> list[str]:
    """The ids of all who committed a judgement of the item, the first first."""
    rows = connection.execute(
        "SELECT person_id FROM judgement WHERE item_id = ? AND version_number = 1 ORDER BY judged_at, person_id",
        [item_id],
    ).fetchall()
    return [str(row[0]) for row in rows]


@dataclass(frozen=True, slots=True)
class Finished:
    """An item that a person committed a judgement on."""

    item_id: str
    title: str
    locked_at: str
    is_submitted: bool
    """Kept or changed in sight of the judges."""


def fetch_finished(connection: Connection, person_id: str, limit: int) -> list[Finished]:
    """What the person committed, the latest first."""
    rows = fetch(
        connection,
        "SELECT j.item_id, s.title, j.judged_at AS locked_at, coalesce(t.state = 'submitted', FALSE) AS is_submitted "
        "FROM judgement j JOIN response r ON r.item_id = j.item_id "
        "JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256 "
        "LEFT JOIN slot t ON t.item_id = j.item_id AND t.holder_id = j.person_id "
        "WHERE j.person_id = ? AND j.version_number = 1 ORDER BY j.judged_at DESC, j.item_id LIMIT ?",
        [person_id, limit],
    )
    return [Finished(**row) for row in rows]


def fetch_is_adjudicated(connection: Connection, item_id: str) -> bool:
    """Whether somebody has settled the item."""
    return connection.execute("SELECT 1 FROM adjudication WHERE item_id = ?", [item_id]).fetchone() is not None


def record_reveal(connection: Connection, item_id: str, person_id: str, at: str, shown: object) -> None:
    """From now on this person has seen the judges on this item.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        item_id: the item.
        person_id: who sees them.
        at: now.
        shown: which verdicts, by id.
    """
    record_event(connection, Deed("revealed", person_id, item_id, at, seen=shown))
    connection.execute(
        "INSERT INTO reveal (item_id, person_id, revealed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [item_id, person_id, at],
    )


def record_aside(connection: Connection, item_id: str, person_id: str, kind: AsideKind, reason: str, at: str) -> None:
    """A person hands an item on; where an expert must look, that is followed until it is settled."""
    seq = record_event(connection, Deed(f"aside_{kind}", person_id, item_id, at, new={"reason": reason}))
    row = {"event_seq": seq, "item_id": item_id, "person_id": person_id, "kind": kind, "reason": reason}
    insert(connection, "aside", row | {"set_aside_at": at})
    if kind.needs_somebody:
        row = {"event_seq": seq, "item_id": item_id, "raised_by": person_id, "kind": kind, "reason": reason}
        insert(connection, "escalation", row | {"raised_at": at, "state": "open"})


def fetch_is_set_aside(connection: Connection, item_id: str, person_id: str) -> bool:
    """Whether this person handed the item on."""
    row = connection.execute("SELECT 1 FROM aside WHERE item_id = ? AND person_id = ? LIMIT 1", [item_id, person_id])
    return row.fetchone() is not None


def record_second_reading(connection: Connection, item_id: str, person_id: str, why: str, at: str) -> None:
    """From now on two people are to read this item; asked for twice, it stays two."""
    seq = record_event(connection, Deed("second_reading_asked", person_id, item_id, at, new={"why": why}))
    connection.execute(
        "INSERT INTO second_reading (item_id, asked_at, event_seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [item_id, at, seq],
    )


_LABELS = """
    SELECT r.scenario_id, r.candidate_id, r.repeat_number AS repeat, c.criterion_id, c.person_id AS reviewer_id,
           c.value AS verdict, c.severity, c.reasons_json, d.inclusion_probability, j.judged_at AS labelled_at
    FROM judgement_criterion c
    JOIN counted j ON j.item_id = c.item_id AND j.person_id = c.person_id AND j.version_number = c.version_number
    JOIN response r ON r.item_id = c.item_id
    JOIN sent d ON d.item_id = r.item_id AND d.run_id = r.run_id
    WHERE j.phase = 'blind' AND (CAST(? AS TEXT) IS NULL OR r.run_id = ?)
      AND CASE WHEN d.lane = 'anchor' THEN 'anchor' ELSE 'population' END = ?
    ORDER BY j.judged_at, c.item_id, c.person_id, c.criterion_number
"""


def fetch_review_labels(connection: Connection, run_id: str | None = None) -> list[Label]:
    """Every locked blind judgement that counts, a label a criterion; what was changed in sight of the judges is not in
    it, and no second reading of an anchor: those were not drawn from what a run holds.

    Args:
        connection: a visit.
        run_id: of this run alone.
    """
    return _labels(connection, [run_id, run_id, "population"])


def fetch_second_labels(connection: Connection, anchor_set: str) -> list[Label]:
    """What clinicians said, judging blind, when an anchor of this set came back to them."""
    run_id = reading_run_of(anchor_set)
    return _labels(connection, [run_id, run_id, "anchor"])


def _labels(connection: Connection, values: list[object]) -> list[Label]:
    labels: list[Label] = []
    for row in fetch(connection, _LABELS, values):
        reason = row.pop("reasons")["why_unsafe_or_incomplete"]
        labels.append(Label.model_validate({**row, "reason": reason, "blind": True}, strict=False))
    return labels


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """Words of a response that a clinician ticked for a violation, judging blind, by offsets in code points."""

    scenario_id: str
    candidate_id: str
    repeat: int
    criterion_id: str
    start: int
    end: int


def fetch_marks(connection: Connection, run_id: str) -> list[MarkedRow]:
    """All that was ticked of a run's responses."""
    return [
        MarkedRow(**{name: row[name] for name in ("scenario_id", "candidate_id", "repeat", "criterion_id")},
                  start=span["start"], end=span["end"])
        for row in fetch(connection, _MARKS, [run_id])
        for span in row["evidence"]["spans"]
    ]  # fmt: skip


_MARKS = """
    SELECT r.scenario_id, r.candidate_id, r.repeat_number AS repeat, c.criterion_id, c.evidence_json
    FROM judgement_criterion c
    JOIN counted j ON j.item_id = c.item_id AND j.person_id = c.person_id AND j.version_number = c.version_number
    JOIN response r ON r.item_id = c.item_id
    WHERE j.phase = 'blind' AND c.value = 'violated' AND r.run_id = ?
"""
