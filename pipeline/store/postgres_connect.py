"""A connection to a PostgreSQL server that will do."""

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from domain.errors import StoreError
from pipeline.store.postgres_text import MarkingDumper, RestoringLoader, TextsDumper

Raw = psycopg.Connection[TupleRow]

_OLDEST = 14
_DEFAULTS: dict[str, str | int] = {"connect_timeout": 5, "fallback_application_name": "caveat"}


def connect(conninfo: str, address: str) -> Raw:
    """A new connection, outside any transaction.

    Args:
        conninfo: whom to ask, as libpq reads it.
        address: the same as it may be shown.

    Raises:
        StoreError: the address cannot be read, or the server is too old or keeps text in another encoding.
        psycopg.Error: it cannot be reached.
    """
    raw = psycopg.connect(_with_defaults(conninfo, address), autocommit=True, cursor_factory=psycopg.RawCursor)
    try:
        _refuse_unfit(raw, address)
    except StoreError:
        raw.close()
        raise
    raw.adapters.register_dumper(str, MarkingDumper)
    raw.adapters.register_dumper(list, TextsDumper)
    raw.adapters.register_loader("text", RestoringLoader)
    return raw


def _with_defaults(conninfo: str, address: str) -> str:
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError as error:
        raise StoreError(address, f"is no address that can be read: {' '.join(str(error).split())}") from None
    missing = {name: value for name, value in _DEFAULTS.items() if name not in given}
    return make_conninfo(conninfo, client_encoding="utf8", **missing)


def _refuse_unfit(raw: Raw, address: str) -> None:
    if (version := raw.info.server_version // 10000) < _OLDEST:
        raise StoreError(address, f"is PostgreSQL {version}; Caveat needs {_OLDEST} or newer")
    if (encoding := raw.info.parameter_status("server_encoding")) != "UTF8":
        raise StoreError(address, f"keeps text as {encoding}; create the database with ENCODING 'UTF8'")
