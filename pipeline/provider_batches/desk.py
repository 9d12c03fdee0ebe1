"""One candidate's or judge's batches: submitted, looked for, looked at, fetched."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from domain.errors import BatchError, InputError
from judges.batches.api import BatchApi, BatchState, ChunkLimits, Found, Mark, SubmissionError
from judges.batches.connect import connect_batches
from judges.client import CallError
from judges.retry import persist
from pipeline.offline.addressee import Addressee
from pipeline.offline.results import Results
from pipeline.prices import Price
from pipeline.provider_batches.answers import Answers
from pipeline.provider_batches.outbox import Letter, Outbox
from pipeline.provider_batches.record import Chunk, Record
from pipeline.provider_batches.take import CutOffError, cost, fetch, unanswered
from pipeline.provider_batches.terms import Terms
from pipeline.purse import Purse

_NO_BATCHES = {404, 405, 501}
_TOO_MANY = 429
_MOST_UNHEARD = 24
"""Looks in a row at which nobody answered, each with all its attempts: two hours, once they are five minutes apart."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """What all desks of a run share."""

    run: str
    record: Record
    purse: Purse
    terms: Terms
    attempts: int
    environ: Mapping[str, str]


class Desk:
    """What is asked of one endpoint by batches, and what came of it."""

    def __init__(self, addressee: Addressee, office: Office, price: Price | None) -> None:
        self.addressee = addressee
        self.asked = f"{addressee.kind} {addressee.name}"
        self.answers = Answers(office.attempts)
        self.outbox = Outbox(addressee, office.record.folder)
        self.price = price
        """By batch."""
        self._office, self._record, self._purse, self._terms = office, office.record, office.purse, office.terms
        self._attempts = office.attempts
        self._api: BatchApi | None = None
        self._most = office.terms.most
        self._is_full = False
        self.is_put_off = False
        """Whether its last submission could not be made now, and is to be made later."""
        self._n_lost = self._n_unheard = 0
        self._said: dict[str, str] = {}
        self._read_what_was_done()

    def _read_what_was_done(self) -> None:
        for entry in self._record.ended:
            if entry["asked"] == self.asked:
                path = self._record.results_file(entry["chunk"])
                if not path.exists():
                    raise InputError("is not there; put it back: what it holds was paid for", file=path)
                self.answers.add(Results(self.addressee, path), entry["again"])
        for chunk in self.pending:
            self.outbox.hold(self._record.custom_ids(chunk))

    @property
    def pending(self) -> list[Chunk]:
        """Chunks that are with the provider, or may be."""
        return self._record.pending_of(self.asked)

    @property
    def is_direct(self) -> bool:
        """Whether its server has no batches."""
        return self.asked in self._record.direct

    async def submit(self) -> bool:
        """Submit what waits, as far as the money and the provider's limits go; whether it must be asked directly."""
        self.is_put_off = False
        while not (self.is_put_off or (self._is_full and self.pending)):
            letters = self.outbox.cut(self._limits(), self._purse.left_usd)
            if not letters:
                break
            await self._submit(letters)
            if self.is_direct:
                return True
        return False

    def _limits(self) -> ChunkLimits:
        if self._most is None:
            self._most = self._provider.limits
        return self._most

    @property
    def _provider(self) -> BatchApi:
        if self._api is None:
            self._api = connect_batches(self.addressee.endpoint, self._office.environ, self._attempts)
        return self._api

    async def _submit(self, letters: list[Letter]) -> None:
        name = self._record.next_name(self.asked, self.addressee.stem)
        self.outbox.write(letters, self._record.requests_file(name))
        most_usd = sum(one.most_usd for one in letters)
        chunk = self._record.intend(name, self.asked, len(letters), most_usd)
        self._purse.pay(most_usd)
        try:
            mark, path = self._mark(chunk), self._record.requests_file(name)
            batch_id = await persist(lambda: self._provider.submit(path, mark), self._attempts)
        except SubmissionError as error:
            self._not_submitted(chunk, letters, error)
        else:
            self._submitted(chunk, batch_id)

    def _submitted(self, chunk: Chunk, batch_id: str) -> None:
        self._record.submitted(chunk, batch_id)
        self._n_lost = self._n_unheard = 0
        self._terms.say(f"{self.asked}: {chunk.n_requests:,} requests submitted as {chunk.name} ({batch_id})")

    def _not_submitted(self, chunk: Chunk, letters: list[Letter], error: SubmissionError) -> None:
        if not error.is_certain:
            self._terms.say(f"{self.asked}: nobody knows whether {chunk.name} arrived ({error}); it will be looked for")
            return
        self._drop(chunk, str(error))
        if error.status in _NO_BATCHES and self.addressee.endpoint.base_url is not None:
            self._record.go_direct(self.asked, str(error))
            self.outbox.clear()
            self._terms.say(
                f"{self.asked}: its server has no batches ({error}); it is asked directly, at its full price"
            )
        elif error.status == _TOO_MANY and self.pending:
            self._is_full = True
            self._put_back(letters)
        elif self._may_bear(error):
            self.is_put_off = True
            self._put_back(letters)
            self._tell(chunk, f"cannot be submitted now ({error}); it will be submitted later")
        else:
            raise BatchError(f"{self.asked}: the batch was not taken: {error}. The same command tries again")

    def _put_back(self, letters: list[Letter]) -> None:
        self.outbox.hold(one.custom_id for one in letters)
        self.outbox.put_back(letters)

    def _drop(self, chunk: Chunk, why: str) -> None:
        self._record.dropped(chunk, why)
        self._purse.pay(-chunk.most_usd)
        self.outbox.release(self._record.custom_ids(chunk))
        self._record.requests_file(chunk.name).unlink(missing_ok=True)

    async def look_for(self) -> bool:
        """Find out what became of chunks that nobody knows of; whether any turned out not to have been submitted."""
        unknown = [one for one in self.pending if not one.batch_id]
        return any([await self._look_for(chunk) for chunk in unknown])

    async def _look_for(self, chunk: Chunk) -> bool:
        said = self._terms.settle.get(chunk.name, "")
        if said == "none":
            return self._give_up(chunk, "somebody says that it was not submitted")
        found = Found(said) if said else await self._call(self._provider.find(self._mark(chunk)), chunk)
        if found is None:
            return False
        if found.batch_id:
            self._submitted(chunk, found.batch_id)
            return False
        perhaps = found.perhaps
        age_s = (datetime.now(UTC) - chunk.intended_at).total_seconds()
        if not perhaps and age_s >= self._terms.sure_after_s:
            self._n_lost += 1
            if self._n_lost > self._attempts:
                raise BatchError(f"{self.asked}: {self._n_lost} submissions in a row did not arrive; try again later")
            return self._give_up(chunk, "the provider does not list it")
        known = (
            f"it may be {', '.join(perhaps)}, which has not ended" if perhaps else "the provider does not list it yet"
        )
        self._tell(
            chunk,
            f"nobody knows whether it was submitted: {known}. It is not submitted again before that is certain; if you "
            f"know, say --settle {chunk.name}=BATCH_ID or --settle {chunk.name}=none",
        )
        return False

    def _give_up(self, chunk: Chunk, why: str) -> bool:
        self._drop(chunk, why)
        self._terms.say(f"{self.asked}: {chunk.name} is given up ({why}); its requests are submitted anew")
        return True

    async def look_at(self) -> bool:
        """See how the batches stand, and take what has ended; whether there was any."""
        submitted = [one for one in self.pending if one.batch_id]
        return any([await self._look_at(chunk) for chunk in submitted])

    async def _look_at(self, chunk: Chunk) -> bool:
        if self._terms.settle.get(chunk.name) == "none":
            return self._give_up(chunk, "somebody has given it up")
        state = await self._call(self._provider.state(chunk.batch_id), chunk)
        if state is None:
            return False
        self._tell(chunk, f"{state.status}, {state.n_done:,} of {chunk.n_requests:,} requests done")
        if not state.is_over:
            return False
        if state.fault:
            self._refused(chunk, state)
        else:
            await self._take(chunk, state)
        return True

    def _refused(self, chunk: Chunk, state: BatchState) -> None:
        """Nothing of it was answered, and nothing is paid for."""
        self._drop(chunk, state.fault)
        if not state.is_full or chunk.n_requests == 1:
            raise BatchError(
                f"{self.asked}: the provider refused {chunk.name} ({chunk.batch_id}): {state.fault}. Nothing of it was "
                "paid for; once the cause is mended, the same command submits it anew"
            )
        self._is_full = True
        self._most = replace(self._limits(), requests=max(1, chunk.n_requests // 2))

    async def _take(self, chunk: Chunk, state: BatchState) -> None:
        asked = self._record.custom_ids(chunk)
        target = self._record.results_file(chunk.name)
        try:
            await fetch(self._provider, state, asked, target, self._attempts)
        except (CutOffError, CallError) as error:
            raise BatchError(
                f"{self.asked}: the results of {chunk.name} ({chunk.batch_id}) cannot be fetched: {error}. Nothing is "
                f"submitted again; the same command fetches them again, and --settle {chunk.name}=none gives them up"
            ) from None
        results = Results(self.addressee, target)
        again = unanswered(results, asked)
        usd = cost(results, self.price)
        self._record.end(chunk, state.status, again, usd)
        self._purse.pay(usd - chunk.most_usd)
        self.answers.add(results, again)
        self.outbox.release(asked)
        self._record.requests_file(chunk.name).unlink(missing_ok=True)
        if again:
            self._terms.say(f"{self.asked}: {len(again):,} requests of {chunk.name} were not answered ({state.status})")

    def _mark(self, chunk: Chunk) -> Mark:
        others = frozenset(self._record.batch_ids)
        return Mark(
            self._office.run, chunk.name, chunk.token, chunk.intended_at, self._record.custom_ids(chunk), others
        )

    async def _call(self, call: Awaitable[T], chunk: Chunk) -> T | None:
        """What the provider says; None where it cannot be reached now, and somebody waits until it can."""
        try:
            said = await call
        except CallError as error:
            self._bear(chunk, error)
            return None
        self._n_unheard = 0
        return said

    def _may_bear(self, error: CallError) -> bool:
        """Whether it is a fault that may pass, and somebody waits until it has."""
        self._n_unheard += 1
        return error.retryable and self._terms.wait and self._n_unheard < _MOST_UNHEARD

    def _bear(self, chunk: Chunk, error: CallError) -> None:
        if not self._may_bear(error):
            raise BatchError(
                f"{self.asked}: {chunk.name} ({chunk.batch_id or 'id unknown'}) cannot be asked after: {error}. The "
                f"same command goes on; --settle {chunk.name}=none gives it up, and it may then be paid for twice"
            ) from None
        self._tell(chunk, f"cannot be asked after now ({error}); it will be asked after again")

    def _tell(self, chunk: Chunk, what: str) -> None:
        """Say what is new of a batch."""
        if self._said.get(chunk.name) != what:
            self._said[chunk.name] = what
            self._terms.say(f"{self.asked}: {chunk.name}: {what}")

    async def close(self) -> None:
        """Let go of connections."""
        self.outbox.close()
        if self._api is not None:
            await self._api.close()
