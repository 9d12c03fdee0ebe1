"""Whose turn it is at the door: readers together, a writer alone, and nobody overtakes whoever waits.

There are two lock files. Whoever waits for the first holds the second, the turnstile, until they are in: a writer
alone, readers together. So a feeder that has just left queues behind every reader that waits, and a stream of readers
stops for a writer. The kernel lets go of both when a process dies.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import StoreError

_LOOK_EVERY_S = 0.002
"""Short against any visit, so that whoever waits takes the turnstile while the one ahead is still inside."""


@contextmanager
def turn(path: Path, *, exclusive: bool, deadline: float) -> Generator[None]:
    """Inside the block it is this visit's turn at the store of this path.

    Args:
        path: the store's.
        exclusive: alone; else together with others that are not.
        deadline: on the monotonic clock.

    Raises:
        StoreError: somebody else stayed too long, or the lock files cannot be written.
    """
    how = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    with _opened(path.with_name(path.name + ".lock")) as inside:
        with _opened(path.with_name(path.name + ".turn")) as turnstile:
            _take(turnstile, how, path, deadline)
            _take(inside, how, path, deadline)
        yield


@contextmanager
def _opened(path: Path) -> Generator[int]:
    """Closing the file lets go of its lock."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o664)
    except OSError as error:
        raise StoreError(path, f"cannot be opened: {error.strerror}; the store's folder must be writable") from None
    try:
        yield handle
    finally:
        os.close(handle)


def _take(handle: int, how: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreError(path, "another Caveat process kept the store for too long; try again") from None
            time.sleep(_LOOK_EVERY_S)
        else:
            return
