"""A run's calls by batch: what is not answered yet is collected, submitted and waited for, and the run goes on."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from domain.errors import InputError
from domain.model import Candidate, JudgeSpec
from judges.batches.connect import has_batches
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.retry import RetryingClient
from judges.wall import Wall, WalledClient
from pipeline.offline.addressee import Addressee, addressees_of
from pipeline.offline.results import ResultsTransport
from pipeline.panel import Clients, ClientSource, NotYetError
from pipeline.prices import Prices
from pipeline.progress import BATCH, Progress
from pipeline.provider_batches.desk import Desk, Office
from pipeline.provider_batches.record import FOLDER, NAME, Record
from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.purse import PricedClients, Purse, most_usd

_FIRST_WAIT_S, _LONGEST_WAIT_S, _GROWTH = 5.0, 300.0, 1.5


class Road(ClientSource, Protocol):
    """How a run's calls are made."""

    async def more(self, stop: asyncio.Event) -> bool:
        """Have what was not answered yet answered; whether there may be more to do by now."""
        ...


@asynccontextmanager
async def open_road(
    folder: Path, clients: Clients, purse: Purse, prices: Prices, progress: Progress
) -> AsyncGenerator[Road]:
    """How the run's calls are made: by batch where its clients say so, else by themselves, and then not again where a
    batch has answered.

    Raises:
        InputError: calls are to be made by themselves while batches are pending, or something is said of a chunk that
            is not.
    """
    direct = PricedClients(clients, purse)
    terms = clients.terms if isinstance(clients, BatchClients) else None
    if not clients.spends_money or (terms is None and not (folder / FOLDER / NAME).exists()):
        yield direct
        return
    with Record(folder) as record:
        _check(record, terms)
        office = Office(
            folder.name, record, purse, terms or Terms(), clients.inputs.config.limits.attempts, clients.environ
        )
        road = BatchRoad(office, clients, direct, prices, progress, collects=terms is not None)
        try:
            yield road
        finally:
            await road.close()


def _check(record: Record, terms: Terms | None) -> None:
    pending = ", ".join(record.pending) or "none"
    if terms is None and record.pending:
        raise InputError(
            f"batches of this run are pending at the providers ({pending}): continue it with --batch, or give one up "
            "with --batch --settle CHUNK=none (it may then be paid for twice)"
        )
    for name in terms.settle if terms else ():
        if name not in record.pending:
            raise InputError(f"--settle {name}: there is no such chunk pending; pending: {pending}")


class BatchRoad:
    """The run's clients; those of providers that have batches answer from batches alone."""

    def __init__(
        self,
        office: Office,
        clients: Clients,
        direct: PricedClients,
        prices: Prices,
        progress: Progress,
        *,
        collects: bool,
    ) -> None:
        self._office, self._direct, self._progress, self._collects = office, direct, progress, collects
        self._wait_s = office.terms.poll_s or _FIRST_WAIT_S
        self._wall = Wall(clients.inputs.gate)

        def desk(one: Addressee) -> Desk:
            price = office.purse.price_of(one.name, one.endpoint)
            share = prices.batch_share_of(one.endpoint.provider)
            return Desk(one, office, None if price is None else price.times(share))

        remote = addressees_of(clients.inputs.config)
        self._desks = {one: desk(one) for one in remote if has_batches(one.endpoint)}
        self._count_in()
        if collects:
            self._say_roads(remote)

    def _count_in(self) -> None:
        """What batches have cost beyond what the journal holds, and what those under way may still cost."""
        ended = sum(entry["usd"] for entry in self._office.record.ended)
        pending = sum(one.most_usd for one in self._office.record.pending.values())
        self._office.purse.pay(ended - self._progress.batch_usd + pending)

    def _say_roads(self, remote: list[Addressee]) -> None:
        by_batch = ", ".join(desk.asked for desk in self._desks.values() if not desk.is_direct)
        direct = [f"{one.kind} {one.name}" for one in remote if one not in self._desks or self._desks[one].is_direct]
        self._office.terms.say(f"By batch: {by_batch or 'nobody'}.")
        if direct:
            self._office.terms.say(
                f"Asked directly, at the full price, because there are no batches: {', '.join(direct)}."
            )

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        found = self._desks.get(Addressee("candidate", candidate.candidate_id, candidate))
        return self._client(found, lambda: self._direct.for_candidate(candidate))

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        found = self._desks.get(Addressee("judge", spec.judge_id, spec))
        return self._client(found, lambda: self._direct.for_judge(spec))

    def _client(self, desk: Desk | None, direct: Callable[[], ModelClient]) -> ModelClient:
        if desk is None:
            return direct()
        return WalledClient(_BatchedClient(desk, direct, collects=self._collects), self._wall)

    async def more(self, stop: asyncio.Event) -> bool:
        """Submit what waits, and wait until a batch has ended; whether there may be more to do by now."""
        terms = self._office.terms
        while not stop.is_set():
            if await self._round():
                self._wait_s = terms.poll_s or _FIRST_WAIT_S
                return True
            is_pending = bool(self._office.record.pending) or any(desk.is_put_off for desk in self._desks.values())
            if not is_pending:
                self._progress.is_budget_spent = any(len(desk.outbox) for desk in self._desks.values())
            if not is_pending or not terms.wait:
                return False
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._wait_s)
            self._wait_s = terms.poll_s or min(self._wait_s * _GROWTH, _LONGEST_WAIT_S)
        return False

    async def _round(self) -> bool:
        """Look at everything once, then submit; whether anything has changed for the run."""
        desks = [one for one in self._desks.values() if not one.is_direct or one.pending]
        changed = any([await desk.look_for() | await desk.look_at() for desk in desks])
        if not changed:
            changed = any([await desk.submit() for desk in desks if not desk.is_direct])
        self._progress.n_batches_pending = len(self._office.record.pending)
        return changed

    async def close(self) -> None:
        """Let go of connections."""
        self._progress.n_batches_pending = len(self._office.record.pending)
        for desk in self._desks.values():
            await desk.close()


class _BatchedClient:
    """Answers from batches; what none has answered is collected for the next, or asked directly."""

    def __init__(self, desk: Desk, direct: Callable[[], ModelClient], *, collects: bool) -> None:
        self._desk = desk
        self._answered = RetryingClient(ResultsTransport(desk.addressee, desk.answers), attempts=1)
        self._connect = direct
        self._direct = None if collects else direct()
        self._paid: set[str] = set()

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply, or why there is none.

        Raises:
            NotYetError: it goes with the next batch.
        """
        custom_id = self._desk.addressee.custom_id(request)
        if custom_id in self._desk.answers:
            return self._priced(custom_id, await self._answered.ask(request))
        if self._direct is None and not self._desk.is_direct:
            most = 0.0 if self._desk.price is None else most_usd(self._desk.price, request)
            self._desk.outbox.add(custom_id, request, most)
            raise NotYetError
        if self._direct is None:
            self._direct = self._connect()
        return await self._direct.ask(request)

    def _priced(self, custom_id: str, call: Completion | CallFailure) -> Completion | CallFailure:
        """An answer that serves equal requests was paid for once."""
        if isinstance(call, CallFailure):
            return call
        price, is_first = self._desk.price, custom_id not in self._paid
        self._paid.add(custom_id)
        usd = None if price is None else price.usd(call.usage) * is_first
        return replace(call, usd=usd, road=BATCH)

    async def close(self) -> None:
        """Connections belong to the desk and to the run's clients."""
