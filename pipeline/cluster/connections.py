"""A worker's clients: each endpoint connected once, under the worker's share of its limits.

What bounds the calls in flight in a local run is the engine; a worker has one for each chunk, so its places are here.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from domain.model import Candidate, JudgeSpec
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.connect import CallLimits, Connector
from judges.pace import Share
from judges.wall import Wall
from pipeline.batch import pool_of
from pipeline.cluster.parcel import Bundle
from pipeline.gauges import counted
from pipeline.panel import Clients, connect_one


class Connections:
    """Where a worker's chunks have their clients from."""

    def __init__(self, bundle: Bundle, share: Share, environ: Mapping[str, str]) -> None:
        self._limits = limits = bundle.config.limits
        self._share = share
        self._pools: dict[str, asyncio.Semaphore] = {}
        self._scripts = bundle.scripts
        calls = CallLimits(limits.timeout_s, limits.attempts, limits.concurrency)
        self._connector = Connector(calls, environ, Wall(bundle.gate), share)
        self._clients: dict[str, ModelClient] = {}
        self.n_in_flight: dict[str, int] = {}
        """By candidate and judge."""

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return self._one(f"candidate {candidate.candidate_id}", candidate.candidate_id, candidate)

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return self._one(f"judge {spec.judge_id}", spec.judge_id, spec)

    async def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            await client.close()

    def _one(self, who: str, name: str, endpoint: Candidate | JudgeSpec) -> ModelClient:
        if who not in self._clients:
            script: Callable[[], dict[str, Completion]] = lambda: self._scripts[who]  # noqa: E731
            client = counted(connect_one(self._connector, name, endpoint, script), who, self.n_in_flight)
            self._clients[who] = _PlacedClient(client, self._places(endpoint)) if endpoint.is_remote else client
        return self._clients[who]

    def _places(self, endpoint: Candidate | JudgeSpec) -> list[asyncio.Semaphore]:
        """Its own, then those that it shares with all that ask its provider."""
        own = [asyncio.Semaphore(self._share.places(endpoint.concurrency or self._limits.concurrency))]
        if (most := self._limits.per_provider) is None:
            return own
        return [*own, self._pools.setdefault(pool_of(endpoint), asyncio.Semaphore(self._share.places(most)))]


class _PlacedClient:
    def __init__(self, client: ModelClient, places: list[asyncio.Semaphore]) -> None:
        self._client = client
        self._places = places

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply, when there is a place."""
        async with AsyncExitStack() as held:
            for places in self._places:
                await held.enter_async_context(places)
            return await self._client.ask(request)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


class Elsewhere(Clients):
    """The driver's own clients: it needs no key and connects to nothing, since its workers ask."""

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """Stands for a candidate."""
        return _Absent(candidate.candidate_id)

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """Stands for a judge, which has its fingerprint without being asked."""
        return _Absent(spec.judge_id)


class _Absent:
    def __init__(self, name: str) -> None:
        self._name = name

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """Never called."""
        raise AssertionError(f"the driver asked {self._name} about {request.about}; only workers ask")

    async def close(self) -> None:
        """Nothing to let go of."""
