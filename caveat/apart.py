"""Work that needs a loop of its own, done in a thread: a notebook's own loop is running, and a script's signals are its
own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pipeline.stop import StopButton

R = TypeVar("R")


def apart(work: Callable[[], R], button: StopButton) -> R:
    """Wait for the work. An interrupt presses the button; the second lets the work end at once.

    Raises:
        KeyboardInterrupt: the work was interrupted a second time.
    """
    with ThreadPoolExecutor(1, "caveat") as pool:
        under_way = pool.submit(work)
        while True:
            try:
                return under_way.result()
            except KeyboardInterrupt:
                if under_way.done():
                    raise
                button.press()
