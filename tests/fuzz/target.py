"""A parser under test: what it begins from, and how it must end."""

import signal
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import orjson

from domain.errors import InputError

LONGEST_S = 1.0
"""Of CPU, for any input."""


class TooSlowError(AssertionError):
    """A parser took longer than it may."""


@dataclass(frozen=True)
class Target:
    """A parser; it gives a value, or raises an `InputError`."""

    name: str
    suffix: str
    seeds: list[bytes]
    parse: Callable[[Path], object]
    is_yaml: bool = False

    def feed(self, content: bytes) -> None:
        """Whatever the content, it ends soon, as a value or the documented error."""
        with tempfile.TemporaryDirectory() as folder, in_time():
            path = Path(folder) / f"it{self.suffix}"
            path.write_bytes(content)
            with suppress(InputError):
                self.parse(path)


@contextmanager
def in_time() -> Generator[None]:
    """Raises inside the block when its CPU time is used up, however deep it is."""

    def over(_: int, __: FrameType | None) -> None:
        raise TooSlowError(f"more than {LONGEST_S:g} s of CPU")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def lines(*rows: object) -> bytes:
    """JSON, one a line."""
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def table(row: dict[str, str]) -> bytes:
    """CSV of one row under its header."""
    return ",".join(row).encode() + b"\n" + ",".join(row.values()).encode() + b"\n"
