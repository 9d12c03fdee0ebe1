"""The stop button: who may press it, and all that comes of it, in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.errors import InputError
from domain.person import Role
from domain.record import content_sha256
from pipeline.certify import fetch_panel
from pipeline.store.certificates import CertificateRow, fetch_certificates, void_certificate
from pipeline.store.connection import Connection
from pipeline.store.people import fetch_people
from pipeline.store.stops import StopRow, fetch_runs, lift_stop, record_stop

SCOPES = ("everything", "judge", "rubric", "run")
MAY_STOP = frozenset({Role.LEAD, Role.SAFETY_OFFICER})


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants stopped."""

    scope: str
    stopped: str
    """Which judge, rubric or run; empty for everything."""
    since: datetime | None
    """Aware; what cleared from then on goes to people. None: all that ever cleared."""
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of it."""

    stop_id: str
    n_recalled: int
    """Items that had cleared and now wait for people."""
    voided: list[str]
    """Certificates that no longer hold, and never will again."""


def press(connection: Connection, asked: Asked, now: datetime) -> Pressed:
    """Stop it: nothing clears by it until somebody lets go, what it had cleared goes to people, certificates are void.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        asked: what to stop.
        now: aware.

    Raises:
        InputError: a name is missing or one too many, or a known person may not stop anything.
    """
    if asked.scope not in SCOPES or (asked.scope == "everything") == bool(asked.stopped):
        raise InputError("name the judge, rubric or run that is to stop; 'everything' takes no name")
    refuse_others(connection, asked.by, MAY_STOP)
    at = now.isoformat(timespec="microseconds")
    since_at = None if asked.since is None else asked.since.isoformat(timespec="microseconds")
    stop_id = content_sha256([asked.scope, asked.stopped, at])[:16]
    row = StopRow(stop_id, asked.scope, asked.stopped, at, asked.by, asked.reason, since_at=since_at)
    n_recalled = record_stop(connection, row)
    voided = [one.certificate_id for one in _fallen(connection, asked)]
    for certificate_id in voided:
        void_certificate(connection, certificate_id, now, asked.by, f"stopped ({stop_id}): {asked.reason}")
    return Pressed(stop_id, n_recalled, voided)


def let_go(connection: Connection, stop_id: str, by: str, reason: str, now: datetime) -> None:
    """Lift a stop: certificates may be granted anew; what went to people stays with them.

    Raises:
        InputError: no such stop holds, or a known person may not lift it.
    """
    refuse_others(connection, by, MAY_STOP)
    lift_stop(connection, stop_id, now, by, reason)


def refuse_others(connection: Connection, by: str, roles: Collection[Role]) -> None:
    """Refuse a person of the workspace who has none of these roles. Whoever is at the command line and not in the
    workspace is taken at their word: they hold the store's file.

    Raises:
        InputError: it is such a person.
    """
    named = [one for one in fetch_people(connection) if by in (one.person_id, one.name)]
    if named and not any(one.may(frozenset(roles)) for one in named):
        whose = " or ".join(sorted(role.replace("_", " ") for role in roles))
        raise InputError(f"{by} is not {whose}; ask somebody who is", key="--by")


def _fallen(connection: Connection, asked: Asked) -> list[CertificateRow]:
    """The certificates that go down with what is stopped."""
    standing = [one for one in fetch_certificates(connection) if one.voided_at is None]
    if asked.scope == "everything":
        return standing
    if asked.scope == "rubric":
        return [one for one in standing if one.rubric_id == asked.stopped]
    runs = fetch_runs(connection, **{"judge_id" if asked.scope == "judge" else "run_id": asked.stopped})
    panels = {fetch_panel(connection, run_id).sha256 for run_id in runs}
    return [one for one in standing if one.panel_sha256 in panels]
