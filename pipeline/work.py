"""What an engine is given to work off, and the engine that does so in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from domain.item import Item
from domain.routing import Clearance
from judges.client import ModelClient
from judges.judge import Judge
from pipeline.batch import Batch
from pipeline.cache.reuse import Reusable
from pipeline.engine import work_off
from pipeline.inputs import Inputs
from pipeline.items import Source, items_of
from pipeline.journal import Sink
from pipeline.prices import Prices
from pipeline.progress import Progress


@dataclass(frozen=True, slots=True)
class Work:
    """A run's items, and all that is needed to bring them to the journal."""

    run_id: str
    inputs: Inputs
    limit: int | None
    n_items: int
    judges: Sequence[Judge]
    answering: Mapping[str, ModelClient]
    """Candidates' and judges' clients, by their lane."""
    prices: Prices
    cap_usd: float | None
    journal: Sink
    progress: Progress
    stop: asyncio.Event
    n_in_flight: dict[str, int]
    """By candidate and judge, for whoever watches; an engine that asks elsewhere keeps it up itself."""
    clearance: Callable[[], Clearance]
    """What may clear at this moment."""
    reusable: Reusable | None
    """Earlier runs' replies, for an engine that asks elsewhere; `answering` gives them as it is."""
    more: Callable[[asyncio.Event], Awaitable[bool]]
    """Waits for what comes later, where items were left open for it; whether there may be more to do by now."""

    def items(self) -> Iterator[tuple[Item, Source]]:
        """In their order, read as they are needed."""
        return islice(items_of(self.run_id, self.inputs), self.limit)


Engine: TypeAlias = Callable[[Work], Awaitable[None]]
"""Returns when every item is finished, the stop is set and nothing is under way, or the money is spent."""


async def work_here(work: Work) -> None:
    """Work everything off in this process."""
    batch = Batch(work.inputs, work.journal, work.progress, work.judges, work.answering, work.stop, work.clearance)
    await work_off(batch.jobs(work.items()), batch.lanes(), work.stop, batch.pools())
    while batch.waits and await work.more(work.stop):
        await work_off(batch.jobs(work.items()), batch.lanes(), work.stop, batch.pools())
