"""A backup while people work, and a store out of one."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from domain.errors import InputError, StoreError
from pipeline.store.connection import Connection
from pipeline.store.copying import copy_out, forget
from pipeline.store.door import DuckDBStore, tells_of_damage
from pipeline.store.events import Head, fetch_head
from pipeline.store.rebuild import feed_all, journalled
from pipeline.store.soundness import refuse_broken_chain


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    n_runs: int
    head: Head
    """The last of the events that people did: its place is their number."""
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a store is that came out of a backup."""

    aside: Path | None
    """Where the file is now that was the store; None where there was none."""
    head: Head
    entries: dict[str, int]
    """Number of journal entries fed that the backup did not hold yet, by run."""
    refused: dict[str, str]
    """Runs that could not be fed, or not to their end, and why."""


def back_up(store: DuckDBStore, target: Path) -> BackedUp:
    """Copy the store as it stands at one moment. Readers go on meanwhile; who writes waits for the end of it.

    Args:
        store: brought to today's schema first, if it is of an older one.
        target: there whole afterwards, or not at all.

    Raises:
        InputError: the target is there already.
        StoreError: the store cannot be read, or the target not be written.
    """
    if target.exists():
        raise InputError("is there already, and a backup writes over nothing; give another name", file=target)
    if not target.parent.is_dir():
        raise InputError("is no folder; make it, or name another", file=target.parent)
    with store.reading() as connection:
        try:
            copy_out(connection, target)
        except OSError as error:
            raise StoreError(target, f"cannot be written: {error.strerror or error}") from None
        except duckdb.IOException as error:
            if tells_of_damage(error):
                raise
            raise StoreError(target, f"cannot be written: {str(error).splitlines()[0]}") from None
        return BackedUp(_count_runs(connection), fetch_head(connection), target.stat().st_size)


def restore(store: DuckDBStore, source: Path, runs: Path, now: datetime) -> Restored:
    """Put a backup in the store's place, with what the journals know more; killed on the way, nothing has changed.

    Args:
        store: sound, broken or not there; kept under another name.
        source: the backup; only read.
        runs: the folder of the runs' folders.
        now: goes into the name of the file that is moved aside.

    Raises:
        InputError: there is no such file.
        StoreError: the backup is damaged or of a newer version, or somebody holds the store.
    """
    if not source.is_file():
        raise InputError("is no file; expected a backup that `caveat store backup` made", file=source)
    aside = store.path.with_name(f"{store.path.name}.replaced-{now:%Y%m%dT%H%M%S%fZ}") if store.path.exists() else None
    store.path.parent.mkdir(parents=True, exist_ok=True)
    beside = store.path.with_name(store.path.name + ".restored")
    forget(beside)
    fresh = DuckDBStore(beside)
    try:
        fresh.fill(source)
        with fresh.reading() as connection:
            refuse_broken_chain(connection, source)
            head = fetch_head(connection)
        fed, refused = feed_all(fresh, journalled(runs))
        store.replace(beside, aside)
    finally:
        forget(beside)
        for end in (".lock", ".turn"):
            Path(f"{beside}{end}").unlink(missing_ok=True)
    return Restored(aside, head, {run_id: n for run_id, n in fed.items() if n}, refused)


def _count_runs(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM run").fetchone()
    return int(row[0]) if row else 0
