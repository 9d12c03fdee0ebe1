"""Items that were read more than once, and the settled answer where readers differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.review import CriterionJudgement, Judgement
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.judgement_rows import criterion_of, criterion_row, text
from pipeline.store.parsed import Stored, scenario_of
from pipeline.store.reviews import fetch_readers, fetch_versions
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """An item that at least two people have committed a judgement on."""

    item_id: str
    title: str
    setting: str
    author: str
    """Who wrote the scenario; empty where that is not stated."""
    readings: dict[str, Judgement]
    """The last version of each reader's judgement, by their id."""


def fetch_read_twice(connection: Connection, item_id: str | None = None) -> list[ReadTwice]:
    """Those that nobody has settled, the longest waiting first; or this one alone."""
    rows = fetch(
        connection,
        "SELECT j.item_id, s.title, s.setting, s.scenario_sha256, s.body_json AS body FROM counted j "
        "JOIN response r ON r.item_id = j.item_id JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256 "
        "LEFT JOIN adjudication a ON a.item_id = j.item_id "
        "WHERE j.version_number = 1 AND a.item_id IS NULL AND (CAST(? AS TEXT) IS NULL OR j.item_id = ?) "
        "GROUP BY j.item_id, s.title, s.setting, s.scenario_sha256, s.body_json HAVING count(*) > 1 "
        "ORDER BY min(j.judged_at), j.item_id",
        [item_id, item_id],
    )
    return [
        ReadTwice(row["item_id"], row["title"], row["setting"], _author(row),
                  fetch_readings(connection, row["item_id"]))
        for row in rows
    ]  # fmt: skip


def fetch_author(connection: Connection, item_id: str) -> str:
    """Who wrote the item's scenario; empty where that is not stated."""
    rows = fetch(
        connection,
        "SELECT s.scenario_sha256, s.body_json AS body FROM response r "
        "JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256 WHERE r.item_id = ?",
        [item_id],
    )
    return _author(rows[0]) if rows else ""


def _author(row: dict[str, Any]) -> str:
    provenance = scenario_of(Stored(row["scenario_sha256"], row["body"])).provenance
    return provenance.author if provenance is not None else ""


def fetch_readings(connection: Connection, item_id: str) -> dict[str, Judgement]:
    """The last version of each judgement that counts, by its reader's id, the first reader first."""
    rows = connection.execute(
        "SELECT person_id FROM counted WHERE item_id = ? AND version_number = 1 ORDER BY judged_at, person_id",
        [item_id],
    ).fetchall()
    return {str(who): fetch_versions(connection, item_id, str(who))[-1].judgement for (who,) in rows}


def record_own_read(
    connection: Connection, item_id: str, person_id: str, criteria: Sequence[CriterionJudgement], at: str
) -> None:
    """Keep what an adjudicator thinks, before they see what the readers said."""
    rows = [criterion_row(one) for one in criteria]
    seq = record_event(connection, Deed("adjudication_read", person_id, item_id, at, seen={"readers": 0}, new=rows))
    key = {"item_id": item_id, "person_id": person_id}
    insert(connection, "adjudication_read", key | {"criteria_json": text(rows), "read_at": at, "event_seq": seq})


def fetch_own_read(connection: Connection, item_id: str, person_id: str) -> tuple[CriterionJudgement, ...] | None:
    """What this adjudicator thought before they saw the readers; None: they have not said."""
    rows = fetch(
        connection,
        "SELECT criteria_json FROM adjudication_read WHERE item_id = ? AND person_id = ?",
        [item_id, person_id],
    )
    return tuple(map(criterion_of, rows[0]["criteria"])) if rows else None


@dataclass(frozen=True, slots=True)
class Adjudication:
    """The settled answer: on every criterion of the item, with the reason where readers differed."""

    criteria: tuple[CriterionJudgement, ...]
    reason: str
    adjudicated_at: str


def record_adjudication(connection: Connection, item_id: str, person_id: str, given: Adjudication) -> None:
    """Keep it; a second for the same item is refused by the database."""
    rows = [criterion_row(one) for one in given.criteria]
    seen = {"readers": len(fetch_readers(connection, item_id))}
    new = {"criteria": rows, "reason": given.reason}
    seq = record_event(connection, Deed("adjudicated", person_id, item_id, given.adjudicated_at, seen=seen, new=new))
    row = {"item_id": item_id, "person_id": person_id, "criteria_json": text(rows), "reason": given.reason}
    insert(connection, "adjudication", row | {"adjudicated_at": given.adjudicated_at, "event_seq": seq})


def fetch_adjudication(connection: Connection, item_id: str) -> Adjudication | None:
    """The settled answer, if somebody has settled the item."""
    rows = fetch(
        connection, "SELECT criteria_json, reason, adjudicated_at FROM adjudication WHERE item_id = ?", [item_id]
    )
    if not rows:
        return None
    return Adjudication(tuple(map(criterion_of, rows[0]["criteria"])), rows[0]["reason"], rows[0]["adjudicated_at"])
