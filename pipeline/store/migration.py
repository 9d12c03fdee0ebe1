"""The schema as numbered files, applied in order and recorded by number."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from domain.errors import StoreError
from pipeline.store.connection import Connection

_NAME = re.compile(r"^(\d{4})_\w+\.sql$")


@cache
def _migrations() -> dict[int, str]:
    folder = resources.files("pipeline.store").joinpath("migrations")
    found = {int(hit[1]): file for file in folder.iterdir() if (hit := _NAME.match(file.name))}
    return {number: found[number].read_text(encoding="utf-8") for number in sorted(found)}


def newest_version() -> int:
    """The schema that this Caveat writes."""
    return max(_migrations())


def pending(version: int) -> Iterator[tuple[int, str]]:
    """The steps that a store of this version lacks."""
    return ((number, script) for number, script in _migrations().items() if number > version)


def record(connection: Connection, number: int, script: str) -> None:
    """Take one step, inside a transaction."""
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)")
    connection.execute(script)
    connection.execute("INSERT INTO schema_version VALUES (?)", [number])


def refuse_newer(version: int, place: Path | str) -> None:
    """Refuse a schema that this Caveat does not know.

    Raises:
        StoreError: a newer Caveat made it.
    """
    if version > newest_version():
        raise StoreError(
            place,
            f"was written by a newer Caveat (schema {version}; this one knows up to {newest_version()}); "
            "update Caveat, nothing was changed",
        )


def current_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The schema of the attached store; 0 for an empty one.

    Raises:
        StoreError: the file is a database, but not a store of Caveat.
    """
    try:
        found = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    except duckdb.CatalogException:  # at every visit: to ask first which tables there are takes several times as long
        if tables := _tables(connection):
            names = ", ".join(sorted(tables)[:5])
            raise StoreError(path, f"is not a store of Caveat; it holds the tables {names}") from None
        return 0
    return int(found[0]) if found and found[0] is not None else 0


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_catalog = 'store'")
    return [str(row[0]) for row in found.fetchall()]


def migrate(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring the attached store to the newest schema, each step in a transaction of its own."""
    for number, script in pending(current_version(connection, path)):
        connection.begin()
        try:
            record(connection, number, script)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
