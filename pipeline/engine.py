"""Works off jobs that give rise to other jobs, with a bounded number in flight and a bounded number begun.

Knows nothing of scenarios or judges. Each lane (one candidate's or one judge's endpoint) has a limit of its own, and
lanes of one pool (one provider) share a number of workers, oldest job first. New families are begun only as others
end, so memory does not grow with the run; a lane that never answers holds up its pool at most, until twice as many
families wait for it as there are workers.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True)
class Job:
    """A piece of work on a lane; what it returns is worked off next."""

    lane: str
    work: Callable[[], Awaitable[list["Job"]]]


@dataclass(frozen=True, slots=True)
class Lane:
    """How many of its jobs may be worked on at once, and with which other lanes it shares workers."""

    most: int
    pool: str


@dataclass(slots=True)
class _Family:
    """A first job and all that came of it."""

    pending: int = 1


@dataclass(slots=True)
class _Line:
    """A lane's jobs: waiting, and how many are worked on."""

    most: int
    waiting: deque[tuple[int, Job, _Family]] = field(default_factory=deque[tuple[int, Job, _Family]])
    n_busy: int = 0

    @property
    def has_work(self) -> bool:
        return bool(self.waiting) and self.n_busy < self.most


@dataclass(slots=True)
class _Pool:
    """Lanes that share workers."""

    n_workers: int
    lines: list[_Line] = field(default_factory=list[_Line])
    idle: deque[asyncio.Future[None]] = field(default_factory=deque[asyncio.Future[None]])

    def take(self) -> tuple[_Line, Job, _Family] | None:
        """The job that has waited longest in a lane with room; None where there is none."""
        line = min((one for one in self.lines if one.has_work), key=lambda one: one.waiting[0][0], default=None)
        if line is None:
            return None
        line.n_busy += 1
        _, job, family = line.waiting.popleft()
        return line, job, family

    def wake(self) -> None:
        """There may be work for one more."""
        if self.idle and not (sleeper := self.idle.popleft()).done():
            sleeper.set_result(None)


@dataclass(slots=True)
class _State:
    starts: Iterator[Job]
    lines: Mapping[str, _Line]
    pools: Mapping[str, _Pool]
    pool_of: Mapping[str, _Pool]
    stop: asyncio.Event
    n_open: int = 0
    n_busy: int = 0
    numbers: Iterator[int] = field(default_factory=count)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Begin the next family, or find that there is none."""
        job = None if self.stop.is_set() else next(self.starts, None)
        if job is not None:
            self.n_open += 1
            self._put(job, _Family())
        elif self.n_open == 0:
            self.done.set()

    def finish(self, family: _Family, follow_ups: list[Job]) -> None:
        """A job is done: queue what came of it; when a family has ended, another may begin."""
        self.n_busy -= 1
        family.pending += len(follow_ups) - 1
        for job in follow_ups:
            self._put(job, family)
        if family.pending == 0:
            self.n_open -= 1
            self.begin()
        if self.stop.is_set() and self.n_busy == 0:
            self.done.set()

    def _put(self, job: Job, family: _Family) -> None:
        line = self.lines[job.lane]
        line.waiting.append((next(self.numbers), job, family))
        if line.has_work:
            self.pool_of[job.lane].wake()


async def work_off(
    starts: Iterator[Job],
    lanes: Mapping[str, Lane],
    stop: asyncio.Event | None = None,
    pools: Mapping[str, int] | None = None,
) -> None:
    """Run until every start and all that came of it is done. A job that raises ends everything.

    Args:
        starts: the first job of each family; taken one by one as there is room.
        lanes: their limits, by name.
        stop: once set, no job is begun any more; those under way are finished.
        pools: how many jobs a pool works on at once; the sum of its lanes' limits where it is not named.
    """
    state = _state(starts, lanes, pools or {}, stop or asyncio.Event())
    n_workers = sum(pool.n_workers for pool in state.pools.values())
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_worker(state, pool)) for pool in state.pools.values() for _ in range(pool.n_workers)
            ]
            tasks.append(group.create_task(_watch_for_stop(state)))
            for _ in range(2 * n_workers):
                state.begin()
            await state.done.wait()
            for task in tasks:
                task.cancel()
    except ExceptionGroup as group:
        raise group.exceptions[0] from None  # the first is why the others were cancelled


def _state(starts: Iterator[Job], lanes: Mapping[str, Lane], sizes: Mapping[str, int], stop: asyncio.Event) -> _State:
    lines = {name: _Line(lane.most) for name, lane in lanes.items()}
    pools: dict[str, _Pool] = {}
    for name, lane in lanes.items():
        pool = pools.setdefault(lane.pool, _Pool(0))
        pool.lines.append(lines[name])
        pool.n_workers = min(pool.n_workers + lane.most, sizes.get(lane.pool, pool.n_workers + lane.most))
    return _State(starts, lines, pools, {name: pools[lane.pool] for name, lane in lanes.items()}, stop)


async def _watch_for_stop(state: _State) -> None:
    await state.stop.wait()
    if state.n_busy == 0:
        state.done.set()


async def _worker(state: _State, pool: _Pool) -> None:
    while not state.stop.is_set():
        if (taken := pool.take()) is None:
            sleeper = asyncio.get_running_loop().create_future()
            pool.idle.append(sleeper)
            await sleeper
            continue
        line, job, family = taken
        state.n_busy += 1
        follow_ups = await job.work()
        line.n_busy -= 1
        state.finish(family, follow_ups)
        if line.has_work:  # this worker may go on with an older job of another lane
            pool.wake()
        await asyncio.sleep(0)  # a worker that finds work does not yield, and embedded judges never wait
