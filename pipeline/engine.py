"""Works off jobs that give rise to other jobs, with a bounded number in flight and a bounded number begun.

Knows nothing of scenarios or judges. Each lane (one candidate's or one judge's endpoint) has a limit of its own, and
lanes of one pool (one provider) share a number of workers, oldest job first. New families are begun only as others
end, so memory does not grow with the run; a lane that never answers holds up its pool at most, until twice as many
families wait for it as there are workers. Where a job raises, its lane is given up and nothing more is begun, but what
other lanes are working on is finished: it is paid for.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import cast


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
    """A lane's jobs that wait, and the workers that are on others of it."""

    most: int
    waiting: deque[tuple[int, Job, _Family]] = field(default_factory=deque[tuple[int, Job, _Family]])
    busy: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    @property
    def has_work(self) -> bool:
        return bool(self.waiting) and len(self.busy) < self.most


@dataclass(slots=True)
class _Pool:
    """Lanes that share workers."""

    n_workers: int
    lines: list[_Line] = field(default_factory=list[_Line])
    idle: deque[asyncio.Future[None]] = field(default_factory=deque[asyncio.Future[None]])

    def take(self) -> tuple[_Line, Job, _Family] | None:
        """The job that has waited longest in a lane with room; None where there is none."""
        line = None
        for one in self.lines:  # at every call of the night: no generator, no key
            if one.has_work and (line is None or one.waiting[0][0] < line.waiting[0][0]):
                line = one
        if line is None:
            return None
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
    error: Exception | None = None
    """Of several, the first."""
    numbers: Iterator[int] = field(default_factory=count)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_ending(self) -> bool:
        """Nothing more is begun."""
        return self.error is not None or self.stop.is_set()

    def begin(self) -> None:
        """Begin the next family, or find that there is none."""
        try:
            job = None if self.is_ending else next(self.starts, None)
        except Exception as error:  # noqa: BLE001 (raised when what is under way is finished)
            self.fail(error)
            return
        if job is not None:
            self.n_open += 1
            self._put(job, _Family())
        elif self.n_open == 0:
            self.done.set()

    def finish(self, family: _Family, follow_ups: list[Job]) -> None:
        """A job is done: queue what came of it; when a family has ended, another may begin."""
        family.pending += len(follow_ups) - 1
        for job in follow_ups:
            self._put(job, family)
        if family.pending == 0:
            self.n_open -= 1
            self.begin()

    def fail(self, error: Exception) -> None:
        """Nothing more is begun."""
        self.error = self.error or error
        self.end_if_idle()

    def end_if_idle(self) -> None:
        """Where nothing more is begun, all is over when nothing is under way."""
        if self.is_ending and self.n_busy == 0:
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
    """Run until every start and all that came of it is done.

    A job that raises ends everything, with its own exception: other jobs of its lane are cancelled, those of other
    lanes that are under way are finished.

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
    if state.error is not None:
        raise state.error


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
    state.end_if_idle()


async def _worker(state: _State, pool: _Pool) -> None:
    while not state.is_ending:
        if (taken := pool.take()) is None:
            sleeper = asyncio.get_running_loop().create_future()
            pool.idle.append(sleeper)
            await sleeper
            continue
        line, job, family = taken
        await _work(state, line, job, family)
        if line.has_work:  # this worker may go on with an older job of another lane
            pool.wake()
        await asyncio.sleep(0)  # a worker that finds work does not yield, and embedded judges never wait


async def _work(state: _State, line: _Line, job: Job, family: _Family) -> None:
    me = cast("asyncio.Task[None]", asyncio.current_task())  # a worker is a task
    line.busy.add(me)
    state.n_busy += 1
    try:
        follow_ups = await job.work()
    except Exception as error:  # noqa: BLE001 (whatever it is, it is raised when the others are finished)
        state.error = state.error or error
        for other in line.busy - {me}:
            other.cancel()
    else:
        state.finish(family, follow_ups)
    finally:
        line.busy.discard(me)
        state.n_busy -= 1
        state.end_if_idle()
