"""What PostgreSQL complains of, as a sentence that says what to do."""

import re

import psycopg
from psycopg import errors

IN_THE_WAY = (
    psycopg.OperationalError,
    errors.InsufficientPrivilege,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
)
"""Faults of server, address or rights. Anything else is a fault of ours and stays what it is."""

_ADVICE: list[tuple[type[psycopg.Error], str]] = [
    (errors.LockNotAvailable, "another Caveat process kept the store for too long; try again"),
    (errors.QueryCanceled, "the server took too long, or somebody cancelled the query; try again"),
    (errors.InsufficientPrivilege, "this user may not do that; grant it what docs/how-to-postgresql.md lists"),
    (errors.ReadOnlySqlTransaction, "it cannot be written to; name a server that is no standby"),
    (errors.DiskFull, "make room on the server's disk, then try again"),
]
_UNREACHED: list[tuple[str, str]] = [
    (r'database ".*" does not exist', "create it, or mend the address (docs/how-to-postgresql.md)"),
    (
        r"role|password|authentication|pg_hba",
        "check the user in the address, and its password in PGPASSWORD, ~/.pgpass or PGSERVICE",
    ),
    (r"definition of service", "name a service that is in ~/.pg_service.conf"),
]
_ELSE = "check the address and that the server runs; what is in a run's journal is kept, the same command continues"


def sentence(error: psycopg.Error) -> str:
    """What happened, in the server's words, and what mends it."""
    said = error.diag.message_primary or " ".join(str(error).split())
    for kind, advice in _ADVICE:
        if isinstance(error, kind):
            return f"{said}; {advice}"
    advice = next((advice for pattern, advice in _UNREACHED if re.search(pattern, said)), _ELSE)
    return f"cannot be used: {said}; {advice}"
