"""People in the store: who may sign in, as what, and who is retired."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from domain.person import Person, Profession, Role
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch

PERSON = "p.person_id, p.name, p.roles_json, p.profession, p.scope_json, p.email, p.subject"
"""Columns that `person_of` reads."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody who was ever registered."""

    person: Person
    is_active: bool
    """Whether they may sign in; False: retired."""


def record_people(connection: Connection, people: Iterable[Person], at: str, by: str, because: str = "") -> None:
    """Keep people, each change as an event; one who was retired may sign in again.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        people: one that is there already is replaced, where anything differs.
        at: now.
        by: who does it.
        because: why.
    """
    before = {one.person_id: one for one in fetch_people(connection)}
    for one in people:
        if before.get(one.person_id) != one:
            old = _row(before[one.person_id]) if one.person_id in before else None
            new = _row(one) | ({"because": because} if because else {})
            record_event(connection, Deed("person_kept", by, one.person_id, at, old=old, new=new))
            _keep(connection, _row(one))


def _keep(connection: Connection, row: dict[str, Any]) -> None:
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*row, "is_active") if name != "person_id")
    places = ", ".join("?" for _ in row)
    connection.execute(
        f"INSERT INTO person ({', '.join(row)}, is_active) VALUES ({places}, TRUE) "  # noqa: S608 (our names)
        f"ON CONFLICT (person_id) DO UPDATE SET {changes}",
        list(row.values()),
    )


def record_retired(connection: Connection, person_id: str, at: str, by: str, because: str) -> None:
    """They may not sign in any more; what they did stays theirs."""
    record_event(connection, Deed("person_retired", by, person_id, at, new={"because": because}))
    connection.execute("UPDATE person SET is_active = FALSE WHERE person_id = ?", [person_id])


def _row(one: Person) -> dict[str, Any]:
    row = asdict(one)
    roles, scope = sorted(row.pop("roles")), sorted(row.pop("scope"))
    return row | {"roles_json": orjson.dumps(roles).decode(), "scope_json": orjson.dumps(scope).decode()}


def fetch_people(connection: Connection) -> list[Person]:
    """Everybody who may sign in, by name."""
    return [one.person for one in fetch_registered(connection) if one.is_active]


def fetch_registered(connection: Connection) -> list[Registered]:
    """Everybody, retired or not, by name."""
    rows = fetch(connection, f"SELECT {PERSON}, p.is_active FROM person p ORDER BY p.name, p.person_id")  # noqa: S608
    return [Registered(person_of(row), row["is_active"]) for row in rows]


def fetch_names(connection: Connection) -> dict[str, str]:
    """What each person is called, by id, those who may no longer sign in too: for leads and safety officers."""
    return {str(row[0]): str(row[1]) for row in connection.execute("SELECT person_id, name FROM person").fetchall()}


def fetch_professions(connection: Connection) -> dict[str, str]:
    """What each person is, by id: for pages that show who said something without a name."""
    rows = connection.execute("SELECT person_id, profession FROM person").fetchall()
    return {str(row[0]): str(row[1] or "") for row in rows}


def person_of(row: dict[str, Any]) -> Person:
    """The person of a row with the columns `PERSON`."""
    return Person(
        row["person_id"],
        row["name"],
        frozenset(Role(one) for one in row["roles"]),
        Profession(row["profession"]) if row["profession"] else None,
        frozenset(row["scope"]),
        row["email"],
        row["subject"],
    )
