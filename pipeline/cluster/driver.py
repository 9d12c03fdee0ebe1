"""The driver of a run on many machines: keeps each place filled with a worker, and alone writes the journal."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import orjson

from domain.errors import ClusterError, EndpointDownError, WorkersGoneError
from pipeline.cluster.ledger import Ledger
from pipeline.cluster.parcel import Chunk, Report
from pipeline.journal import Entry
from pipeline.provider_batches.record import FOLDER, NAME
from pipeline.work import Work

_TICK_S = 0.5
_LEAVE_S = 5.0
"""How long workers have to say the last of what they know."""
_MOST_LOSSES = 5
"""Workers lost in a row in one place, none of which gave anything."""
_REST_S = 0.2
"""A little longer after each, where whatever kills them may pass."""


class WorkerLostError(Exception):
    """A worker or its node is gone."""


class Hired(Protocol):
    """A worker somewhere in the cluster; every method raises `WorkerLostError` when it is gone."""

    def ready(self) -> Awaitable[str]:
        """What is wrong with it, or nothing."""
        ...

    def begin(self, chunks: Sequence[Chunk], *, is_stopping: bool) -> Awaitable[None]:
        """Begin these chunks, or no call any more."""
        ...

    def news(self) -> Awaitable[Report]:
        """The next report. A wait that is cancelled loses none."""
        ...

    def leave(self) -> Awaitable[None]:
        """Drop what is under way; its reports come to their end."""
        ...

    def dismiss(self) -> None:
        """Let go of it, whatever state it is in."""
        ...


class Driver:
    """Works a run off through workers."""

    def __init__(self, work: Work, ledger: Ledger, hire: Callable[[int], Hired], patience_s: float) -> None:
        self._work = work
        self._ledger = ledger
        self._hire = hire
        self._patience_s = patience_s
        self._hired: dict[int, Hired] = {}
        self._n_in_flight: dict[int, Mapping[str, int]] = {}
        """By place with a worker that is ready: its calls in flight."""
        self._down: EndpointDownError | None = None
        self._losses: Counter[int] = Counter()
        """By place, workers lost since one gave anything."""
        self._heard_at = asyncio.get_running_loop().time()
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Until the ledger is done, or a stop is asked for and nothing is under way.

        Raises:
            ClusterError: a node is not as the run needs it, or the run has gone by batches.
            EndpointDownError: a worker found an endpoint down.
            WorkersGoneError: no worker is left.
        """
        _refuse_batches(self._work)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._keep(place)) for place in range(self._ledger.measure.workers)]
                tasks.append(group.create_task(self._watch()))
                await self._over.wait()
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # the first is why the others were cancelled
        finally:
            await asyncio.gather(*(self._part(place, worker) for place, worker in self._hired.items()))
        if self._down is not None:
            raise self._down

    async def _keep(self, place: int) -> None:
        """Have a worker in this place until all is over; when it is lost, another takes over what it had."""
        while True:
            self._hired[place] = worker = self._hire(place)
            try:
                await self._serve(place, worker)
            except WorkerLostError as lost:
                await self._hear_out(place, worker)
                worker.dismiss()
                self._n_in_flight.pop(place, None)
                self._ledger.lose(place)
                self._losses[place] += 1
                if self._losses[place] == _MOST_LOSSES:
                    raise WorkersGoneError(f"{_MOST_LOSSES} workers were lost one after another: {lost}") from None
                await asyncio.sleep(_REST_S * (self._losses[place] - 1))

    async def _serve(self, place: int, worker: Hired) -> None:
        if problem := await worker.ready():
            raise ClusterError(problem)
        self._n_in_flight[place] = {}
        while True:
            await self._hand_out(place, worker)
            report = await worker.news()
            self._heard_at = asyncio.get_running_loop().time()
            self._take_in(place, report)
            self._see_whether_over()

    @property
    def _is_stopping(self) -> bool:
        """Nothing more is begun; where an endpoint is down, others still answer what they were asked."""
        return self._work.stop.is_set() or self._down is not None

    async def _hand_out(self, place: int, worker: Hired) -> None:
        is_stopping = self._is_stopping
        chunks = [] if is_stopping else self._ledger.take(place)
        if chunks or is_stopping:
            await worker.begin(chunks, is_stopping=is_stopping)

    def _take_in(self, place: int, report: Report) -> None:
        for line in report.lines.splitlines():
            entry: Entry = orjson.loads(line)
            self._work.journal.append(entry)
            self._work.progress.count(entry)
            self._ledger.note(entry)
            self._losses[place] = 0
        for ended in report.ended:
            self._ledger.end(ended)
            if ended.down is not None and self._down is None:
                self._down = EndpointDownError(*ended.down)
        self._n_in_flight[place] = report.n_in_flight
        self._count_in_flight()

    def _count_in_flight(self) -> None:
        """For whoever watches the run."""
        found = Counter(dict.fromkeys(self._work.n_in_flight, 0))
        for one in self._n_in_flight.values():
            found.update(one)
        self._work.n_in_flight.update(found)

    def _see_whether_over(self) -> None:
        if self._ledger.is_done or (self._is_stopping and self._ledger.n_out == 0):
            self._work.progress.is_budget_spent |= self._ledger.is_spent
            self._over.set()

    async def _watch(self) -> None:
        """End where no worker comes to say anything: none was ever given, or all are gone."""
        while True:
            await asyncio.sleep(_TICK_S)
            self._see_whether_over()
            if asyncio.get_running_loop().time() - self._heard_at > self._patience_s:
                raise WorkersGoneError(f"no worker has been heard of for {self._patience_s:g} seconds")

    async def _part(self, place: int, worker: Hired) -> None:
        """Take the last that a worker has to say: what it has finished is paid for."""
        if place in self._n_in_flight:
            with suppress(WorkerLostError, TimeoutError):
                async with asyncio.timeout(_LEAVE_S):
                    await worker.leave()
            await self._hear_out(place, worker)
        worker.dismiss()

    async def _hear_out(self, place: int, worker: Hired) -> None:
        """The reports of a worker that has left, or that reached this process before it was lost."""
        with suppress(WorkerLostError, TimeoutError):
            async with asyncio.timeout(_LEAVE_S):
                while place in self._n_in_flight:
                    report = await worker.news()
                    self._take_in(place, report)
                    if report.is_last:
                        return


def _refuse_batches(work: Work) -> None:
    """What batches have answered lies beside the journal until it is taken up, where no worker looks."""
    if (work.inputs.root / work.inputs.config.runs / work.run_id / FOLDER / NAME).exists():
        raise ClusterError(
            "this run has gone by batches, whose answers no worker has; continue it without --engine ray"
        )
