"""A run, top to bottom: read everything, continue or begin, work off the items, feed the store, say how it stands."""

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast

from domain.errors import EndpointDownError, InputError, RunMismatchError, StoreError, WorkersGoneError
from domain.model import HOW_IT_IS_REACHED
from judges.judge import Judge
from pipeline.config import Config, load_config
from pipeline.entries import run_entry
from pipeline.gauges import CountedClients, Gauges, Standing
from pipeline.inputs import Inputs
from pipeline.items import items_of, n_items_of
from pipeline.journal import Journal
from pipeline.panel import Clients, build_judge, script_hashes
from pipeline.prices import load_prices
from pipeline.progress import Progress, read_progress
from pipeline.purse import PricedClients, Purse
from pipeline.stop import stop_on_signals
from pipeline.store.door import Store
from pipeline.store.ingest import ingest, refuse_other_run
from pipeline.work import Engine, Work, work_here

_INGEST_EVERY_S = 5.0
_TICK_EVERY_S = 0.5

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

    @property
    def is_complete(self) -> bool:
        """Every item has its disposition, and no call failed."""
        return self.progress.n_finished >= self.n_items and not self.progress.n_call_failures


def run_batch(
    root: Path,
    config_path: Path,
    *,
    run_id: str | None = None,
    limit: int | None = None,
    environ: Mapping[str, str] = os.environ,
    watch: Watch = lambda _standing: None,
    connect: Connect = Clients,
    engine: Engine = work_here,
) -> RunResult:
    """Begin a run, or continue it where it stopped.

    Args:
        root: the workspace; every pattern in the configuration is relative to it.
        config_path: the configuration file.
        run_id: overrides the configuration's.
        limit: only the first so many items.
        environ: where keys are looked up.
        watch: is told how it goes.
        connect: gives the clients of the run's endpoints; else over the network.
        engine: works the items off; else in this process.

    Raises:
        InputError: the configuration or something that it names is not as it must be.
        RunMismatchError: the run exists and began under another configuration.
        RunHeldError: another process is working on it.
        StoreError: the store cannot be written to.
    """
    inputs = Inputs(root, load_config(config_path))
    named = run_id or run_id_of(inputs.config, datetime.now(UTC))
    if not RUN_ID.fullmatch(named):
        raise InputError(f"{named!r} cannot name a run; expected letters, digits and . _ - only", key="run_id")
    return _run(named, inputs, connect(inputs, environ), _Asked(engine, watch, limit))


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the caller wants it done."""

    engine: Engine
    watch: Watch
    limit: int | None


def _run(named: str, inputs: Inputs, clients: Clients, asked: _Asked) -> RunResult:
    config = inputs.config
    folder = inputs.root / config.runs / named
    store = Store(inputs.root / config.store)
    with Journal(folder) as journal:
        progress = read_progress(journal.path)
        calls_before, items_before = progress.n_calls, progress.n_finished
        refuse_other_run(store, named, progress.run)
        try:
            n_items = asyncio.run(_work(named, inputs, journal, progress, store, clients, asked))
        except (EndpointDownError, WorkersGoneError):
            ingest(store, folder)  # clinicians can begin with what there is
            raise
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
    ingest(store, folder)
    new_calls, new_items = progress.n_calls - calls_before, progress.n_finished - items_before
    return RunResult(named, folder, progress, n_items, new_calls, new_items, config.policy.provisional)


def run_id_of(config: Config, when: datetime) -> str:
    """The configuration's run id with name and date filled in."""
    return config.run_id.replace("{name}", config.name).replace("{date}", f"{when:%Y-%m-%d}")


def pinned(inputs: Inputs, judges: list[Judge]) -> dict[str, Any]:
    """Everything that decides a run's results, by name: a run continues only while none of it changes."""
    config = inputs.config.model_dump(
        mode="json",
        by_alias=True,
        exclude={
            **dict.fromkeys(("limits", "store", "runs", "run_id", "prices"), True),
            "candidates": {"__all__": HOW_IT_IS_REACHED},
            "judges": {"__all__": HOW_IT_IS_REACHED},
        },
    )
    content = (
        inputs.hashes() | script_hashes(inputs) | {f"judge {one.spec.judge_id}": one.fingerprint for one in judges}
    )
    return {"config": config, "content": content}


def check_same(before: dict[str, Any], after: dict[str, Any], run_id: str) -> None:
    """Refuse to continue a run under another configuration.

    Raises:
        RunMismatchError: lists every key that differs.
    """
    differing = sorted(_differences(before, after, ""))
    if differing:
        raise RunMismatchError(
            f"run {run_id} began with another configuration; these differ: {', '.join(differing)}. "
            "Put them back, or begin another run with --run-id"
        )


def _differences(before: dict[str, Any], after: dict[str, Any], path: str) -> list[str]:
    found: list[str] = []
    for key in before.keys() | after.keys():
        one, other, place = before.get(key), after.get(key), f"{path}.{key}".lstrip(".")
        if isinstance(one, dict) and isinstance(other, dict):
            found += _differences(cast("dict[str, Any]", one), cast("dict[str, Any]", other), place)
        elif one != other:
            found.append(place)
    return found


async def _work(
    run_id: str,
    inputs: Inputs,
    journal: Journal,
    progress: Progress,
    store: Store,
    clients: Clients,
    asked: _Asked,
) -> int:
    async with clients:
        prices = load_prices(inputs.root / inputs.config.prices)
        cap_usd = inputs.config.limits.usd if clients.spends_money else None
        purse = Purse(prices, cap_usd=cap_usd, spent_usd=progress.usd)
        counted = CountedClients(PricedClients(clients, purse))
        judges = [build_judge(spec, inputs, counted) for spec in inputs.config.judges]
        _begin_or_continue(run_id, inputs, journal, progress, judges)
        with stop_on_signals() as stop:
            n_items = n_items_of(inputs)
            if asked.limit is not None:
                n_items = max(min(asked.limit, n_items), progress.n_finished)
            if n_items == 0:
                raise InputError("there is nothing to do: no scenario, or no candidate and no response")
            gauges = Gauges(inputs, progress, n_items, counted.n_in_flight, clients.pace_of)

            def tell() -> None:
                asked.watch(gauges.look(cap_usd=cap_usd, is_stopping=stop.is_set()))

            beside = asyncio.create_task(_beside(journal, store, tell))
            items = islice(items_of(run_id, inputs), asked.limit)
            try:
                await asked.engine(
                    Work(inputs, items, n_items, judges, counted, prices, cap_usd, journal, progress, stop)
                )
            finally:
                beside.cancel()
                with suppress(asyncio.CancelledError):
                    await beside
                tell()
        return n_items


def _begin_or_continue(run_id: str, inputs: Inputs, journal: Journal, progress: Progress, judges: list[Judge]) -> None:
    now = pinned(inputs, judges)
    if progress.run is None:
        journal.append(run_entry(run_id, inputs, judges, now))
    else:
        check_same(progress.run["config"], now, run_id)


async def _beside(journal: Journal, store: Store, tell: Callable[[], None]) -> None:
    """While the run works: keep the journal on the disk, the store fed and the watcher told."""
    loop = asyncio.get_running_loop()
    fed_at = loop.time()
    while True:
        await asyncio.sleep(_TICK_EVERY_S)
        tell()
        await asyncio.to_thread(journal.sync)
        if loop.time() - fed_at >= _INGEST_EVERY_S:
            with suppress(StoreError):  # somebody holds the store: what is in the journal waits, and the work goes on
                await asyncio.to_thread(ingest, store, journal.path.parent)
            fed_at = loop.time()
