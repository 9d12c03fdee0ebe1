"""How each candidate and judge of a working run stands, for whoever watches it.

What is done is read off the journal's counts, so it holds after a run was continued; only the calls in flight are
counted here, where all clients pass.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.model import Candidate, JudgeSpec
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.pace import Pace
from pipeline.config import Config
from pipeline.inputs import Inputs
from pipeline.panel import ClientSource
from pipeline.progress import Progress, Tally

PaceOf = Callable[[Candidate | JudgeSpec], Pace | None]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One candidate or judge."""

    who: str
    provider: str
    model: str
    n_done: int
    n_expected: int | None
    """Responses or findings in all; None while nothing tells."""
    is_exact: bool
    """How many questions a judge is asked depends on the responses: until the end, its number is an estimate."""
    n_in_flight: int
    n_retries: int
    tokens: int
    usd: float
    failures: Mapping[str, int]
    allowed: int = 0
    most: int = 0
    """Calls that the endpoint's pace allows in flight now, and at best; 0 where no network lies in between."""
    pause_s: float = 0.0
    """Seconds for which the endpoint has asked to be left alone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole run at one moment."""

    gauges: tuple[Gauge, ...]
    n_finished: int
    n_items: int
    n_calls: int
    usd: float
    cap_usd: float | None
    is_stopping: bool
    is_budget_spent: bool


class CountedClients:
    """The run's clients, with the number of calls that each has in flight."""

    def __init__(self, clients: ClientSource) -> None:
        self._clients = clients
        self.n_in_flight: dict[str, int] = {}

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return counted(self._clients.for_candidate(candidate), _who(candidate), self.n_in_flight)

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return counted(self._clients.for_judge(spec), _who(spec), self.n_in_flight)


def counted(client: ModelClient, who: str, n_in_flight: dict[str, int]) -> ModelClient:
    """The client, its calls in flight counted under this name."""
    n_in_flight[who] = 0
    return _CountedClient(client, who, n_in_flight)


class _CountedClient:
    def __init__(self, client: ModelClient, who: str, n_in_flight: dict[str, int]) -> None:
        self._client = client
        self._who = who
        self._n_in_flight = n_in_flight

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply, or why there is none."""
        self._n_in_flight[self._who] += 1
        try:
            return await self._client.ask(request)
        finally:
            self._n_in_flight[self._who] -= 1

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


class Gauges:
    """Reads a run's gauges when somebody looks."""

    def __init__(
        self, inputs: Inputs, progress: Progress, n_items: int, n_in_flight: Mapping[str, int], pace_of: PaceOf
    ) -> None:
        self._progress = progress
        self._n_items = n_items
        self._n_in_flight = n_in_flight
        self._pace_of = pace_of
        self._endpoints = _by_provider(inputs.config)
        self._n_responses = n_responses(inputs.config.candidates, len(inputs.scenarios), n_items)

    def look(self, *, cap_usd: float | None, is_stopping: bool) -> Standing:
        """Where the run stands now."""
        progress = self._progress
        return Standing(
            gauges=tuple(self._gauge(one) for one in self._endpoints),
            n_finished=progress.n_finished,
            n_items=self._n_items,
            n_calls=progress.n_calls,
            usd=progress.usd,
            cap_usd=cap_usd,
            is_stopping=is_stopping,
            is_budget_spent=progress.is_budget_spent,
        )

    def _gauge(self, endpoint: Candidate | JudgeSpec) -> Gauge:
        who = _who(endpoint)
        tally, pace, n_in_flight = self._progress.tallies[who], self._pace_of(endpoint), self._n_in_flight.get(who, 0)
        n_expected, is_exact = self._expected(endpoint, tally)
        return Gauge(
            who=who,
            provider=_provider(endpoint),
            model=endpoint.model,
            n_done=tally.n_done,
            n_expected=None if n_expected is None else max(n_expected, tally.n_done + n_in_flight),
            is_exact=is_exact,
            n_in_flight=n_in_flight,
            n_retries=tally.n_retries,
            tokens=tally.tokens,
            usd=tally.usd,
            failures=dict(tally.failures),
            allowed=pace.allowed if pace else 0,
            most=pace.most if pace else 0,
            pause_s=pace.pause_s if pace else 0.0,
        )

    def _expected(self, endpoint: Candidate | JudgeSpec, tally: Tally) -> tuple[int | None, bool]:
        if isinstance(endpoint, Candidate):
            return self._n_responses[endpoint.candidate_id], True
        return n_findings(tally, self._progress.n_finished, self._n_items)


def n_responses(candidates: Sequence[Candidate], n_scenarios: int, n_items: int) -> dict[str, int]:
    """How many of a run's first items are each candidate's. They come scenario by scenario, candidate by candidate;
    imported responses come last."""
    by_scenario = sum(one.repeats for one in candidates)
    whole, rest = divmod(min(n_items, n_scenarios * by_scenario), by_scenario or 1)
    found: dict[str, int] = {}
    for one in candidates:
        found[one.candidate_id] = whole * one.repeats + min(rest, one.repeats)
        rest -= min(rest, one.repeats)
    return found


def n_findings(tally: Tally, n_finished: int, n_items: int) -> tuple[int | None, bool]:
    """How many findings a judge will give, by what it gave on the finished items; and whether that is exact."""
    if n_finished >= n_items:
        return tally.n_done, True
    return (round(tally.n_settled / n_finished * n_items) if n_finished else None), False


def _who(endpoint: Candidate | JudgeSpec) -> str:
    return f"candidate {endpoint.candidate_id}" if isinstance(endpoint, Candidate) else f"judge {endpoint.judge_id}"


def _provider(endpoint: Candidate | JudgeSpec) -> str:
    """Who is asked: with an address of its own, the provider's name says only how it is spoken to."""
    return urlsplit(endpoint.base_url).netloc if endpoint.base_url else endpoint.provider


def _by_provider(config: Config) -> list[Candidate | JudgeSpec]:
    """Those behind one provider stand together."""
    found = [*config.candidates, *config.judges]
    providers = list(map(_provider, found))
    return sorted(found, key=lambda one: providers.index(_provider(one)))
