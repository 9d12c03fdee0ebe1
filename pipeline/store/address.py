"""Which store an address names: a path is a DuckDB file, `postgresql://…` a PostgreSQL database."""

import re
from pathlib import Path

from domain.errors import StoreError
from pipeline.store.connection import Store
from pipeline.store.door import DuckDBStore

_WAIT_S = 20.0
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")
_POSTGRES = re.compile(
    r"postgres(?:ql)?://(?:(?P<user>[^:@/?#]*)(?P<password>:.*)?@)?"
    r"(?P<hosts>[^@/?#]*)(?:/(?P<database>[^@/?#]*))?(?:\?(?P<options>[^#]*))?"
)
_SECRET = re.compile(r"(^|&)(ssl)?password=")
_PASSWORD = "expected no password in the address; put it into PGPASSWORD, ~/.pgpass or a PGSERVICE"  # noqa: S105


def open_store(address: str, root: Path, *, wait_s: float = _WAIT_S) -> Store:
    """The store at an address. Nothing is opened yet.

    Args:
        address: a path, relative to the workspace, or `postgresql://user@host/database`.
        root: the workspace.
        wait_s: how long a visit waits for its turn.

    Raises:
        StoreError: the address is of no known kind or holds a password, or its driver is not installed.
    """
    if (scheme := _SCHEME.match(address)) is None:
        return DuckDBStore(root / address, wait_s=wait_s)
    if scheme["scheme"] not in ("postgresql", "postgres"):
        raise StoreError(f"{scheme['scheme']}://…", "is no store; expected a path or postgresql://user@host/database")
    shown = _without_secrets(address)
    try:
        from pipeline.store.postgres import PostgresStore  # noqa: PLC0415 (its driver is optional)
    except ImportError:
        raise StoreError(shown, 'PostgreSQL needs a driver; run: pip install "caveat[postgres]"') from None
    return PostgresStore(address, shown, wait_s=wait_s)


def _without_secrets(address: str) -> str:
    """The address as it may be shown.

    Raises:
        StoreError: it holds a password, or cannot be read; neither is repeated.
    """
    if (parts := _POSTGRES.fullmatch(address)) is None:
        raise StoreError("postgresql://…", "cannot be read; expected postgresql://user@host:port/database")
    if parts["password"] is not None or _SECRET.search(parts["options"] or ""):
        raise StoreError("postgresql://…", _PASSWORD)
    user = f"{parts['user']}@" if parts["user"] else ""
    return f"postgresql://{user}{parts['hosts']}/{parts['database'] or ''}"
