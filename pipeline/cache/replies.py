"""The file of kept replies: SQLite, so that several processes can read and write it at once."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cache.kept import Kept, kept_of_row
from pipeline.files.mount import network_kind

Note = Callable[[str], None]
"""Is told, in a sentence, why replies cannot be reused."""

_APPLICATION, _VERSION = 0x43565431, 1
_TABLES = """
    CREATE TABLE reply (key BLOB PRIMARY KEY, run_id TEXT NOT NULL, at TEXT NOT NULL, body BLOB NOT NULL,
                        seal BLOB NOT NULL);
    CREATE INDEX reply_at ON reply (at);
    CREATE TABLE fed (journal TEXT PRIMARY KEY, journal_offset INTEGER NOT NULL);
"""
_WRITE_WAIT_S, _OPEN_WAIT_S, _PAUSE_S = 5.0, 2.0, 0.01
_MOST_AT_ONCE = 2000
"""Old replies removed when the file is opened: more than that would keep a run waiting."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class NotOursError(Exception):
    """The file is sound, but no cache that this version wrote; it is left alone."""


class ReplyFile:
    """Reads on the caller's thread without waiting for writers; writes on one thread at a time.

    Raises:
        sqlite3.Error: the file cannot be opened.
        NotOursError: it is somebody else's.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        with ExitStack() as opened:
            self._writer = None if read_only else opened.enter_context(closing(_connected(path, "rwc", _WRITE_WAIT_S)))
            if self._writer is not None:
                _prepare(self._writer)
            self._reader = opened.enter_context(closing(_connected(path, "ro", 0.0)))
            _check_ours(self._reader)
            self._opened = opened.pop_all()  # from here on for `close` to let go of

    def get(self, key: str) -> Kept | None:
        """The reply under this key, if it is whole."""
        sql = "SELECT run_id, at, body, seal FROM reply WHERE key = ?"
        rows = self._reader.execute(sql, (bytes.fromhex(key),)).fetchall()
        return kept_of_row(key, rows[0]) if rows else None

    def has_any(self, since: str, before: str) -> bool:
        """Whether there is any reply of this time."""
        sql = "SELECT EXISTS (SELECT 1 FROM reply WHERE at >= ? AND at < ?)"
        return bool(self._reader.execute(sql, (since, before)).fetchone()[0])

    def count(self) -> int:
        """How many replies there are."""
        return int(self._reader.execute("SELECT count(*) FROM reply").fetchone()[0])

    def offset(self, journal: str) -> int:
        """How far this journal has been fed into the file."""
        row = self._reader.execute("SELECT journal_offset FROM fed WHERE journal = ?", (journal,)).fetchone()
        return int(row[0]) if row else 0

    def feed(self, found: Sequence[Kept], journal: str, offset: int, oldest: str) -> None:
        """Keep replies and how far the journal was read, and let twice as many go that are too old."""
        with self._transaction() as connection:
            connection.executemany(
                "INSERT INTO reply VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET run_id = excluded.run_id, "
                "at = excluded.at, body = excluded.body, seal = excluded.seal WHERE excluded.at > reply.at",
                [one.row() for one in found],
            )
            connection.execute("INSERT OR REPLACE INTO fed VALUES (?, ?)", (journal, offset))
            _prune(connection, oldest, 2 * len(found))

    def prune(self, oldest: str) -> None:
        """Let go of replies that are too old, but not of so many that anybody waits."""
        with self._transaction() as connection:
            _prune(connection, oldest, _MOST_AT_ONCE)

    def close(self) -> None:
        """Let go of the file."""
        self._opened.close()

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        if self._writer is None:
            raise sqlite3.ProgrammingError("opened to read")
        with self._writer as connection:  # commits, or rolls back
            connection.execute("BEGIN IMMEDIATE")
            yield connection


def open_replies(path: Path, note: Note) -> ReplyFile | None:
    """The file, made where there is none; a damaged one is set aside. None, and a note, where it cannot serve."""
    try:
        _refuse_network(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            try:
                return ReplyFile(path)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                note(
                    f"the cache {path} is damaged ({error}); it was set aside as {set_aside(path)}, and a new one begun"
                )
                return ReplyFile(path)
    except (sqlite3.Error, OSError, NotOursError) as error:
        note(f"the cache {path} cannot be used ({error}); every call of this run is made")
        return None


def is_damage(error: Exception) -> bool:
    """Whether the file itself is broken, and not merely held or out of room."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def set_aside(path: Path) -> str:
    """Rename the file and what SQLite keeps beside it; gives the new name."""
    name = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    for suffix in ("-wal", "-shm", ""):
        if (part := path.with_name(path.name + suffix)).exists():
            part.rename(path.with_name(name + suffix))
    return name


def _refuse_network(path: Path) -> None:
    """What SQLite shares between processes while it writes ahead does not hold there."""
    if (kind := network_kind(path)) is not None:
        raise NotOursError(f"it lies on a network file system, {kind}; name a local one in cache.path")


def _connected(path: Path, mode: str, wait_s: float) -> sqlite3.Connection:
    # reads and writes have a connection each; writes come from one thread after another
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=wait_s,
        isolation_level=None,
        check_same_thread=False,
    )


def _prepare(connection: sqlite3.Connection) -> None:
    """Lay out a new file."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        connection.executescript(
            f"BEGIN; {_TABLES} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION}; COMMIT;"
        )
    _check_ours(connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _check_ours(connection: sqlite3.Connection) -> None:
    found = tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if found != (_APPLICATION, _VERSION):
        raise NotOursError("it is another program's or version's file; name another in cache.path")


def _prune(connection: sqlite3.Connection, oldest: str, most: int) -> None:
    connection.execute(
        "DELETE FROM reply WHERE rowid IN (SELECT rowid FROM reply WHERE at < ? LIMIT ?)", (oldest, most)
    )


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """Nobody else opens, makes or sets aside the file meanwhile."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o664)
    with closing(os.fdopen(handle, "wb")):
        deadline = time.monotonic() + _OPEN_WAIT_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_S)
        yield
