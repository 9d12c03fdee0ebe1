"""The one seam to Ray: an existing cluster, and workers on it as plain async actors."""

import os
import socket
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Sequence
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from domain.errors import ClusterError
from domain.model import Candidate, Endpoint, JudgeSpec
from judges.client import Completion
from judges.pace import Share
from pipeline.batch import pool_of
from pipeline.cache.reuse import Reusable
from pipeline.cluster.driver import Driver, WorkerLostError
from pipeline.cluster.ledger import Ledger, Measure
from pipeline.cluster.lookup import KeptReplies
from pipeline.cluster.news import News
from pipeline.cluster.parcel import Chunk, Report, bundle_of
from pipeline.cluster.worker import Worker
from pipeline.config import Config
from pipeline.journal import Entry
from pipeline.work import Work

_CHUNK = 25
"""Items handed over at once: few enough that a lost worker's are soon handed out again."""
_PATIENCE_S = 120.0
_CONNECT_S = 5.0
_CALLS_AT_ONCE = 8
"""Methods of a worker that may run beside each other; its model calls are not counted here."""


class RayCluster:
    """A Ray cluster that a run can be worked off on; an engine. Use as a context manager.

    Args:
        address: of an existing cluster: `auto` finds the one that this machine belongs to, `local` starts one here.
        workers: how many; one for each node where left out.
        patience_s: how long no worker may be heard of.
    """

    def __init__(self, address: str, workers: int | None = None, patience_s: float = _PATIENCE_S) -> None:
        self._address = address
        self._workers = workers
        self._patience_s = patience_s
        self._ray: Any = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            ClusterError: Ray is not installed, or no cluster is reachable.
        """
        self._ray = _import_ray()
        _check_reachable(self._address)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster started here tells nobody
        self._open.enter_context(redirect_stdout(sys.stderr))  # where Ray prints what it says of lost workers
        self._open.callback(self._ray.shutdown)
        try:
            self._ray.init(address=self._address, log_to_driver=False, logging_level="CRITICAL")
        except (ConnectionError, ValueError, RuntimeError, self._ray.exceptions.RayError) as error:
            self._open.close()
            raise ClusterError(f"{_no_cluster(self._address)} ({_first_line(error)})") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    async def __call__(self, work: Work) -> None:
        """Work everything off on the cluster."""
        config = work.inputs.config
        workers = min(self._workers or self._n_nodes(), most_workers(config))
        bundle = self._ray.put(bundle_of(work.inputs, work.judges, work.prices))
        actor = self._ray.remote(num_cpus=1, max_concurrency=_CALLS_AT_ONCE, scheduling_strategy="SPREAD")(Worker)

        kept = None if work.reusable is None else self._kept_replies(work.reusable)

        def hire(place: int) -> _Actor:
            return _Actor(self._ray, actor.remote(bundle, Share(place, workers), ask_kept=kept))

        await Driver(work, ledger_of(work, workers), hire, self._patience_s).run()

    def _kept_replies(self, reusable: Reusable) -> "_AskKept":
        """What workers ask, on this machine: nodes share no file system."""
        strategies: Any = import_module("ray.util.scheduling_strategies")
        node = self._ray.get_runtime_context().get_node_id()
        here = strategies.NodeAffinitySchedulingStrategy(node, soft=False)
        actor = self._ray.remote(num_cpus=0, scheduling_strategy=here)(KeptReplies)
        return _AskKept(actor.remote(replace(reusable, path=reusable.path.resolve())))  # it has a folder of its own

    def _n_nodes(self) -> int:
        return sum(bool(node["Alive"] and node["Resources"].get("CPU")) for node in self._ray.nodes()) or 1


def most_workers(config: Config) -> int:
    """Each worker needs a place at every endpoint, and all together have no more than the endpoint gives."""
    return min((_places(one, config) for one in _asked(config)), default=64)


def ledger_of(work: Work, workers: int) -> Ledger:
    """What is left of a run, measured out for so many workers."""
    finished, config = work.progress.finished_before, work.inputs.config
    n_left = max(0, work.n_items - work.progress.n_finished)
    size = max(1, min(_CHUNK, n_left // (4 * workers)))
    return Ledger(
        items=(one for one in work.items() if one[0].item_id not in finished),
        known=_known(work),
        measure=Measure(size, max(2, 2 * _most_in_flight(config) // (size * workers)), workers),
        cap_usd=None if work.cap_usd is None else work.cap_usd - work.progress.usd,
        clearance=work.clearance,
    )


def _asked(config: Config) -> list[Candidate | JudgeSpec]:
    """Endpoints behind a network."""
    return [one for one in (*config.candidates, *config.judges) if one.is_remote]


def _places(endpoint: Endpoint, config: Config) -> int:
    return min(endpoint.concurrency or config.limits.concurrency, config.limits.per_provider or sys.maxsize)


def _most_in_flight(config: Config) -> int:
    found: Counter[str] = Counter()
    for one in _asked(config):
        found[pool_of(one)] += _places(one, config)
    return sum(min(n, config.limits.per_provider or n) for n in found.values())


def _known(work: Work) -> dict[str, list[Entry]]:
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in (*work.progress.responses.values(), *work.progress.findings.values()):
        found[entry["item_id"]].append(entry)
    return found


@dataclass(frozen=True, slots=True)
class _AskKept:
    """Travels to the workers."""

    handle: Any

    async def __call__(self, key: str) -> Completion | None:
        with suppress(_import_ray().exceptions.RayError):  # whatever is wrong with it costs a call, never a run
            return await self.handle.find.remote(key)
        return None


class _Actor:
    """A worker on some node."""

    def __init__(self, ray: Any, handle: Any) -> None:  # noqa: ANN401 (ray is imported only where it is used)
        self._ray = ray
        self._handle = handle
        self._stream: Any = None
        self._news = News(self._pull)

    async def ready(self) -> str:
        """What is wrong with it, or nothing."""
        return await self._had(self._handle.ready.remote())

    async def begin(self, chunks: Sequence[Chunk], *, is_stopping: bool) -> None:
        """Begin these chunks, or no call any more."""
        await self._had(self._handle.begin.remote(chunks, is_stopping=is_stopping))

    async def news(self) -> Report:
        """The next report. A wait that is cancelled loses none."""
        return await self._news.next()

    async def leave(self) -> None:
        """Drop what is under way; its reports come to their end."""
        await self._had(self._handle.leave.remote())

    def dismiss(self) -> None:
        """End its process."""
        self._news.drop()
        self._ray.kill(self._handle)

    async def _pull(self) -> Report:
        """One object of the stream, which reaches this process whether or not anybody asks for it."""
        if self._stream is None:
            self._stream = self._handle.reports.options(num_returns="streaming").remote()
        return await self._had(await self._had(anext(self._stream)))

    async def _had(self, reference: Awaitable[Any]) -> Any:  # noqa: ANN401 (whatever the method gives)
        try:
            return await reference
        except self._ray.exceptions.RayTaskError:
            raise  # the worker's own code failed: that is no loss, and would fail again
        except self._ray.exceptions.RayError as error:
            raise WorkerLostError(_first_line(error)) from None


def _import_ray() -> Any:  # noqa: ANN401 (a module)
    try:
        return import_module("ray")  # 2 CPU seconds, for this engine alone
    except ImportError:
        raise ClusterError("--engine ray needs Ray; install it with: pip install 'caveat[ray]'") from None


def _check_reachable(address: str) -> None:
    """Ray would try for minutes where nothing listens."""
    if address in ("auto", "local"):
        return
    place = urlsplit(f"//{address}")
    try:
        host, port = place.hostname, place.port
    except ValueError:
        host, port = None, None
    if host is None or port is None:
        raise ClusterError(f"--ray-address {address}: expected auto, local, or the host:port of the cluster's head")
    try:
        socket.create_connection((host, port), _CONNECT_S).close()
    except OSError as error:
        raise ClusterError(f"{_no_cluster(address)} ({error.strerror or error})") from None


def _no_cluster(address: str) -> str:
    return (
        f"no Ray cluster can be reached at {address!r}; start one with `ray start --head`, run this command on one of "
        "its nodes, or name the head with --ray-address"
    )


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
