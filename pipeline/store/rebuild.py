"""A store made anew from the runs' journals; the one that was there is kept under another name, whatever its state."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import BrokenStoreError, CaveatError, InputError
from domain.scenario import Label
from pipeline.journal import NAME
from pipeline.store.anchor_readings import lay_out
from pipeline.store.carried import Carried, count_events, fetch_carried, record_carried
from pipeline.store.door import DuckDBStore
from pipeline.store.ingest import ingest
from pipeline.store.labels import fetch_labels, record_labels


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of the store."""

    aside: Path | None
    """Where the file is now that was the store; None where there was none."""
    n_labels: int | None
    """Brought over from it; None: it could not be read."""
    n_events: int | None
    """Of what people did, brought over with all their work; None: it could not be read."""
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
    labels, carried = _kept(store)
    fresh = store.path.with_name(store.path.name + ".rebuilt")
    _forget(fresh, ("", ".wal"))
    with DuckDBStore(fresh).writing() as connection:
        record_labels(connection, labels or [])
        record_carried(connection, carried or {})
    fed, refused = _feed_all(DuckDBStore(fresh), folders)
    with DuckDBStore(fresh).writing() as connection:
        lay_out(connection)
    store.replace(fresh, aside)
    _forget(fresh, (".lock", ".turn"))
    return Rebuilt(
        aside, None if labels is None else len(labels), None if carried is None else count_events(carried), fed, refused
    )


def _kept(store: DuckDBStore) -> tuple[list[Label] | None, Carried | None]:
    """What no journal holds; None where the old file cannot be read."""
    if not store.path.exists():
        return [], {}
    try:
        with store.reading() as connection:
            return fetch_labels(connection), fetch_carried(connection)
    except BrokenStoreError:
        return None, None


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
