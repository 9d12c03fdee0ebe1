"""Guidance in numbered versions: what changed, who has read it, and which judgements were given under older text."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Guidance:
    """One version."""

    number: int
    body: str
    changed: str
    """What is new in it, in a sentence or two."""
    criteria: list[str]
    """Criteria (their ids) whose judgements it changes; empty: none."""
    published_at: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one person has read."""

    name: str
    number: int
    """The latest version; 0: none."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A judgement of a criterion that was given under older guidance than the one that changes it."""

    item_id: str
    title: str
    criterion_id: str
    judged_at: str
    number: int
    """The version that its reader had read."""


def record_guidance(
    connection: Connection, body: str, changed: str, criteria: Sequence[str], person_id: str, at: str
) -> int:
    """Publish a version; gives its number."""
    before = fetch_guidance(connection)
    number = before[0].number + 1 if before else 1
    new = {"number": number, "body": body, "changed": changed, "criteria": list(criteria)}
    seq = record_event(connection, Deed("guidance_published", person_id, "guidance", at, new=new))
    row = {"guidance_number": number, "body": body, "changed": changed, "published_by": person_id, "published_at": at}
    insert(connection, "guidance", row | {"criteria_json": orjson.dumps(list(criteria)).decode(), "event_seq": seq})
    return number


def fetch_guidance(connection: Connection) -> list[Guidance]:
    """Every version, the latest first."""
    rows = fetch(
        connection,
        "SELECT guidance_number AS number, body, changed, criteria_json, published_at FROM guidance "
        "ORDER BY guidance_number DESC",
    )
    return [Guidance(**row) for row in rows]


def record_read(connection: Connection, person_id: str, number: int, at: str) -> None:
    """A person says that they have read a version; said twice, the first counts."""
    key = [person_id, number]
    there = connection.execute("SELECT 1 FROM guidance_read WHERE person_id = ? AND guidance_number = ?", key)
    if there.fetchone() is None:
        record_event(connection, Deed("guidance_read", person_id, "guidance", at, new=number))
        insert(connection, "guidance_read", {"person_id": person_id, "guidance_number": number, "read_at": at})


def fetch_latest_read(connection: Connection, person_id: str) -> int:
    """The latest version that the person has read; 0: none."""
    row = connection.execute(
        "SELECT coalesce(max(guidance_number), 0) FROM guidance_read WHERE person_id = ?", [person_id]
    ).fetchone()
    return int(row[0]) if row else 0


def fetch_unread(connection: Connection, person_id: str) -> Guidance | None:
    """The latest version, where the person has not read it."""
    latest = fetch_guidance(connection)[:1]
    return next((one for one in latest if fetch_latest_read(connection, person_id) < one.number), None)


def fetch_readings(connection: Connection) -> list[Reading]:
    """How far everybody has read, by name."""
    rows = fetch(
        connection,
        "SELECT p.name, coalesce(max(g.guidance_number), 0) AS number FROM person p "
        "LEFT JOIN guidance_read g ON g.person_id = p.person_id WHERE p.is_active "
        "GROUP BY p.person_id, p.name ORDER BY p.name, p.person_id",
    )
    return [Reading(**row) for row in rows]


def fetch_affected(connection: Connection, one: Guidance) -> list[Affected]:
    """The last judgements of its criteria whose readers had read less than this version: to be looked at again."""
    if not one.criteria:
        return []
    places = ", ".join("?" for _ in one.criteria)
    rows = fetch(
        connection,
        "SELECT j.item_id, s.title, c.criterion_id, j.judged_at, j.guidance_number AS number FROM judgement j "  # noqa: S608
        "JOIN judgement_criterion c ON c.item_id = j.item_id AND c.person_id = j.person_id "
        "AND c.version_number = j.version_number "
        "JOIN response r ON r.item_id = j.item_id JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256 "
        f"WHERE j.guidance_number < ? AND c.criterion_id IN ({places}) AND j.version_number = "
        "(SELECT max(o.version_number) FROM judgement o WHERE o.item_id = j.item_id AND o.person_id = j.person_id) "
        "ORDER BY j.judged_at, j.item_id, c.criterion_id",
        [one.number, *one.criteria],
    )
    return [Affected(**row) for row in rows]
