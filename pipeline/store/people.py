"""People and their sessions in the store."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from domain.person import Person, Profession, Role
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch

_PERSON = "p.person_id, p.name, p.roles_json, p.profession, p.scope_json"


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in at one browser."""

    person: Person
    form_token: str
    """Stands in every form of the session: a form without it came from elsewhere."""
    may_review: bool
    """A lead has decided that the person may review for real."""


def record_people(connection: Connection, people: Iterable[Person], at: str, by: str) -> None:
    """Keep people, each change as an event.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        people: one that is there already is replaced, where anything differs.
        at: now.
        by: who does it.
    """
    before = {one.person_id: one for one in fetch_people(connection)}
    for one in people:
        if before.get(one.person_id) != one:
            old = _row(before[one.person_id]) if one.person_id in before else None
            record_event(connection, Deed("person_kept", by, one.person_id, at, old=old, new=_row(one)))
            connection.execute(
                "INSERT INTO person (person_id, name, roles_json, profession, scope_json, is_active) "
                "VALUES (?, ?, ?, ?, ?, TRUE) ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, "
                "roles_json = excluded.roles_json, profession = excluded.profession, "
                "scope_json = excluded.scope_json, is_active = TRUE",
                list(_row(one).values()),
            )


def _row(one: Person) -> dict[str, Any]:
    return {
        "person_id": one.person_id,
        "name": one.name,
        "roles_json": orjson.dumps(sorted(one.roles)).decode(),
        "profession": one.profession,
        "scope_json": orjson.dumps(sorted(one.scope)).decode(),
    }


def fetch_people(connection: Connection) -> list[Person]:
    """Everybody who may sign in, by name."""
    rows = fetch(connection, f"SELECT {_PERSON} FROM person p WHERE p.is_active ORDER BY p.name, p.person_id")  # noqa: S608
    return [_person(row) for row in rows]


def fetch_professions(connection: Connection) -> dict[str, str]:
    """What each person is, by id: for pages that show who said something without a name."""
    rows = connection.execute("SELECT person_id, profession FROM person").fetchall()
    return {str(row[0]): str(row[1] or "") for row in rows}


def _person(row: dict[str, Any]) -> Person:
    profession = Profession(row["profession"]) if row["profession"] else None
    roles = frozenset(Role(one) for one in row["roles"])
    return Person(row["person_id"], row["name"], roles, profession, frozenset(row["scope"]))


def record_session(
    connection: Connection, session_sha256: str, person_id: str, form_token: str, at: str, until: str
) -> None:
    """Begin a session; those that are over are forgotten."""
    connection.execute("DELETE FROM session WHERE expires_at < ?", [at])
    connection.execute(
        "INSERT INTO session (session_sha256, person_id, form_token, signed_in_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        [session_sha256, person_id, form_token, at, until],
    )
    record_event(connection, Deed("signed_in", person_id, person_id, at))


def fetch_session(connection: Connection, session_sha256: str, at: str) -> Session | None:
    """The session of this token's hash, if it is not over and its person may still sign in."""
    rows = fetch(
        connection,
        f"SELECT {_PERSON}, s.form_token, EXISTS (SELECT 1 FROM qualification q WHERE q.person_id = p.person_id "  # noqa: S608
        "AND q.may_review AND q.until_at IS NULL) AS may_review "
        "FROM session s JOIN person p ON p.person_id = s.person_id "
        "WHERE s.session_sha256 = ? AND s.expires_at > ? AND p.is_active",
        [session_sha256, at],
    )
    return Session(_person(rows[0]), rows[0]["form_token"], bool(rows[0]["may_review"])) if rows else None


def end_session(connection: Connection, session_sha256: str, person_id: str, at: str) -> None:
    """Forget a session; its token opens nothing any more."""
    connection.execute("DELETE FROM session WHERE session_sha256 = ?", [session_sha256])
    record_event(connection, Deed("signed_out", person_id, person_id, at))
