"""Which runs are compared: those that are named, and those that began on some days."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import InputError
from pipeline.store.connection import Connection
from pipeline.store.questions import fetch_run_ids
from pipeline.store.results import fetch_run


@dataclass(frozen=True, slots=True)
class Window:
    """Days are UTC, and both count."""

    runs: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def has_days(self) -> bool:
        """Whether days say which runs."""
        return self.since is not None or self.until is not None

    @property
    def days(self) -> str:
        """In words."""
        if self.since is None:
            return f"on {self.until} or before"
        if self.until is None:
            return f"on {self.since} or after"
        return f"on {self.since}" if self.since == self.until else f"from {self.since} to {self.until}"


NEWEST = Window()
"""Nothing is named: whoever asks takes the newest run."""


def fetch_window(connection: Connection, window: Window) -> list[str]:
    """The runs, each once.

    Raises:
        InputError: a run that is named is not there, or none began on these days.
    """
    for run_id in window.runs:
        fetch_run(connection, run_id)
    if not window.has_days:
        return list(dict.fromkeys(window.runs))
    since = "" if window.since is None else window.since.isoformat()
    before = "9999" if window.until is None else (window.until + timedelta(days=1)).isoformat()
    found = fetch_run_ids(connection, since, before)
    if not found:
        raise InputError(f"no run began {window.days}")
    return list(dict.fromkeys([*window.runs, *found]))
