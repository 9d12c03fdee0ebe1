"""A server on loopback in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

End = Callable[[], Awaitable[None]]


@contextmanager
def in_thread(begin: Callable[[], Awaitable[End]]) -> Generator[None]:
    """Serve until the block ends.

    Args:
        begin: starts the server, on the thread's event loop, and gives what ends it.
    """
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        end = await begin()
        ready.set()
        await stop.wait()
        await end()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
