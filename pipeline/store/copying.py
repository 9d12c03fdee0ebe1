"""A copy of an attached store, made by the database itself: a copied file would lack what its log still holds, and
copying a file lets go of the lock on it."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from pipeline.files.whole import put_in_place

_NEW = "ATTACH '{path}' AS copied (STORAGE_VERSION 'v1.5.0')"
_OLD = "ATTACH '{path}' AS copied (READ_ONLY)"


def copy_out(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy the attached store to a file that is there whole or not at all.

    Raises:
        duckdb.Error: it cannot be read, or not be written.
    """
    beside = target.with_name(f"{target.name}.part")
    forget(beside)
    try:
        with _beside(connection, _NEW, beside):
            connection.execute("COPY FROM DATABASE store TO copied")
    except duckdb.Error:
        forget(beside)
        raise
    put_in_place(beside, target)


def copy_in(connection: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Copy a store's file, which nothing else may be writing to, into the empty one that is attached.

    Raises:
        duckdb.Error: it is no database, damaged, or held by another program.
    """
    with _beside(connection, _OLD, source):
        connection.execute("COPY FROM DATABASE copied TO store")


def forget(path: Path) -> None:
    """Remove a database's file and its log."""
    for end in ("", ".wal"):
        Path(f"{path}{end}").unlink(missing_ok=True)


@contextmanager
def _beside(connection: duckdb.DuckDBPyConnection, attach: str, path: Path) -> Generator[None]:
    connection.execute(attach.format(path=str(path).replace("'", "''")))
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # what went wrong first is what is said
            connection.execute("DETACH copied")
        raise
    connection.execute("DETACH copied")
