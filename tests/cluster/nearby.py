"""Workers in this process: the driver and workers of a cluster without a cluster."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from judges.client import Completion
from judges.pace import Share
from pipeline.cluster.driver import Driver, Hired, WorkerLostError
from pipeline.cluster.lookup import AskKept, KeptReplies
from pipeline.cluster.news import News
from pipeline.cluster.parcel import Bundle, Chunk, Report, bundle_of
from pipeline.cluster.ray_cluster import ledger_of, most_workers
from pipeline.cluster.worker import Worker
from pipeline.work import Work

T = TypeVar("T")


class Nearby:
    """An engine of so many workers; `lose` ends one as a power cut would: what it had not reported is gone."""

    def __init__(
        self,
        environ: Mapping[str, str],
        workers: int = 2,
        patience_s: float = 60.0,
        change: Callable[[Bundle], Bundle] = lambda bundle: bundle,
        *,
        is_doomed: bool = False,
    ) -> None:
        self._environ = environ
        self._workers = workers
        self._patience_s = patience_s
        self._change = change
        self._is_doomed = is_doomed
        self.hired: list[_Near] = []

    async def __call__(self, work: Work) -> None:
        workers = min(self._workers, most_workers(work.inputs.config))
        bundle = self._change(bundle_of(work.inputs, work.judges, work.prices))
        kept = None if work.reusable is None else _asking(KeptReplies(work.reusable))

        def hire(place: int) -> Hired:
            self.hired.append(_Near(Worker(bundle, Share(place, workers), self._environ, kept)))
            self.hired[-1].is_lost = self._is_doomed
            return self.hired[-1]

        await Driver(work, ledger_of(work, workers), hire, self._patience_s).run()

    def lose(self, number: int) -> None:
        self.hired[number].is_lost = True


def _asking(kept: KeptReplies) -> AskKept:
    async def ask(key: str) -> Completion | None:
        return kept.find(key)

    return ask


class _Near:
    """What the worker says is carried here at once, as by Ray's stream, and stays readable when the worker is lost."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._here: asyncio.Queue[Report | None] = asyncio.Queue()
        self._carrying = asyncio.create_task(self._carry())
        self._news = News(self._pull)
        self.is_lost = False

    async def ready(self) -> str:
        return await self._had(self._worker.ready())

    async def begin(self, chunks: Sequence[Chunk], *, is_stopping: bool) -> None:
        await self._had(self._worker.begin(chunks, is_stopping=is_stopping))

    async def news(self) -> Report:
        return await self._news.next()

    async def leave(self) -> None:
        await self._had(self._worker.leave())

    def dismiss(self) -> None:
        self.is_lost = True
        self._news.drop()
        self._carrying.cancel()

    async def _carry(self) -> None:
        try:
            async for report in self._worker.reports():
                if self.is_lost:
                    return
                self._here.put_nowait(report)
        finally:
            await self._worker.leave()
            self._here.put_nowait(None)

    async def _pull(self) -> Report:
        if (report := await self._here.get()) is None:
            raise WorkerLostError("the test took it away")
        return report

    async def _had(self, reply: Awaitable[T]) -> T:
        found = await reply
        if self.is_lost:
            raise WorkerLostError("the test took it away")
        return found
