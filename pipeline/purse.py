"""What a run has spent, what its calls in flight may still cost, and where it must stop."""

import asyncio
from dataclasses import replace
from math import inf

from domain.errors import InputError
from domain.model import Candidate, Endpoint, JudgeSpec
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from pipeline.panel import ClientSource
from pipeline.prices import Price, Prices

_CHARACTERS_PER_TOKEN = 4
_REPLY_TOKENS = 500
_LIMITS = ("max_tokens", "max_completion_tokens")


class BudgetSpentError(Exception):
    """The next call could cost more than is left; it was not made."""


class Purse:
    """Counts what calls cost, those in flight included, against a cap for the whole run."""

    def __init__(self, prices: Prices, *, cap_usd: float | None, spent_usd: float) -> None:
        self._prices = prices
        self._cap_usd = cap_usd
        self.spent_usd = spent_usd
        self._reserved_usd = 0.0
        self._settled = asyncio.Event()

    def price_of(self, name: str, endpoint: Endpoint) -> Price | None:
        """The price of an endpoint's model.

        Raises:
            InputError: there is a cap, and the price file does not know the model: the cap could not be kept.
        """
        price = self._prices.of(endpoint.model)
        if price is None and self._cap_usd is not None:
            raise InputError(
                f"{name}: limits.usd is set, but the price file has no price for {endpoint.model!r}; add one "
                "(input: 0, output: 0 where it costs nothing)"
            )
        return price

    async def reserve(self, usd: float) -> None:
        """Set money aside for a call; waits while only the calls in flight stand in its way.

        Raises:
            BudgetSpentError: what is left does not cover it.
        """
        while self._cap_usd is not None and self.spent_usd + self._reserved_usd + usd > self._cap_usd:
            if self.spent_usd + usd > self._cap_usd:
                raise BudgetSpentError
            self._settled.clear()
            await self._settled.wait()
        self._reserved_usd += usd

    @property
    def left_usd(self) -> float:
        """What is left now, calls in flight counted at the most that they can cost."""
        return inf if self._cap_usd is None else self._cap_usd - self.spent_usd - self._reserved_usd

    def pay(self, usd: float) -> None:
        """Something was bought outside of a call; below 0, it cost less than was paid."""
        self.spent_usd += usd
        self._settled.set()

    def settle(self, reserved_usd: float, spent_usd: float) -> None:
        """A call has ended."""
        self._reserved_usd -= reserved_usd
        self.spent_usd += spent_usd
        self._settled.set()


class PricedClients:
    """The run's clients, each paying from the purse."""

    def __init__(self, clients: ClientSource, purse: Purse) -> None:
        self._clients = clients
        self._purse = purse

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return self._paying(self._clients.for_candidate(candidate), candidate.candidate_id, candidate)

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return self._paying(self._clients.for_judge(spec), spec.judge_id, spec)

    async def more(self, stop: asyncio.Event) -> bool:  # noqa: ARG002 (the signature of every road)
        """Nothing comes later: a call is answered when it is made."""
        return False

    def _paying(self, client: ModelClient, name: str, endpoint: Candidate | JudgeSpec) -> ModelClient:
        price = self._purse.price_of(name, endpoint) if endpoint.provider != "scripted" else None
        return client if price is None else _PayingClient(client, price, self._purse)


class _PayingClient:
    def __init__(self, client: ModelClient, price: Price, purse: Purse) -> None:
        self._client = client
        self._price = price
        self._purse = purse

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply with its cost.

        Raises:
            BudgetSpentError: the call could cost more than is left; it was not made.
        """
        most = most_usd(self._price, request)
        await self._purse.reserve(most)
        spent = 0.0
        try:
            call = await self._client.ask(request)
            if isinstance(call, CallFailure):
                return call
            # an endpoint that counts no tokens is taken to have used what was set aside
            spent = self._price.usd(call.usage) if call.usage.input_tokens else most
            return replace(call, usd=spent)
        finally:
            self._purse.settle(most, spent)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


def most_usd(price: Price, request: ModelRequest) -> float:
    """What a call may cost: its text at four characters a token, and as long a reply as it allows."""
    sent = sum(len(part) for turn in request.turns for part in turn.parts) / _CHARACTERS_PER_TOKEN
    allowed = next((value for name in _LIMITS if isinstance(value := request.params.get(name), int)), _REPLY_TOKENS)
    return (sent * price.most_input + allowed * price.output) / 1e6
