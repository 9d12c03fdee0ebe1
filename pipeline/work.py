"""What an engine is given to work off, and the engine that does so in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from domain.item import Item
from judges.judge import Judge
from pipeline.batch import Batch
from pipeline.engine import work_off
from pipeline.inputs import Inputs
from pipeline.items import Source
from pipeline.journal import Sink
from pipeline.panel import ClientSource
from pipeline.prices import Prices
from pipeline.progress import Progress


@dataclass(frozen=True, slots=True)
class Work:
    """A run's items, and all that is needed to bring them to the journal."""

    inputs: Inputs
    items: Iterator[tuple[Item, Source]]
    n_items: int
    judges: Sequence[Judge]
    clients: ClientSource
    prices: Prices
    cap_usd: float | None
    journal: Sink
    progress: Progress
    stop: asyncio.Event


Engine: TypeAlias = Callable[[Work], Awaitable[None]]
"""Returns when every item is finished, the stop is set and nothing is under way, or the money is spent."""


async def work_here(work: Work) -> None:
    """Work everything off in this process."""
    asked = {one.candidate_id: work.clients.for_candidate(one) for one in work.inputs.config.candidates}
    batch = Batch(work.inputs, work.journal, work.progress, work.judges, asked, work.stop)
    await work_off(batch.jobs(work.items), batch.lanes(), work.stop, batch.pools())
