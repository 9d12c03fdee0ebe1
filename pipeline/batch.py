"""The items of a run on their way: respond, judge by the whole panel, route; every finished call journalled at once."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from domain.item import Item, ResponseOutcome
from domain.model import Candidate, JudgeSpec
from domain.question import Question, questions_of
from domain.rubric import Rubric
from domain.scenario import Response
from domain.verdict import Finding
from judges.client import ModelClient
from judges.judge import Judge
from pipeline.config import Config
from pipeline.engine import Job, Lane
from pipeline.entries import (
    call_entry,
    finding_entry,
    finding_of,
    response_entry,
    routed_entry,
    scenario_entry,
    verdict_id_of,
)
from pipeline.items import Source
from pipeline.journal import Entry, Sink
from pipeline.panel import NotYetError
from pipeline.progress import Progress
from pipeline.purse import BudgetSpentError
from pipeline.respond import candidate_request, outcome_of, outcome_of_text
from pipeline.route import Asked, route

_IMPORTED = "imported"


@dataclass(slots=True)
class _Open:
    """An item that is being worked on."""

    item: Item
    outcome: ResponseOutcome = ResponseOutcome.CALL_FAILED
    questions: Sequence[Question] = ()
    findings: list[Finding] = field(default_factory=list[Finding])
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
    ) -> None:
        self._config = content.config
        self._rubrics = content.rubrics
        self._journal = journal
        self._progress = progress
        self._judges = judges
        self._clients = clients
        self._stop = stop
        self._last_scenario_sha256 = ""
        self._waiting: set[str] | None = None

    @property
    def waits(self) -> bool:
        """Whether items were left open because answers come later; `jobs` takes up these."""
        return bool(self._waiting)

    def lanes(self) -> dict[str, Lane]:
        """How many calls each candidate and judge may have in flight; those behind one provider share a pool."""
        usual = self._config.limits.concurrency
        asked = {_lane(one): Lane(one.concurrency or usual, pool_of(one)) for one in self._config.candidates}
        judged = {
            _lane(one): Lane(1 if one.is_baseline else one.concurrency or usual, pool_of(one))
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
                lane = _IMPORTED if isinstance(source, Response) else _lane(source)
                yield Job(lane, partial(self._respond, _Open(item), source))

    async def _respond(self, work: _Open, source: Source) -> list[Job]:
        entry = self._progress.responses.pop(work.item.item_id, None)
        if entry is None:
            try:
                entry = await self._had(work.item, source)
            except BudgetSpentError:
                return self._stop_here()
            except NotYetError:
                work.waits = True
                return self._finish(work)
            self._note_scenario(work.item)
            self._journal.append(entry)
            self._progress.count(entry)
        work.entries.append(entry)
        work.outcome = ResponseOutcome(entry["outcome"])
        if work.outcome is not ResponseOutcome.COMPLETED:
            return self._finish(work)
        own = self._config.scenario_criteria
        work.questions = list(questions_of(work.item.scenario, entry["body"], self._rubrics, own_criteria=own))
        jobs = [
            self._judge_job(work, judge, question)
            for question in work.questions
            for judge in self._judges
            if judge.covers(question)
        ]
        work.n_pending = len(jobs)
        return jobs or self._finish(work)

    async def _had(self, item: Item, source: Source) -> Entry:
        """The item's response: from its file, or asked for."""
        if isinstance(source, Response):
            outcome, detail = outcome_of_text(source.response)
            return response_entry(item, outcome, source.response, detail=detail, model=source.model)
        request = candidate_request(source, item.scenario, item.repeat)
        call = await self._clients[source.candidate_id].ask(request)
        outcome, body, detail = outcome_of(call)
        model = getattr(call, "model", "") or source.model
        key = request.key(source.address)
        return response_entry(item, outcome, body, detail=detail, model=model, key=key, call=call_entry(call))

    def _note_scenario(self, item: Item) -> None:
        """Items come scenario by scenario, so remembering the last is enough to write each about once."""
        if item.scenario.sha256 != self._last_scenario_sha256:
            self._journal.append(scenario_entry(item))
            self._last_scenario_sha256 = item.scenario.sha256

    def _judge_job(self, work: _Open, judge: Judge, question: Question) -> Job:
        return Job(_lane(judge.spec), partial(self._judge, work, judge, question))

    async def _judge(self, work: _Open, judge: Judge, question: Question) -> list[Job]:
        item_id = work.item.item_id
        entry = self._progress.findings.pop(verdict_id_of(item_id, judge.spec.judge_id, question), None)
        if entry is not None:
            work.findings.append(finding_of(entry))
            work.entries.append(entry)
        else:
            try:
                judgement = await judge.judge(question)
            except BudgetSpentError:
                return self._stop_here()
            except NotYetError:
                work.waits = True
            else:
                entry = finding_entry(item_id, question, judgement)
                self._journal.append(entry)
                self._progress.count(entry)
                work.findings.append(judgement.finding)
                work.entries.append(entry)
        work.n_pending -= 1
        return self._finish(work) if work.n_pending == 0 else []

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
        asked = [
            Asked(question, tuple(judge.spec.judge_id for judge in self._judges if judge.covers(question)))
            for question in work.questions
        ]
        routed = route(work.item.item_id, work.outcome, asked, work.findings, self._config.policy)
        entry = routed_entry(work.item.item_id, routed)
        self._journal.append(entry)
        self._progress.count(entry)
        return []


def _lane(one: Candidate | JudgeSpec) -> str:
    return f"candidate {one.candidate_id}" if isinstance(one, Candidate) else f"judge {one.judge_id}"


def pool_of(one: Candidate | JudgeSpec) -> str:
    """What is behind one address and key is one provider's; what runs in this process is alone."""
    return f"{one.provider} {one.base_url} {one.api_key_env}" if one.is_remote else _lane(one)
