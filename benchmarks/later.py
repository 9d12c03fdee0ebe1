"""The command line on another day: `python -m benchmarks.later FILE …`, where FILE holds the days to move on by.

The file is read whenever somebody asks for the time, so that a server that has been running for a minute can live
through a year. Time-outs and turns are measured on a clock of their own and take what they take.
"""

import datetime as dt
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pydantic
from pydantic_core import core_schema

_TAKE_THE_REAL_KIND = (duckdb, orjson, pydantic)
"""They look for dates of the real kind, and so are loaded before ours stands in for it."""
_real = dt.datetime


class _IsReal(type):
    """What the real clock made is of our kind as well."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _real)


class _Later(_real, metaclass=_IsReal):
    """The same, but that now is later; what it makes is of the real kind."""

    days_file = Path()

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:  # noqa: ANN401 (of the real kind)
        return _real.now(tz) + dt.timedelta(days=int(cls.days_file.read_text(encoding="ascii")))

    @classmethod
    def fromisoformat(cls, date_string: str, /) -> Any:  # noqa: ANN401
        return _real.fromisoformat(date_string)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        return core_schema.datetime_schema()


def main() -> None:
    """As `caveat`; at its end the peak of its memory, in KiB, stands beside the file."""
    _Later.days_file = Path(sys.argv.pop(1))
    dt.datetime = _Later
    from pipeline.cli import main as caveat  # noqa: PLC0415 (its modules take the clock that they find)

    try:
        caveat()
    finally:
        with suppress(OSError):
            status = Path("/proc/self/status").read_text(encoding="ascii")
            _Later.days_file.with_suffix(".peak").write_text(status.partition("VmHWM:")[2].split()[0], encoding="ascii")


if __name__ == "__main__":
    main()
