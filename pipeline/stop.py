"""Ctrl-C or SIGTERM once: begin nothing more, finish what is under way. Twice: at once."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress


@contextmanager
def stop_on_signals() -> Generator[asyncio.Event]:
    """An event that the first signal sets; the second cancels the current task. Outside the main thread, where no
    signal arrives, the event is simply never set."""
    loop, stop, task = asyncio.get_running_loop(), asyncio.Event(), asyncio.current_task()

    def hear() -> None:
        if stop.is_set() and task is not None:
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
