"""One worker: the same pipeline as in a local run, over chunks of items, its entries handed to the driver.

Knows nothing of Ray: a plain object with four methods, which `ray_cluster` makes an actor of.
"""

import asyncio
import os
import socket
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import orjson

from domain.errors import EndpointDownError, InputError
from domain.model import JudgeSpec
from judges.judge import Judge, ModelJudge
from judges.pace import Share
from judges.prompt import load_prompts
from pipeline.batch import Batch
from pipeline.cache.reuse import ReusingClients
from pipeline.cluster.connections import Connections
from pipeline.cluster.lookup import AskKept, LookupElsewhere
from pipeline.cluster.parcel import Bundle, Chunk, Ended, Report
from pipeline.engine import Lane, work_off
from pipeline.journal import Entry
from pipeline.panel import connect_all, embedded_judge
from pipeline.progress import Progress
from pipeline.purse import PricedClients, Purse

_MOST_BYTES = 80_000
"""In one report of several lines: Ray sends an object under 100 KB straight to the driver, a larger one by way of the
node's object store, at several times the cost, and lost with the node."""
_QUIET_S = 0.5
"""After so long without news a report says just that, so that the driver knows the worker lives."""


@dataclass(slots=True)
class _Outbox:
    """Where a worker's batches put their entries until they are said."""

    lines: deque[bytes] = field(default_factory=deque[bytes])
    ended: list[Ended] = field(default_factory=list[Ended])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def append(self, entry: Entry) -> None:
        """Take one entry."""
        self.lines.append(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
        self.news.set()

    def end(self, ended: Ended) -> None:
        """A chunk has ended; all its entries are here already."""
        self.ended.append(ended)
        self.news.set()

    def take(self) -> tuple[bytes, list[Ended]]:
        """Everything, or as many lines as a report holds; a chunk has ended when its last line is said, not before."""
        lines = b"".join(self._next_lines())
        if self.lines:
            return lines, []
        ended, self.ended = self.ended, []
        self.news.clear()
        return lines, ended

    def _next_lines(self) -> Iterator[bytes]:
        n_bytes = 0
        while self.lines and (n_bytes == 0 or n_bytes + len(self.lines[0]) <= _MOST_BYTES):
            line = self.lines.popleft()
            n_bytes += len(line)
            yield line


class Worker:
    """Asks under one share of the run's limits. The driver calls `ready`, then reads `reports` and calls `begin` many
    times beside it, then `leave`."""

    def __init__(
        self,
        bundle: Bundle,
        share: Share,
        environ: Mapping[str, str] = os.environ,
        ask_kept: AskKept | None = None,
    ) -> None:
        self._bundle = bundle
        self._share = share
        self._kept = None if ask_kept is None else LookupElsewhere(bundle.config.cache, ask_kept)
        self._connections = Connections(bundle, share, environ)
        self._prompts = load_prompts(dict(bundle.prompts))
        self._judges = [self._judge(spec) for spec in bundle.config.judges]
        self._outbox = _Outbox()
        self._running: dict[asyncio.Task[None], asyncio.Event] = {}
        self._broken: BaseException | None = None
        self._has_left = False

    async def ready(self) -> str:
        """Connect; gives the sentence that says what is wrong on this node, or nothing."""
        try:
            connect_all(self._bundle.config, self._connections)
        except InputError as error:
            return f"on the node {socket.gethostname()}: {error}; workers read keys from the environment of their node"
        if (recogniser := self._bundle.gate.recogniser) is not None:
            try:
                recogniser.refuse_elsewhere()
            except InputError as error:
                return f"on the node {socket.gethostname()}: {error}; the gate's model must be the same on every node"
        differing = [
            one.spec.judge_id for one in self._judges if one.fingerprint != self._bundle.fingerprints[one.spec.judge_id]
        ]
        if differing:
            return (
                f"on the node {socket.gethostname()}: the judge {differing[0]} is another than the driver's; "
                "install the same version of Caveat on every node"
            )
        return ""

    async def begin(self, chunks: Sequence[Chunk], *, is_stopping: bool) -> None:
        """Begin these chunks; once it is stopping, no call is begun any more in any chunk."""
        for chunk in chunks:
            self._begin(chunk)
        for stop in self._running.values() if is_stopping else ():
            stop.set()

    async def reports(self) -> AsyncGenerator[Report]:
        """What comes of all chunks, at once; what comes while a report is on its way goes with the next. Ends when the
        worker has left and has said everything."""
        is_last = False
        while not is_last:
            with suppress(TimeoutError):
                async with asyncio.timeout(_QUIET_S):
                    await self._outbox.news.wait()
            if self._broken is not None:
                raise self._broken
            lines, ended = self._outbox.take()
            is_last = self._has_left and not self._outbox.lines
            yield Report(lines, ended, dict(self._connections.n_in_flight), is_last)

    async def leave(self) -> None:
        """Drop what is under way and let go of connections; the reports come to their end."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._connections.close()
        self._has_left = True
        self._outbox.news.set()

    def _begin(self, chunk: Chunk) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self._work(chunk, stop))
        self._running[task] = stop
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = error
            self._outbox.news.set()

    async def _work(self, chunk: Chunk, stop: asyncio.Event) -> None:
        progress = Progress()
        progress.hold(chunk.known)
        paying = PricedClients(self._connections, Purse(self._bundle.prices, cap_usd=chunk.usd, spent_usd=0.0))
        asking = paying if self._kept is None else ReusingClients(paying, self._kept)
        answering = connect_all(self._bundle.config, asking)
        batch = Batch(self._bundle, self._outbox, progress, self._judges, answering, stop, lambda: chunk.clearance)
        down = None
        try:
            lanes = {name: Lane(max(1, self._share.places(one.most)), one.pool) for name, one in batch.lanes().items()}
            pools = {name: self._share.places(most) for name, most in batch.pools().items()}
            await work_off(batch.jobs(chunk.items), lanes, stop, pools)
        except EndpointDownError as error:
            down = error.told
        self._outbox.end(Ended(chunk.chunk_id, progress.is_budget_spent, down))

    def _judge(self, spec: JudgeSpec) -> Judge:
        embedded = embedded_judge(spec, lambda: self._bundle.exemplars[spec.judge_id])
        return embedded or ModelJudge(spec, self._prompts, self._bundle.pools[spec.judge_id])
