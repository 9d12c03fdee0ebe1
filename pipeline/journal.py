"""A run's journal: one line a finished call, written before anything else is done with it.

The journal is the run's truth. The store is fed from it, and can be fed again.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import orjson

from domain.errors import InputError, RunHeldError

NAME = "journal.jsonl"
Entry = dict[str, Any]
"""One line; its `kind` says what else stands in it (`pipeline/entries.py`)."""


class Sink(Protocol):
    """Where finished calls go at once: the journal, or a worker's way to it."""

    def append(self, entry: Entry) -> None:
        """Take one entry."""
        ...


class Journal:
    """Append-only; held by one process at a time. Use as a context manager."""

    def __init__(self, folder: Path, name: str = NAME) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / name
        self._lock = _hold(folder / "run.lock")
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o664)
        _repair(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sync()
        os.close(self._file)
        os.close(self._lock)

    def append(self, entry: Entry) -> None:
        """Hand one entry to the kernel; a crash of this process loses nothing after that."""
        line = memoryview(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError:
            _repair(self._file)  # the next entry must not stand behind half of this one
            raise

    def sync(self) -> None:
        """Have everything on the disk, against a power cut."""
        os.fsync(self._file)


def read_entries(path: Path, offset: int = 0, most_bytes: int | None = None) -> Iterator[tuple[Entry, int]]:
    """Whole entries from a byte offset on, each with the offset behind it; a torn last line is left for later.

    Raises:
        InputError: a line in the middle is no entry.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(offset)
        end = offset
        while (raw := file.readline()).endswith(b"\n"):
            end += len(raw)
            yield _entry(raw, path, end - len(raw)), end
            if most_bytes is not None and end - offset >= most_bytes:
                return


def _entry(raw: bytes, path: Path, at: int) -> Entry:
    try:
        entry: Entry = orjson.loads(raw)
        if isinstance(entry["kind"], str):
            return entry
    except (orjson.JSONDecodeError, KeyError, TypeError):
        pass
    raise InputError(f"is damaged at byte {at}; the run cannot be continued", file=path)


def is_held(folder: Path) -> bool:
    """Whether a process of this machine is working on the run in this folder."""
    try:
        handle = os.open(folder / "run.lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _hold(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o664)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise RunHeldError(f"{path.parent}: process {holder} is working on this run; wait for it or stop it") from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def _repair(file: int) -> None:
    """Cut off a last line that a crash left unfinished: it was never acknowledged."""
    end = os.fstat(file).st_size
    block = 65536
    at = end
    while at > 0:
        start = max(0, at - block)
        newline = os.pread(file, at - start, start).rfind(b"\n")
        if newline >= 0:
            at = start + newline + 1
            break
        at = start
    if at < end:
        os.ftruncate(file, at)
