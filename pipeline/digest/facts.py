"""What a digest says: counted, so that nothing of a scenario, a response or a person can be in it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from domain.record import content_sha256
from domain.thread import ThreadKind, ThreadState
from pipeline.in_force import standing
from pipeline.store.backlog import fetch_backlog, fetch_overdue
from pipeline.store.certificates import fetch_certificates
from pipeline.store.connection import Connection
from pipeline.store.escalations import fetch_escalations
from pipeline.store.stops import fetch_stops
from pipeline.store.threads import fetch_threads

_SOON = timedelta(days=7)
_MOST_SETTING = 40
"""Characters. A setting is a word or two; what is longer could be a story, and is not repeated."""
_UNNAMED = "a setting with a long name"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one setting."""

    setting: str
    n_readings: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. The same facts are not sent twice."""

    waiting: tuple[Waiting, ...] = ()
    overdue: tuple[str, ...] = ()
    """Item ids."""
    escalations: tuple[int, ...] = ()
    """Open ones, by number."""
    disputes: tuple[int, ...] = ()
    """Open ones, by number."""
    n_in_force: int = 0
    """Certificates."""
    ending: tuple[str, ...] = ()
    """Ids of those that end within a week."""
    stops: tuple[str, ...] = ()
    """Ids of those that hold."""

    @property
    def sha256(self) -> str:
        """Of all of it."""
        return content_sha256(asdict(self))


NOTHING = Facts()
"""What is known to whoever never got a digest."""


def gather_facts(connection: Connection, now: datetime) -> Facts:
    """As they stand.

    Args:
        connection: a visit, so that all of it is of one moment.
        now: aware.
    """
    certificates = [one for one in fetch_certificates(connection) if standing(one, now) == "in force"]
    ending = (one.certificate_id for one in certificates if datetime.fromisoformat(one.expires_at) <= now + _SOON)
    disputes = (
        one.seq for one in fetch_threads(connection) if one.kind is ThreadKind.DISPUTE and one.state is ThreadState.OPEN
    )
    return Facts(
        tuple(Waiting(_setting(one.setting), one.n_readings, round(one.minutes)) for one in fetch_backlog(connection)),
        tuple(fetch_overdue(connection, now.isoformat(timespec="microseconds"))),
        tuple(sorted(one.seq for one in fetch_escalations(connection) if one.state != "closed")),
        tuple(sorted(disputes)),
        len(certificates),
        tuple(sorted(ending)),
        tuple(sorted(one.stop_id for one in fetch_stops(connection) if one.lifted_at is None)),
    )


def _setting(said: str) -> str:
    tidy = " ".join(said.split())
    return tidy if len(tidy) <= _MOST_SETTING else _UNNAMED
