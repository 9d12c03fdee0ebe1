"""The one door to the DuckDB file.

DuckDB lets one process open a file at a time, even to read, so nobody holds it: each visit takes a lock file, attaches
the database to an in-memory instance that is kept, does one short transaction, detaches and lets go.
"""

import fcntl
import os
import re
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from domain.errors import StoreError
from pipeline.store.migration import current_version, migrate, newest_version, refuse_newer

_WAIT_S = 20.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.1
_HELD = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_NETWORK = re.compile(r"^(nfs\d?|cifs|smb\w*|afs|ceph|glusterfs|lustre|fuse\.(sshfs|rclone|s3fs|gcsfuse))$")


class DuckDBStore:
    """A store in a file. Cheap to make; nothing is opened before the first visit."""

    def __init__(self, path: Path, *, wait_s: float = _WAIT_S) -> None:
        self.path = path
        self.address = str(path)
        self._wait_s = wait_s
        self._visit = threading.Lock()
        self._instance: duckdb.DuckDBPyConnection | None = None

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
            StoreError: there is no store, it is held by a stranger, or it is of another version.
        """
        if not self.path.exists():
            raise StoreError(self.path, "there is no store yet; `caveat run CONFIG` makes it")
        with self._attached(exclusive=False) as (connection, version):
            if version == newest_version():
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
            StoreError: it is held by a stranger, of a newer version, or on a file system that cannot lock.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_network(self.path)
        with self._attached(exclusive=True) as (connection, version):
            if version < newest_version():
                migrate(connection, self.path)
            connection.begin()
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def _attached(self, *, exclusive: bool) -> Generator[tuple[duckdb.DuckDBPyConnection, int]]:
        deadline = time.monotonic() + self._wait_s
        with (
            self._visit,
            _locked(self.path.with_name(self.path.name + ".lock"), exclusive=exclusive, deadline=deadline),
        ):
            connection = self._connection()
            self._attach(connection, exclusive=exclusive, deadline=deadline)
            try:
                connection.execute("USE store")
                version = current_version(connection, self.path)
                refuse_newer(version, self.path)
                yield connection, version
            finally:
                self._detach(connection)

    def _detach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let go of the file; this is when DuckDB writes its log into it, and so when a full disk is felt."""
        try:
            connection.execute("USE memory")
            connection.execute("DETACH store")
        except duckdb.Error as error:
            self._instance = None  # DuckDB has given the attached database up; the next visit begins afresh
            raise StoreError(self.path, f"cannot be written: {_first_line(error)}") from None

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._instance is None:
            self._instance = duckdb.connect(
                ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
            )
            self._instance.execute("SET enable_progress_bar = false")
            # else a checkpoint inside somebody's commit merges old row groups, for many seconds
            self._instance.execute("SET max_vacuum_tasks = 0")
        return self._instance

    def _attach(self, connection: duckdb.DuckDBPyConnection, *, exclusive: bool, deadline: float) -> None:
        options = "ROW_GROUP_SIZE 10240" if exclusive else "READ_ONLY"
        if not self.path.exists():
            options += ", STORAGE_VERSION 'v1.5.0'"
        quoted = str(self.path).replace("'", "''")
        pause = _FIRST_PAUSE_S
        while True:
            try:
                connection.execute(f"ATTACH '{quoted}' AS store ({options})")
            except duckdb.IOException as error:
                if (held := _HELD.search(str(error))) is None:
                    raise StoreError(self.path, f"cannot be opened: {_first_line(error)}") from None
                if time.monotonic() > deadline:
                    raise StoreError(
                        self.path,
                        f"another program holds the store: {held['program']} (process {held['pid']}); "
                        "close it, then try again",
                    ) from None
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            except duckdb.Error as error:
                raise StoreError(self.path, f"is no store that can be read: {_first_line(error)}") from None
            else:
                return


@contextmanager
def _locked(path: Path, *, exclusive: bool, deadline: float) -> Generator[None]:
    """Hold the lock file; the kernel lets go of it when the process dies."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o664)
    except OSError as error:
        raise StoreError(path, f"cannot be opened: {error.strerror}; the store's folder must be writable") from None
    try:
        pause = _FIRST_PAUSE_S
        while True:
            try:
                fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StoreError(path, "another Caveat process kept the store for too long") from None
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
        yield
    finally:
        os.close(handle)


def _refuse_network(path: Path) -> None:
    """Locks do not hold on most network file systems, and a store without locks is lost sooner or later."""
    kind = _file_system(path.resolve())
    if _NETWORK.match(kind):
        raise StoreError(path, f"lies on a network file system ({kind}); put the store on a local disk")


def _file_system(path: Path) -> str:
    """The kind of file system under the path, as Linux names it; empty where that cannot be told."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, name, *_ = line.split(" ")
        point = point.replace(r"\040", " ")
        if len(point) >= len(best) and path.is_relative_to(point):
            best, kind = point, name
    return kind


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]
