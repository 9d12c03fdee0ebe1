"""Ctrl-C, SIGTERM or a press of the button once: begin nothing more, finish what is under way. Twice: at once."""

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count

Stopping = Callable[[], AbstractContextManager[asyncio.Event]]
"""Entered by what is to be stopped, in its own loop: an event that is set when nothing more is to be begun."""


@contextmanager
def stop_on_signals() -> Generator[asyncio.Event]:
    """An event that the first signal sets, if nothing else did; the second cancels the current task. Outside the main
    thread, where no signal arrives, the event is set by others alone."""
    loop, (stop, hear) = asyncio.get_running_loop(), _stoppable()
    heard: list[signal.Signals] = []
    with suppress(ValueError, RuntimeError, NotImplementedError):
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, hear)
            heard.append(one)
    try:
        yield stop
    finally:
        for one in heard:
            loop.remove_signal_handler(one)


class StopButton:
    """The same for work in another thread, where no signal arrives: whoever waits for it presses."""

    def __init__(self) -> None:
        self._hear: Callable[[], object] | None = None
        self._n_early = 0

    def press(self) -> None:
        """Once, twice; before the work has come to its loop, it is heard when it does."""
        if self._hear is None:
            self._n_early += 1
        else:
            self._hear()

    @contextmanager
    def stopping(self) -> Generator[asyncio.Event]:
        """As `stop_on_signals`."""
        loop, (stop, hear) = asyncio.get_running_loop(), _stoppable()
        self._hear = lambda: loop.call_soon_threadsafe(hear)
        for _ in range(self._n_early):
            hear()
        try:
            yield stop
        finally:
            self._hear = None


def _stoppable() -> tuple[asyncio.Event, Callable[[], None]]:
    """An event, and what sets it; called again, it cancels the current task."""
    stop, task, n_heard = asyncio.Event(), asyncio.current_task(), count(1)

    def hear() -> None:
        if next(n_heard) > 1 and task is not None:
            task.cancel()
        stop.set()

    return stop, hear
