"""A store made anew from the runs' journals; the one that was there is kept under another name, whatever its state."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import BrokenStoreError, CaveatError, InputError
from domain.scenario import Label
from pipeline.journal import NAME
from pipeline.store.connection import Connection
from pipeline.store.door import DuckDBStore
from pipeline.store.ingest import Row, ingest, insert_new
from pipeline.store.labels import fetch_labels, record_labels

_OF_PEOPLE = ("certificate", "anchor", "stop")
"""What people did, besides labels, that no journal holds."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of the store."""

    aside: Path | None
    """Where the file is now that was the store; None where there was none."""
    n_labels: int | None
    """Brought over from it; None: it could not be read."""
    entries: dict[str, int]
    """Number of journal entries fed, by run."""
    refused: dict[str, str]
    """Runs that could not be fed, or not to their end, and why."""


def rebuild(store: DuckDBStore, runs: Path, now: datetime) -> Rebuilt:
    """Make the store anew under another name, then put it in its place: killed on the way, nothing has changed.

    Args:
        store: broken, sound or not there.
        runs: the folder of the runs' folders.
        now: goes into the name of the file that is moved aside.

    Raises:
        InputError: no run has a journal.
        StoreError: what is there is no store of this Caveat, or somebody holds it.
    """
    folders = sorted(path.parent for path in runs.glob(f"*/{NAME}"))
    if not folders:
        raise InputError("holds no run with a journal; there is nothing to make a store from", file=runs)
    aside = store.path.with_name(f"{store.path.name}.broken-{now:%Y%m%dT%H%M%SZ}") if store.path.exists() else None
    kept = _kept(store)
    fresh = store.path.with_name(store.path.name + ".rebuilt")
    _forget(fresh, ("", ".wal"))
    with DuckDBStore(fresh).writing() as connection:
        if kept is not None:
            record_labels(connection, kept.labels)
            for table, rows in kept.tables.items():
                insert_new(connection, table, rows)
    fed, refused = _feed_all(DuckDBStore(fresh), folders)
    store.replace(fresh, aside)
    _forget(fresh, (".lock", ".turn"))
    return Rebuilt(aside, None if kept is None else len(kept.labels), fed, refused)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What people did, brought over."""

    labels: list[Label]
    tables: dict[str, list[Row]]


def _kept(store: DuckDBStore) -> _Kept | None:
    """None: it cannot be read."""
    if not store.path.exists():
        return _Kept([], {})
    try:
        with store.reading() as connection:
            return _Kept(fetch_labels(connection), {table: _rows(connection, table) for table in _OF_PEOPLE})
    except BrokenStoreError:
        return None


def _rows(connection: Connection, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 (our name)
    names = [str(column[0]) for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _feed_all(store: DuckDBStore, folders: list[Path]) -> tuple[dict[str, int], dict[str, str]]:
    fed: dict[str, int] = {}
    refused: dict[str, str] = {}
    for folder in folders:
        try:
            fed[folder.name] = ingest(store, folder)
        except CaveatError as error:
            refused[folder.name] = str(error)
    return fed, refused


def _forget(path: Path, ends: tuple[str, ...]) -> None:
    for end in ends:
        Path(f"{path}{end}").unlink(missing_ok=True)
