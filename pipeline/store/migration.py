"""The schema as numbered files, applied in order and recorded by number."""

import re
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from domain.errors import StoreError

_NAME = re.compile(r"^(\d{4})_\w+\.sql$")


@cache
def _migrations() -> dict[int, str]:
    folder = resources.files("pipeline.store").joinpath("migrations")
    found = {int(hit[1]): file for file in folder.iterdir() if (hit := _NAME.match(file.name))}
    return {number: found[number].read_text(encoding="utf-8") for number in sorted(found)}


def newest_version() -> int:
    """The schema that this Caveat writes."""
    return max(_migrations())


def current_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The schema of the attached store; 0 for an empty one.

    Raises:
        StoreError: the file is a database, but not a store of Caveat.
    """
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'store'"
    ).fetchall()
    tables = {row[0] for row in rows}
    if "schema_version" in tables:
        found = connection.execute("SELECT max(version) FROM schema_version").fetchone()
        return int(found[0]) if found and found[0] is not None else 0
    if tables:
        raise StoreError(path, f"is not a store of Caveat; it holds the tables {', '.join(sorted(tables)[:5])}")
    return 0


def migrate(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring the attached store to the newest schema, each step in a transaction of its own."""
    done = current_version(connection, path)
    for number, script in _migrations().items():
        if number > done:
            connection.begin()
            try:
                connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)")
                connection.execute(script)
                connection.execute("INSERT INTO schema_version VALUES (?)", [number])
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
