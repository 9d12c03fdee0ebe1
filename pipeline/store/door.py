"""The one door to the DuckDB file.

DuckDB lets one process open a file at a time, even to read, so nobody holds it: each visit waits for its turn, attaches
the database to an in-memory instance that is kept, does one short transaction, detaches and lets go.
"""

import ctypes
import os
import re
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from domain.errors import BrokenStoreError, HeldStoreError, StoreError
from pipeline.files.mount import network_kind
from pipeline.store.copying import copy_in, copy_out
from pipeline.store.migration import current_version, migrate, newest_version, refuse_newer
from pipeline.store.turnstile import turn

_WAIT_S = 20.0
_FRESH_EVERY = 1000
"""Visits, after which the instance is made anew: DuckDB keeps some KiB of each database that it attached and let go,
which a server that runs for months would feel; a new one takes about 50 ms."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.1
_HELD = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_BROKEN = re.compile(
    r"not a valid DuckDB|Could not read enough bytes|Corrupt database|Failed to (load|deserialize)|WAL does not match"
)

_DISK = (duckdb.IOException, duckdb.FatalException, duckdb.TransactionException)
"""How a full or failing disk is felt half-way; two transactions never meet, so none fails for another reason."""


class DuckDBStore:
    """A store in a file. Cheap to make; nothing is opened before the first visit."""

    def __init__(self, path: Path, *, wait_s: float = _WAIT_S) -> None:
        self.path = path
        self.address = str(path)
        self._wait_s = wait_s
        self._visit = threading.Lock()
        self._instance: duckdb.DuckDBPyConnection | None = None
        self._n_visits = 0

    def exists(self) -> bool:
        """Whether there is a file yet."""
        return self.path.exists()

    def check_rights(self) -> None:
        """Look whether the file, and its folder for the log and the lock, can be written."""
        here = next(folder for folder in self.path.parents if folder.exists())
        if not here.is_dir() or not os.access(here, os.W_OK | os.X_OK):
            raise StoreError(self.path, f"{here} is no folder that this user may write to; name another")
        if self.path.exists() and not os.access(self.path, os.R_OK | os.W_OK):
            raise StoreError(self.path, "may not be read and written by this user; change its owner or mode")

    @contextmanager
    def reading(self) -> Generator[duckdb.DuckDBPyConnection]:
        """One read. The connection is valid inside the block only.

        Raises:
            StoreError: there is no store, it is held by a stranger, broken, or of another version.
        """
        if not self.path.exists():
            raise StoreError(self.path, "there is no store yet; `caveat run CONFIG` makes it")
        with self._turn(exclusive=False) as deadline, self._attached(self.path, "READ_ONLY", deadline) as connection:
            if self._version(connection) == newest_version():
                yield connection
                return
        with self.writing():  # an older store is brought forward once
            pass
        with self.reading() as connection:
            yield connection

    @contextmanager
    def writing(self, turn: str = "any") -> Generator[duckdb.DuckDBPyConnection]:  # noqa: ARG002 (all take turns)
        """One transaction: committed when the block ends, rolled back when it raises. Only one goes on at a time,
        whatever its turn.

        Raises:
            StoreError: it is held by a stranger, broken, of a newer version, or on a file system that cannot lock.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_network(self.path)
        with self._turn(exclusive=True) as deadline:
            if not self.path.exists():
                self._make(deadline)
            # small row groups: the last one is written anew by every visit that adds to it
            with self._attached(self.path, "ROW_GROUP_SIZE 10240", deadline) as connection:
                if (version := self._version(connection)) < newest_version():
                    self._bring_forward(connection, version)
                with _transaction(connection):
                    yield connection

    def replace(self, fresh: Path, aside: Path | None) -> None:
        """Put another store's file in the place of this one's, which is kept under another name.

        Args:
            fresh: the other's; nobody uses it any more.
            aside: the other name; None where there was no store.

        Raises:
            StoreError: somebody stayed at the door too long, or a stranger holds the file.
        """
        with self._turn(exclusive=True) as deadline:
            if aside is not None:
                self._refuse_holder(deadline)
                with suppress(FileNotFoundError):  # of a broken file: belongs to the one that goes
                    Path(f"{self.path}.wal").replace(f"{aside}.wal")
                aside.hardlink_to(self.path)  # not moved: there is a store at every moment
            fresh.replace(self.path)

    def fill(self, source: Path) -> None:
        """Make this store, which is not there yet, out of another one's file, in today's schema.

        Raises:
            StoreError: the file is damaged, held, no store, or of a newer version.
        """
        with (
            self._turn(exclusive=True) as deadline,
            self._attached(self.path, "STORAGE_VERSION 'v1.5.0'", deadline) as connection,
        ):
            try:
                copy_in(connection, source)
            except duckdb.Error as error:
                raise StoreError(source, f"cannot be brought over: {_first_line(error)}") from None
            version = current_version(connection, source)
            refuse_newer(version, source)
            if version == 0:
                raise StoreError(source, "is not a store of Caveat; it is empty")
            migrate(connection, self.path)

    def _refuse_holder(self, deadline: float) -> None:
        """A stranger who holds the file would go on writing to it after it was moved aside. Opening it also writes into
        it what a kill may have left in its log."""
        try:
            with self._attached(self.path, "ROW_GROUP_SIZE 10240", deadline):
                pass
        except HeldStoreError:
            raise
        except StoreError:
            pass  # broken: it is moved aside as it is

    def _bring_forward(self, connection: duckdb.DuckDBPyConnection, version: int) -> None:
        """To today's schema, once a copy of how it was is kept beside; an empty database has nothing to keep."""
        kept = self.path.with_name(f"{self.path.name}.schema-{version:04d}")
        try:
            if version > 0:
                copy_out(connection, kept)
        except (duckdb.Error, OSError) as error:
            problem = f"is of an older schema, and no copy could be kept before it is changed: {_first_line(error)}"
            raise StoreError(self.path, f"{problem}; make room or mend the file, nothing was changed") from None
        migrate(connection, self.path)

    def _make(self, deadline: float) -> None:
        """Make the store under another name first: a full disk or a kill on the way leaves no half of one behind."""
        new = self.path.with_name(self.path.name + ".new")
        for end in ("", ".wal"):
            Path(f"{new}{end}").unlink(missing_ok=True)
        with self._attached(new, "STORAGE_VERSION 'v1.5.0'", deadline) as connection:
            migrate(connection, new)
        new.replace(self.path)

    @contextmanager
    def _turn(self, *, exclusive: bool) -> Generator[float]:
        """Wait for this visit's turn, among threads and then among processes; gives the deadline."""
        deadline = time.monotonic() + self._wait_s
        if not self._visit.acquire(timeout=self._wait_s):
            raise StoreError(self.path, "another part of this process kept the store for too long; try again")
        try:
            with turn(self.path, exclusive=exclusive, deadline=deadline):
                yield deadline
        finally:
            self._visit.release()

    @contextmanager
    def _attached(self, path: Path, options: str, deadline: float) -> Generator[duckdb.DuckDBPyConnection]:
        connection = self._connection()
        self._attach(connection, path, options, deadline)
        try:
            connection.execute("USE store")
            yield connection
        except BaseException as error:
            with suppress(StoreError):  # what went wrong first is what is said
                self._detach(connection)
            if isinstance(error, _DISK) or (isinstance(error, duckdb.Error) and _BROKEN.search(str(error))):
                raise self._trouble(error) from None
            raise
        self._detach(connection)

    def _attach(self, connection: duckdb.DuckDBPyConnection, path: Path, options: str, deadline: float) -> None:
        quoted = str(path).replace("'", "''")
        pause = _FIRST_PAUSE_S
        while True:
            try:
                connection.execute(f"ATTACH '{quoted}' AS store (TYPE duckdb, {options})")
            except duckdb.Error as error:
                if (held := _HELD.search(str(error))) is None:
                    raise self._trouble(error) from None
                if time.monotonic() > deadline:
                    raise HeldStoreError(
                        self.path,
                        f"another program holds the store: {held['program']} (process {held['pid']}); "
                        "close it, then try again",
                    ) from None
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            else:
                return

    def _detach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let go of the file; this is when DuckDB writes its log into it, and so when a full disk is felt."""
        try:
            connection.execute("USE memory")
            connection.execute("DETACH store")
        except duckdb.Error as error:
            self._instance = None  # DuckDB has given the attached database up; the next visit begins afresh
            raise StoreError(self.path, f"cannot be written: {_first_line(error)}") from None

    def _connection(self) -> duckdb.DuckDBPyConnection:
        self._n_visits += 1
        if self._instance is not None and self._n_visits % _FRESH_EVERY == 0:
            self._instance.close()  # nothing is attached between visits
            self._instance = None
            _give_back()
        if self._instance is None:
            self._instance = in_memory()
            # else a checkpoint inside somebody's commit merges old row groups, for many seconds
            self._instance.execute("SET max_vacuum_tasks = 0")
        return self._instance

    def _version(self, connection: duckdb.DuckDBPyConnection) -> int:
        version = current_version(connection, self.path)
        refuse_newer(version, self.path)
        return version

    def _trouble(self, error: duckdb.Error) -> StoreError:
        said = _first_line(error)
        if _BROKEN.search(said) is None:
            return StoreError(self.path, f"cannot be used: {said}")
        return BrokenStoreError(
            self.path,
            f"is broken ({said}). What candidates and judges said is whole in the runs' journals: `caveat store "
            "rebuild` makes the store anew from them, and moves this file aside. What people did comes back from a "
            "backup: `caveat store restore BACKUP`, which feeds the journals as well",
        )


def _give_back() -> None:
    """Have the C library return what was freed, where it can (glibc): else it keeps the most that was ever used."""
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def in_memory() -> duckdb.DuckDBPyConnection:
    """A database in memory that asks no network for anything and prints nothing."""
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    with suppress(duckdb.InvalidInputException):  # in Jupyter without ipywidgets, where there is no bar, it is refused
        connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Generator[None]:
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):  # a commit that fails has rolled back, or DuckDB has given the database up
            connection.rollback()
        raise


def tells_of_damage(error: duckdb.Error) -> bool:
    """Whether it is the store's file that cannot be read, not something else that went wrong in a visit."""
    return _BROKEN.search(str(error)) is not None


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]


def _refuse_network(path: Path) -> None:
    """Locks do not hold on most network file systems, and a store without locks is lost sooner or later."""
    if (kind := network_kind(path)) is not None:
        raise StoreError(path, f"lies on a network file system ({kind}); put the store on a local disk")
