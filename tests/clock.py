"""An event loop on which waiting takes no time, and which counts how long it would have taken."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Clock(asyncio.SelectorEventLoop):
    """An event loop whose time passes only by waiting, at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        ready: Any = getattr(self, "_ready")  # noqa: B009 (no public name)
        scheduled: Any = getattr(self, "_scheduled")  # noqa: B009
        if not ready and scheduled:
            self.now = max(self.now, scheduled[0].when())
        super()._run_once()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def run(story: Callable[[Clock], Coroutine[Any, Any, None]]) -> float:
    """Seconds that passed in the story."""
    with asyncio.Runner(loop_factory=Clock) as runner:
        clock = runner.get_loop()
        assert isinstance(clock, Clock)
        runner.run(story(clock))
        return clock.now - 1000.0
