"""A worker's clients: each endpoint connected once, under the worker's share of its limits."""

from collections.abc import Callable, Mapping

from domain.model import Candidate, JudgeSpec
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.connect import CallLimits, Connector
from judges.pace import Share
from pipeline.cluster.parcel import Bundle
from pipeline.panel import Clients, connect_one


class Connections:
    """Where a worker's chunks have their clients from."""

    def __init__(self, bundle: Bundle, share: Share, environ: Mapping[str, str]) -> None:
        limits = bundle.config.limits
        self._scripts = bundle.scripts
        most = CallLimits(limits.timeout_s, limits.attempts, limits.concurrency, limits.per_provider)
        self._connector = Connector(most, environ, share)
        self._clients: dict[str, ModelClient] = {}

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
            self._clients[who] = connect_one(self._connector, name, endpoint, script)
        return self._clients[who]


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
