"""What the digest last said on each channel, and who does not want it."""

from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event


def fetch_sent(connection: Connection) -> dict[str, str]:
    """Hash of the facts that were last sent, by channel."""
    rows = connection.execute("SELECT channel, facts_sha256 FROM digest_sent").fetchall()
    return {str(channel): str(facts) for channel, facts in rows}


def record_sent(connection: Connection, channel: str, facts_sha256: str, at: str) -> None:
    """It was taken."""
    connection.execute(
        "INSERT INTO digest_sent (channel, facts_sha256, sent_at) VALUES (?, ?, ?) ON CONFLICT (channel) "
        "DO UPDATE SET facts_sha256 = excluded.facts_sha256, sent_at = excluded.sent_at",
        [channel, facts_sha256, at],
    )


def fetch_refusers(connection: Connection) -> frozenset[str]:
    """Ids of people who do not want it."""
    rows = connection.execute("SELECT person_id FROM digest_refused").fetchall()
    return frozenset(str(row[0]) for row in rows)


def fetch_has_refused(connection: Connection, person_id: str) -> bool:
    """Whether this person does not want it."""
    return person_id in fetch_refusers(connection)


def record_refusal(connection: Connection, person_id: str, at: str, *, is_refused: bool) -> None:
    """A person does not want it, or wants it again."""
    if fetch_has_refused(connection, person_id) == is_refused:
        return
    record_event(connection, Deed("digest_refused", person_id, person_id, at, old=not is_refused, new=is_refused))
    if is_refused:
        connection.execute("INSERT INTO digest_refused (person_id, since_at) VALUES (?, ?)", [person_id, at])
    else:
        connection.execute("DELETE FROM digest_refused WHERE person_id = ?", [person_id])
