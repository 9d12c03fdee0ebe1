"""A run worked off in a thread, in a loop of its own: a notebook's loop is running already, and a script's signals are
its own."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from functools import partial
from typing import TypeVar

from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.run import Connect, Means, RunResult
from pipeline.stop import StopButton
from pipeline.watching.watch import watcher

R = TypeVar("R")

_LOOK_EVERY_S = 0.2
"""A wait without an end is not broken off by a signal that another thread received."""


def run_apart(begin: Callable[..., RunResult], connect: Connect, *, progress: bool) -> RunResult:
    """Have a run begin, or go on, and wait for it.

    Args:
        begin: `run_batch` with everything but its means and whom it tells.
        connect: where its clients come from.
        progress: say on stderr how it goes.

    Raises:
        KeyboardInterrupt: it was interrupted a second time.
    """
    button = StopButton()
    begin = partial(begin, means=Means(connect, stopping=button.stopping))

    def watched() -> RunResult:
        with watcher(sys.stderr) as watch:
            return begin(watch=watch)

    return apart(watched if progress else begin, button)


def batch_road(*, wait: bool) -> Connect:
    """Clients by the providers' batch APIs; without `wait`, what is not there yet is left for another time."""
    return partial(BatchClients, terms=Terms(wait=wait, say=_say))


def apart(work: Callable[[], R], button: StopButton) -> R:
    """Wait for the work. An interrupt presses the button; the second lets the work end at once.

    Raises:
        KeyboardInterrupt: the work was interrupted a second time.
    """
    with ThreadPoolExecutor(1, "caveat") as pool:
        under_way = pool.submit(work)
        while not under_way.done():
            try:
                wait_for([under_way], _LOOK_EVERY_S)
            except KeyboardInterrupt:
                button.press()
        return under_way.result()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
