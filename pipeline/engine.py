"""Works off jobs that give rise to other jobs, with a bounded number in flight and a bounded number begun.

Knows nothing of scenarios or judges. Each lane (one candidate's or one judge's endpoint) has its own workers, so a slow
endpoint does not take another's. New families are begun only as others end, so memory does not grow with the run, and a
lane that never answers holds up the rest once twice as many families wait for it as there are workers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Job:
    """A piece of work on a lane; what it returns is worked off next."""

    lane: str
    work: Callable[[], Awaitable[list["Job"]]]


@dataclass(slots=True)
class _Family:
    """A first job and all that came of it."""

    pending: int = 1


@dataclass(slots=True)
class _State:
    starts: Iterator[Job]
    lanes: Mapping[str, asyncio.Queue[tuple[Job, _Family]]]
    stop: asyncio.Event
    n_open: int = 0
    n_busy: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Begin the next family, or find that there is none."""
        job = None if self.stop.is_set() else next(self.starts, None)
        if job is not None:
            self.n_open += 1
            self.lanes[job.lane].put_nowait((job, _Family()))
        elif self.n_open == 0:
            self.done.set()

    def finish(self, family: _Family, follow_ups: list[Job]) -> None:
        """A job is done: queue what came of it; when a family has ended, another may begin."""
        self.n_busy -= 1
        family.pending += len(follow_ups) - 1
        for job in follow_ups:
            self.lanes[job.lane].put_nowait((job, family))
        if family.pending == 0:
            self.n_open -= 1
            self.begin()
        if self.stop.is_set() and self.n_busy == 0:
            self.done.set()


async def work_off(starts: Iterator[Job], workers: Mapping[str, int], stop: asyncio.Event | None = None) -> None:
    """Run until every start and all that came of it is done. A job that raises ends everything.

    Args:
        starts: the first job of each family; taken one by one as there is room.
        workers: lanes, and how many jobs each works on at once.
        stop: once set, no job is begun any more; those under way are finished.
    """
    state = _State(starts, {lane: asyncio.Queue() for lane in workers}, stop or asyncio.Event())
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_worker(state, lane)) for lane, n in workers.items() for _ in range(n)]
            tasks.append(group.create_task(_watch_for_stop(state)))
            for _ in range(2 * sum(workers.values())):
                state.begin()
            await state.done.wait()
            for task in tasks:
                task.cancel()
    except ExceptionGroup as group:
        raise group.exceptions[0] from None  # the first is why the others were cancelled


async def _watch_for_stop(state: _State) -> None:
    await state.stop.wait()
    if state.n_busy == 0:
        state.done.set()


async def _worker(state: _State, lane: str) -> None:
    queue = state.lanes[lane]
    while not state.stop.is_set():
        job, family = await queue.get()
        if state.stop.is_set():
            return
        state.n_busy += 1
        state.finish(family, await job.work())
        await asyncio.sleep(0)  # a queue with something in it does not yield, and embedded judges never wait
