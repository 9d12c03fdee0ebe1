"""Ctrl-C or SIGTERM once: begin nothing more, finish what is under way. Twice: at once."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from itertools import count


@contextmanager
def stop_on_signals() -> Generator[asyncio.Event]:
    """An event that the first signal sets, if nothing else did; the second cancels the current task. Outside the main
    thread, where no signal arrives, the event is set by others alone."""
    loop, stop, task = asyncio.get_running_loop(), asyncio.Event(), asyncio.current_task()
    n_heard = count(1)

    def hear() -> None:
        if next(n_heard) > 1 and task is not None:
            task.cancel()
        stop.set()

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
