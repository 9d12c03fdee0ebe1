"""Sessions in the store, of which only the token's hash is kept; and who signed in, out, or failed to."""

from dataclasses import asdict, dataclass

from domain.person import Person
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.people import PERSON, person_of
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in at one browser."""

    person: Person
    form_token: str
    """Stands in every form of the session: a form without it came from elsewhere."""
    way: str
    """By which they signed in."""
    seen_at: str
    """When they last asked for anything, to a few minutes."""
    may_review: bool
    """A lead has decided that the person may review for real."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """One that is to begin."""

    session_sha256: str
    person_id: str
    form_token: str
    way: str
    signed_in_at: str
    expires_at: str


def record_session(connection: Connection, given: NewSession) -> None:
    """Begin a session; those that are over are forgotten."""
    connection.execute("DELETE FROM session WHERE expires_at < ?", [given.signed_in_at])
    insert(connection, "session", asdict(given) | {"seen_at": given.signed_in_at})
    who, at = given.person_id, given.signed_in_at
    record_event(connection, Deed("signed_in", who, who, at, new={"way": given.way}))


def fetch_session(connection: Connection, session_sha256: str, at: str, idle_since: str) -> Session | None:
    """The session of this token's hash, if it is not over and its person may still sign in.

    Args:
        connection: a visit.
        session_sha256: of the token.
        at: now.
        idle_since: one that was last seen before is over.
    """
    rows = fetch(
        connection,
        f"SELECT {PERSON}, s.form_token, s.way, s.seen_at, q.person_id IS NOT NULL AS may_review "  # noqa: S608 (ours)
        "FROM session s JOIN person p ON p.person_id = s.person_id "
        "LEFT JOIN qualification q ON q.person_id = p.person_id AND q.may_review AND q.until_at IS NULL "
        "WHERE s.session_sha256 = ? AND s.expires_at > ? AND s.seen_at > ? AND p.is_active",
        [session_sha256, at, idle_since],
    )
    rest = ("form_token", "way", "seen_at", "may_review")
    return Session(person_of(rows[0]), *(rows[0][name] for name in rest)) if rows else None


def record_seen(connection: Connection, session_sha256: str, at: str) -> None:
    """Its person is still there."""
    connection.execute("UPDATE session SET seen_at = ? WHERE session_sha256 = ?", [at, session_sha256])


def end_session(connection: Connection, session_sha256: str, person_id: str, at: str) -> None:
    """Forget a session; its token opens nothing any more."""
    connection.execute("DELETE FROM session WHERE session_sha256 = ?", [session_sha256])
    record_event(connection, Deed("signed_out", person_id, person_id, at))


def end_sessions(connection: Connection, person_id: str, at: str, by: str) -> None:
    """Sign a person out everywhere."""
    connection.execute("DELETE FROM session WHERE person_id = ?", [person_id])
    record_event(connection, Deed("signed_out_everywhere", by, person_id, at))


def count_sessions(connection: Connection, person_id: str, at: str, idle_since: str) -> int:
    """At how many browsers a person is signed in."""
    row = connection.execute(
        "SELECT count(*) FROM session WHERE person_id = ? AND expires_at > ? AND seen_at > ?",
        [person_id, at, idle_since],
    ).fetchone()
    return int(row[0]) if row else 0


def record_refused(connection: Connection, way: str, why: str, client: str, at: str, person_id: str = "") -> None:
    """Somebody failed to sign in. Nothing that they typed is kept.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        way: by which they tried.
        why: in a word.
        client: the address that they came from.
        at: now.
        person_id: who it was, where that is known.
    """
    who = person_id or "nobody"
    record_event(connection, Deed("sign_in_failed", who, who, at, new={"way": way, "why": why, "client": client}))
