"""One judge under one set of prompts: asked whatever it was not asked before, every reply kept in a journal."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.verdict import FailureKind, Finding, JudgeFailure
from judges.client import ModelClient, ModelRequest
from judges.judge import Judge, proceed
from pipeline.asking import Asking
from pipeline.cache.reuse import Find
from pipeline.engine import Job, Lane, work_off
from pipeline.entries import now, verdict_id_of
from pipeline.hearing import Hearing
from pipeline.journal import NAME, Entry, Journal
from pipeline.plan import REPLY_TOKENS, Line, count_call
from pipeline.progress import Progress, read_progress
from pipeline.purse import BudgetSpentError
from pipeline.trial.material import Labelled, askings_of

TRIALS = Path("data/trials")
_SHORT = 20
_LANE = "judge"


@dataclass(slots=True)
class Leg:
    """One judge under one set of prompts, and what it was asked and said."""

    judge: Judge
    items: Sequence[Labelled]
    folder: Path
    """The judge's fingerprint is its name, so a changed judge has another."""
    findings: dict[tuple[int, str, str], list[Finding]] = field(
        default_factory=dict[tuple[int, str, str], list[Finding]]
    )
    """By number of item, rubric and criterion: one for each repeat."""
    n_failed: int = 0
    """Calls from which nothing came."""

    def askings(self) -> Iterator[tuple[int, str, Asking]]:
        """Number of item, id and what is asked."""
        for number, item in enumerate(self.items):
            for asking_id, asking in askings_of(self.judge, item):
                yield number, asking_id, asking

    def estimate(self, line: Line, find: Find) -> None:
        """Count the calls that are still to be made."""
        known = _progress(self.folder / NAME).findings
        for _, asking_id, asking in self.askings():
            ids = [verdict_id_of(asking_id, self.judge.spec.judge_id, one, asking.repeat) for one in asking.questions]
            said = proceed(self.judge.judging(asking.questions, asking.repeat))
            if all(one in known for one in ids):
                line.n_reused += 1
            elif isinstance(said, ModelRequest):
                count_call(line, self.judge.spec, said, REPLY_TOKENS * len(asking.questions), find)

    def take(self, number: int, asking: Asking, findings: Sequence[Finding]) -> None:
        """What one asking brought."""
        self.n_failed += any(isinstance(one, JudgeFailure) and one.kind is FailureKind.CALL_FAILED for one in findings)
        for question, finding in zip(asking.questions, findings, strict=True):
            key = (number, question.rubric_id, question.criterion.criterion_id)
            self.findings.setdefault(key, []).append(finding)


def leg_of(judge: Judge, items: Sequence[Labelled], root: Path) -> Leg:
    """A leg whose replies are kept under the judge's fingerprint."""
    return Leg(judge, items, root / TRIALS / judge.fingerprint[:_SHORT])


class LegWork:
    """A leg on its way. Use as a context manager: it holds the journal."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self.journal = Journal(leg.folder)
        self.progress = _progress(self.journal.path)
        self.is_budget_spent = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.journal.__exit__(kind, error, trace)

    @property
    def begun(self) -> str:
        """When the journal was begun; writes that down where it is new."""
        if self.progress.run is None:
            spec = self._leg.judge.spec.model_dump(mode="json", exclude={"api_key_env"})
            entry = {"kind": "run", "trial": self._leg.judge.fingerprint, "judge": spec, "at": now()}
            self.journal.append(entry)
            self.progress.run = entry
        return self.progress.run["at"]

    async def work(self, client: ModelClient, most: int, stop: asyncio.Event) -> None:
        """Ask everything that the journal does not hold, so many calls at once."""
        jobs = (Job(_LANE, partial(self._hear, client, stop, *one)) for one in self._leg.askings())
        await work_off(jobs, {_LANE: Lane(most, _LANE)}, stop)

    async def _hear(
        self, client: ModelClient, stop: asyncio.Event, number: int, asking_id: str, asking: Asking
    ) -> list[Job]:
        hearing = Hearing(asking_id, asking, self.progress, self._write)
        try:
            findings = hearing.known() or await hearing.heard(client)
        except BudgetSpentError:
            self.is_budget_spent = True
            stop.set()
            return []
        self._leg.take(number, asking, findings)
        return []

    def _write(self, entry: Entry, *, is_new: bool) -> None:
        if is_new:
            self.journal.append(entry)
            self.progress.count(entry)


def _progress(journal: Path) -> Progress:
    """What the journal holds, without the calls that failed: these are made again."""
    progress = read_progress(journal)
    progress.findings = {key: entry for key, entry in progress.findings.items() if not _has_failed(entry)}
    progress.calls = {key: entry for key, entry in progress.calls.items() if "failed" not in entry["call"]}
    return progress


def _has_failed(entry: Entry) -> bool:
    return entry["kind"] == "failure" and entry["finding"]["kind"] == FailureKind.CALL_FAILED
