"""A worker's reports one after another; a wait that is broken off loses none."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from pipeline.cluster.parcel import Report


class News:
    """What comes from a worker.

    Args:
        pull: gives the next report; must not be called again before it has.
    """

    def __init__(self, pull: Callable[[], Coroutine[Any, Any, Report]]) -> None:
        self._pull = pull
        self._coming: asyncio.Task[Report] | None = None

    async def next(self) -> Report:
        """The next report. If the wait is cancelled, whoever asks then has the same one."""
        if self._coming is None:
            self._coming = asyncio.create_task(self._pull())
        report = await asyncio.shield(self._coming)
        self._coming = None
        return report

    def drop(self) -> None:
        """Nobody asks any more."""
        if self._coming is not None:
            self._coming.add_done_callback(_pass_over)
            self._coming.cancel()


def _pass_over(task: asyncio.Task[Report]) -> None:
    """Retrieve the fault, which asyncio would else complain of."""
    if not task.cancelled():
        task.exception()
