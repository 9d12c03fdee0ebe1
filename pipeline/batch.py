"""The items of a run on their way: respond, judge by the whole panel, route; every finished call journalled at once."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from domain.identifiers.gate import IdentifierGate
from domain.item import Item, ResponseOutcome
from domain.model import Candidate, JudgeSpec
from domain.question import questions_of
from domain.routing import NO_CLEARANCE, Clearance
from domain.rubric import Rubric
from domain.scenario import Response
from judges.client import Finish, ModelClient
from judges.judge import Judge
from judges.suspicions.detect import suspicions_of
from pipeline.asking import Asking, PanelWork
from pipeline.config import Config
from pipeline.engine import Job, Lane
from pipeline.entries import call_entry, response_entry, routed_entry, scenario_entry
from pipeline.hearing import Hearing
from pipeline.items import Source
from pipeline.journal import Entry, Sink
from pipeline.panel import NotYetError, lane_of, may_judge
from pipeline.progress import Progress
from pipeline.purse import BudgetSpentError
from pipeline.respond import candidate_request, outcome_of, outcome_of_text
from pipeline.route import route

_IMPORTED = "imported"


@dataclass(slots=True)
class _Open:
    """An item that is being worked on."""

    item: Item
    source: Source
    outcome: ResponseOutcome = ResponseOutcome.CALL_FAILED
    body: str = ""
    panel: PanelWork | None = None
    """None until there is a response that can be judged."""
    n_pending: int = 0
    entries: list[Entry] = field(default_factory=list[Entry])
    """What the journal holds of it."""
    waits: bool = False
    """An answer comes later."""


class Content(Protocol):
    """What items are worked on by."""

    @property
    def config(self) -> Config:
        """The run's configuration."""
        ...

    @property
    def rubrics(self) -> Sequence[Rubric]:
        """What is judged."""
        ...

    @property
    def gate(self) -> IdentifierGate:
        """What responses pass before judges read them."""
        ...


class Batch:
    """Turns a run's items into jobs, and jobs into journal entries."""

    def __init__(
        self,
        content: Content,
        journal: Sink,
        progress: Progress,
        judges: Sequence[Judge],
        clients: Mapping[str, ModelClient],
        stop: asyncio.Event,
        clearance: Callable[[], Clearance] = lambda: NO_CLEARANCE,
    ) -> None:
        self._config = content.config
        self._rubrics = content.rubrics
        self._gate = content.gate
        self._journal = journal
        self._progress = progress
        self._judges = judges
        self._clients = clients
        self._stop = stop
        self._clearance = clearance
        self._last_scenario_sha256 = ""
        self._waiting: set[str] | None = None

    @property
    def waits(self) -> bool:
        """Whether items were left open because answers come later; `jobs` takes up these."""
        return bool(self._waiting)

    def lanes(self) -> dict[str, Lane]:
        """How many calls each candidate and judge may have in flight; those behind one provider share a pool."""
        usual = self._config.limits.concurrency
        asked = {lane_of(one): Lane(one.concurrency or usual, pool_of(one)) for one in self._config.candidates}
        judged = {
            lane_of(one): Lane(1 if one.is_baseline else one.concurrency or usual, pool_of(one))
            for one in (judge.spec for judge in self._judges)
        }
        return {**asked, **judged, _IMPORTED: Lane(1, _IMPORTED)}

    def pools(self) -> dict[str, int]:
        """How many calls each provider may have in flight, where the configuration bounds that."""
        most = self._config.limits.per_provider
        endpoints = (*self._config.candidates, *(judge.spec for judge in self._judges))
        return {} if most is None else {pool_of(one): most for one in endpoints if one.is_remote}

    def jobs(self, items: Iterable[tuple[Item, Source]]) -> Iterator[Job]:
        """The first job of every item that is not finished, or that waits: the response."""
        only, self._waiting = self._waiting, set()
        for item, source in items:
            if item.item_id in only if only is not None else item.item_id not in self._progress.finished_before:
                lane = _IMPORTED if isinstance(source, Response) else lane_of(source)
                yield Job(lane, partial(self._respond, _Open(item, source)))

    async def _respond(self, work: _Open) -> list[Job]:
        entry = self._progress.responses.pop(work.item.item_id, None)
        if entry is None:
            try:
                entry = await self._had(work.item, work.source)
            except BudgetSpentError:
                return self._stop_here()
            except NotYetError:
                work.waits = True
                return self._finish(work)
            self._note_scenario(work.item)
            self._write(work, entry, is_new=True)
        else:
            self._write(work, entry, is_new=False)
        work.outcome, work.body = ResponseOutcome(entry["outcome"]), entry["body"]
        if work.outcome is not ResponseOutcome.COMPLETED:
            return self._finish(work)
        own = self._config.scenario_criteria
        questions = list(questions_of(work.item.scenario, work.body, self._rubrics, own_criteria=own))
        judges = [one for one in self._judges if may_judge(one.spec, work.source, self._config.policy)]
        work.panel = PanelWork(questions, judges, self._config.policy)
        return self._ask(work, work.panel.first()) or self._finish(work)

    async def _had(self, item: Item, source: Source) -> Entry:
        """The item's response: from its file, or asked for."""
        if isinstance(source, Response):
            outcome, detail = outcome_of_text(source.response, Finish(source.finish), self._gate)
            return response_entry(item, outcome, source.response, detail=detail, model=source.model)
        request = candidate_request(source, item.scenario, item.repeat)
        call = await self._clients[lane_of(source)].ask(request)
        outcome, body, detail = outcome_of(call, self._gate)
        model = getattr(call, "model", "") or source.model
        key = request.key(source.address)
        return response_entry(item, outcome, body, detail=detail, model=model, key=key, call=call_entry(call))

    def _note_scenario(self, item: Item) -> None:
        """Items come scenario by scenario, so remembering the last is enough to write each about once."""
        if item.scenario.sha256 != self._last_scenario_sha256:
            self._journal.append(scenario_entry(item))
            self._last_scenario_sha256 = item.scenario.sha256

    def _write(self, work: _Open, entry: Entry, *, is_new: bool) -> None:
        """Take an entry of the item; a new one goes to the journal."""
        if is_new:
            self._journal.append(entry)
            self._progress.count(entry)
        work.entries.append(entry)

    def _ask(self, work: _Open, askings: Sequence[Asking]) -> list[Job]:
        work.n_pending += len(askings)
        return [Job(lane_of(one.judge.spec), partial(self._judge, work, one)) for one in askings]

    async def _judge(self, work: _Open, asking: Asking) -> list[Job]:
        hearing = Hearing(work.item.item_id, asking, self._progress, partial(self._write, work))
        findings = hearing.known()
        if findings is None:
            try:
                findings = await hearing.heard(self._clients.get(lane_of(asking.judge.spec)))
            except BudgetSpentError:
                return self._stop_here()
            except NotYetError:
                work.waits = True
        work.n_pending -= 1
        jobs = self._ask(work, work.panel.take(asking, findings)) if work.panel and findings is not None else []
        return self._finish(work) if work.n_pending == 0 else jobs

    def _stop_here(self) -> list[Job]:
        """The money is spent: the item stays open, and nothing more is begun."""
        self._progress.is_budget_spent = True
        self._stop.set()
        return []

    def _keep(self, work: _Open) -> list[Job]:
        """The item stays open: what is known of it is put back for the next pass."""
        if self._waiting is not None:
            self._waiting.add(work.item.item_id)
        self._progress.hold(work.entries)
        return []

    def _finish(self, work: _Open) -> list[Job]:
        if work.waits:
            return self._keep(work)
        asked, findings = (work.panel.asked, work.panel.findings) if work.panel else ([], [])
        suspicions = suspicions_of(work.body) if work.panel else ()
        may = self._clearance()
        routed = route(
            work.item.item_id,
            work.outcome,
            asked,
            findings,
            self._config.policy,
            may.certificates,
            suspicions,
            may.stopped,
        )
        entry = routed_entry(work.item.item_id, routed)
        self._write(work, entry, is_new=True)
        return []


def pool_of(one: Candidate | JudgeSpec) -> str:
    """What is behind one address and key is one provider's; what runs in this process is alone."""
    return f"{one.provider} {one.base_url} {one.api_key_env}" if one.is_remote else lane_of(one)
