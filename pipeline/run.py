"""A run, top to bottom: read everything, continue or begin, work off the items, feed the store, say how it stands."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from domain.errors import BatchError, EndpointDownError, InputError, StoreError, WorkersGoneError
from judges.judge import Judge
from pipeline.admission import load_inputs
from pipeline.cache.reuse import CallCache, ReusingClients, without_cache
from pipeline.clearing import Clearing
from pipeline.collector import seldom_collecting
from pipeline.config import Config, config_of
from pipeline.drawing import ensure_drawn
from pipeline.entries import now, run_entry
from pipeline.gauges import CountedClients, Gauges, Standing
from pipeline.inputs import Inputs
from pipeline.items import n_items_of
from pipeline.journal import Journal
from pipeline.mixing import mix_anchors
from pipeline.panel import Clients, build_judge, connect_all
from pipeline.pinning import check_same, pinned
from pipeline.prices import load_prices
from pipeline.progress import Progress, read_progress
from pipeline.provider_batches.road import open_road
from pipeline.purse import Purse
from pipeline.sizing import Sizing
from pipeline.stop import Stopping, stop_on_signals
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.ingest import ingest, refuse_other_run
from pipeline.work import Engine, Work, work_here

_TICK_EVERY_S = 0.5
_TICKS_A_LOOK, _TICKS_A_FEEDING = 20, 60
"""A visit to the store costs some 30 ms however little it brings: most of what a slow night costs, were they more."""

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
"""What can name a run, and so a folder."""

Watch = Callable[[Standing], None]
"""Called about twice a second with where the run stands."""

Connect = Callable[[Inputs, Mapping[str, str]], Clients]
"""From a run's inputs and the environment to its judges' and candidates' clients."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended."""

    run_id: str
    folder: Path
    progress: Progress
    n_items: int
    n_new_calls: int
    n_new_items: int
    provisional: bool
    sizing: Sizing | None = None
    """What was drawn for clinicians, where their minutes are bounded."""
    is_read_by_nobody: bool = False
    """The policy gives it no minutes."""

    @property
    def is_complete(self) -> bool:
        """Every item has its disposition, and no call failed."""
        return self.progress.n_finished >= self.n_items and not self.progress.n_call_failures

    @property
    def exit_code(self) -> int:
        """0 complete; 3 calls failed or were not made."""
        return 0 if self.is_complete else 3


@dataclass(frozen=True, slots=True)
class Means:
    """With what a run is worked off, and what stops it: by default over the network, from this process, by signals."""

    connect: Connect = Clients
    engine: Engine = work_here
    stopping: Stopping = stop_on_signals


def run_batch(
    root: Path,
    given: Path | Config,
    *,
    run_id: str | None = None,
    limit: int | None = None,
    cache: bool = True,
    environ: Mapping[str, str] = os.environ,
    watch: Watch = lambda _standing: None,
    means: Means = Means(),
) -> RunResult:
    """Begin a run, or continue it where it stopped.

    Args:
        root: the workspace; every pattern in the configuration is relative to it.
        given: the configuration, or its file.
        run_id: overrides the configuration's.
        limit: only the first so many items.
        cache: False overrules the configuration: every call is made, and none is kept for later runs.
        environ: where keys are looked up.
        watch: is told how it goes.
        means: where its clients come from, and what works its items off.

    Raises:
        InputError: the configuration or something that it names is not as it must be.
        RunMismatchError: the run exists and began under another configuration.
        RunHeldError: another process is working on it.
        StoreError: the store cannot be written to.
    """
    config = config_of(given)
    inputs = load_inputs(root, config if cache else without_cache(config))
    named = run_id or run_id_of(config, datetime.now(UTC))
    if not RUN_ID.fullmatch(named):
        raise InputError(f"{named!r} cannot name a run; expected letters, digits and . _ - only", key="run_id")
    clients = means.connect(inputs, environ)  # what it refuses leaves no run behind
    store = open_store(config.store, root)
    with Journal(root / config.runs / named) as journal:
        run = _Run(named, inputs, journal, read_progress(journal.path), store, watch, limit)
        refuse_other_run(store, named, run.progress.run)
        return run.worked_off(clients, means)


def run_id_of(config: Config, when: datetime) -> str:
    """The configuration's run id with name and date filled in."""
    return config.run_id.replace("{name}", config.name).replace("{date}", f"{when:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class _Run:
    """A run on its way."""

    run_id: str
    inputs: Inputs
    journal: Journal
    progress: Progress
    store: Store
    watch: Watch
    limit: int | None

    def worked_off(self, clients: Clients, means: Means) -> RunResult:
        """To its end, the store fed with everything, also where it could not be finished."""
        progress, folder = self.progress, self.journal.path.parent
        calls_before, items_before = progress.n_calls, progress.n_finished
        try:
            with seldom_collecting():
                n_items = asyncio.run(self._work(clients, means))
        except (EndpointDownError, BatchError, WorkersGoneError):
            ingest(self.store, folder)  # clinicians can begin with what there is
            raise
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        ingest(self.store, folder)
        return RunResult(
            self.run_id, folder, progress, n_items, progress.n_calls - calls_before,
            progress.n_finished - items_before, self.inputs.config.policy.provisional, self._sized(n_items),
            self.inputs.config.policy.minutes == 0,
        )  # fmt: skip

    def _sized(self, n_items: int) -> Sizing | None:
        """Once every item is routed, anchors are mixed in, and where minutes are bounded the draw is made."""
        if self.progress.n_finished < n_items:
            return None
        if self.inputs.config.policy.minutes:
            return ensure_drawn(self.store, self.run_id)
        if self.inputs.config.policy.minutes is None:
            mix_anchors(self.store, self.run_id)
        return None

    async def _work(self, clients: Clients, means: Means) -> int:
        """Open everything, have the engine work the items off; gives how many were to be finished."""
        begun = self.progress.run["at"] if self.progress.run is not None else now()
        prices = load_prices(self.inputs.root / self.inputs.config.prices)
        cap_usd = self.inputs.config.limits.usd if clients.spends_money else None
        purse = Purse(prices, cap_usd=cap_usd, spent_usd=self.progress.usd)
        async with clients, AsyncExitStack() as opened:
            cache = await opened.enter_async_context(self._cache(clients, begun))
            road = open_road(self.journal.path.parent, clients, purse, prices, self.progress)
            counted = CountedClients(paying := await opened.enter_async_context(road))
            asking = ReusingClients(counted, cache)
            answering = connect_all(self.inputs.config, asking)
            judges = [build_judge(spec, self.inputs) for spec in self.inputs.config.judges]
            self._begin_or_continue(judges, begun)
            clearing = Clearing(self.store, self.run_id, self.inputs, judges)
            with means.stopping() as stop:
                work = Work(
                    run_id=self.run_id, inputs=self.inputs, limit=self.limit, n_items=self._n_items(), judges=judges,
                    answering=answering, prices=prices, cap_usd=cap_usd, journal=self.journal, progress=self.progress,
                    stop=stop, n_in_flight=counted.n_in_flight, clearance=clearing.now, reusable=cache.reusable,
                    more=paying.more,
                )  # fmt: skip
                gauges = Gauges(self.inputs, self.progress, work.n_items, counted.n_in_flight, clients.pace_of)

                def tell() -> None:
                    self.watch(gauges.look(cap_usd=cap_usd, is_stopping=stop.is_set()))

                async with self._kept_up(cache, clearing, tell):
                    await means.engine(work)
        return work.n_items

    def _cache(self, clients: Clients, begun: str) -> CallCache:
        config = self.inputs.config if clients.spends_money else without_cache(self.inputs.config)
        return CallCache(config, self.inputs.root, self.journal.path, begun, self.progress.notes.append)

    def _n_items(self) -> int:
        """How many items this run is to have finished."""
        n_items = n_items_of(self.inputs)
        if self.limit is not None:
            n_items = max(min(self.limit, n_items), self.progress.n_finished)
        if n_items == 0:
            raise InputError("there is nothing to do: no scenario, or no candidate and no response")
        return n_items

    def _begin_or_continue(self, judges: list[Judge], begun: str) -> None:
        content = pinned(self.inputs, judges)
        if self.progress.run is None:
            self.journal.append(run_entry(self.run_id, self.inputs, judges, content, begun))
        else:
            check_same(self.progress.run["config"], content, self.run_id)

    @asynccontextmanager
    async def _kept_up(self, cache: CallCache, clearing: Clearing, tell: Callable[[], None]) -> AsyncGenerator[None]:
        """While the run works: the journal is on the disk, store and cache are fed, and the watcher is told."""
        beside = asyncio.create_task(self._keep_up(cache, clearing, tell))
        try:
            yield
        finally:
            beside.cancel()
            with suppress(asyncio.CancelledError):
                await beside
            tell()

    async def _keep_up(self, cache: CallCache, clearing: Clearing, tell: Callable[[], None]) -> None:
        for n in count(1):
            await asyncio.sleep(_TICK_EVERY_S)
            tell()
            await asyncio.to_thread(self.journal.sync)
            if n % _TICKS_A_FEEDING == 0:
                await asyncio.to_thread(cache.feed)
                with suppress(StoreError):  # somebody holds the store: what is journalled waits, and the work goes on
                    await asyncio.to_thread(ingest, self.store, self.journal.path.parent)
            if n % _TICKS_A_LOOK == 0:
                await asyncio.to_thread(clearing.look)
