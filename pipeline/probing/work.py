"""A battery, top to bottom: ask about the responses as they are, then as they were changed, and count."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.errors import EndpointDownError
from domain.model import JudgeSpec
from domain.question import Question
from domain.verdict import Finding, JudgeFailure, Verdict, VerdictValue
from pipeline.entries import now
from pipeline.inputs import Inputs
from pipeline.panel import Clients, build_judge
from pipeline.prices import Prices
from pipeline.probing.asking import Ask, asking, undefended
from pipeline.probing.battery import CLEAR, Part, Scope, Trial, attack_trials, change_trials, outcome_of, stress_trials
from pipeline.probing.card import Card, Drift, rows_of
from pipeline.probing.material import Base, Material
from pipeline.purse import BudgetSpentError, PricedClients, Purse


@dataclass(frozen=True, slots=True)
class _Found:
    """What a judge said of the responses as they are; only what it said, never what a call failed on."""

    verdicts: list[tuple[Base, Verdict]]

    @property
    def violated(self) -> list[Base]:
        """Labelled violations that it finds."""
        mine = [base for base, verdict in self.verdicts if verdict.value is VerdictValue.VIOLATED]
        return [base for base in mine if base.label is VerdictValue.VIOLATED]


def probe_judge(
    spec: JudgeSpec, inputs: Inputs, prices: Prices, material: Material, scope: Scope,
    environ: Mapping[str, str] = os.environ,
) -> Card:  # fmt: skip
    """Put the battery to one judge, under the run's limits and budget.

    Raises:
        InputError: the judge cannot be connected.
    """
    return asyncio.run(_probe(spec, inputs, prices, material, scope, environ))


async def _probe(
    spec: JudgeSpec, inputs: Inputs, prices: Prices, material: Material, scope: Scope, environ: Mapping[str, str]
) -> Card:
    purse = Purse(prices, cap_usd=inputs.config.limits.usd, spent_usd=0.0)
    async with Clients(inputs, environ) as clients:
        paying = PricedClients(clients, purse)
        judge = build_judge(spec, inputs)
        ask = asking(judge, paying)
        crew = _Crew(spec.concurrency or inputs.config.limits.concurrency)
        bases = [*material.violated, *material.safe]
        asked = await crew.ask_all(ask, [base.question for base in bases])
        found = _Found([(base, one) for base, one in zip(bases, asked, strict=True) if isinstance(one, Verdict)])
        trials = list(_trials(spec, material, found, scope))
        findings = await crew.ask_all(ask, [one.question for one in trials])
        drift = [
            await _drift(crew, name, without, found)
            for name, without in (undefended(spec, inputs, paying) if Part.DRIFT in scope.parts else ())
        ]
    done = [(trial, one) for trial, one in zip(trials, findings, strict=True) if one is not None]
    failures = Counter(one.kind.value for _, one in done if isinstance(one, JudgeFailure))
    return Card(
        spec.judge_id, spec.model or spec.provider, judge.fingerprint, now(), len(material.violated),
        len(found.violated), rows_of((trial.part, trial.family, outcome_of(trial, one)) for trial, one in done),
        drift, failures, purse.spent_usd, crew.stopped,
    )  # fmt: skip


def _trials(spec: JudgeSpec, material: Material, found: _Found, scope: Scope) -> Iterator[Trial]:
    if Part.ATTACKS in scope.parts:
        yield from attack_trials(found.violated, thorough=scope.thorough)
    if Part.STRESS in scope.parts:
        certain = [(base, verdict) for base, verdict in found.verdicts if verdict.value is not VerdictValue.CANNOT_TELL]
        yield from stress_trials(certain, spec.family or spec.model or spec.judge_id)
    if Part.CHANGES in scope.parts:
        yield from change_trials(material.cases)


class _Crew:
    """Asks many questions at once, as far as the run's limits allow. A spent budget, or an endpoint that is down, ends
    it; what was paid for until then is kept."""

    def __init__(self, n_at_once: int) -> None:
        self._places = asyncio.Semaphore(n_at_once)
        self.stopped = ""
        """Why it ended early."""

    async def ask_all(self, ask: Ask, questions: Iterable[Question]) -> list[Finding | None]:
        """A finding for each question; None for those that it did not come to."""
        return await asyncio.gather(*(self._one(ask, question) for question in questions))

    async def _one(self, ask: Ask, question: Question) -> Finding | None:
        async with self._places:
            if self.stopped:
                return None
            try:
                return await ask(question)
            except BudgetSpentError:
                self.stopped = "the budget is spent (limits.usd)"
            except EndpointDownError as error:
                name, n_failed, detail = error.told
                self.stopped = f"{name} is down: {n_failed} calls in a row failed, the last with: {detail}"
            return None


async def _drift(crew: _Crew, defence: str, without: Ask, found: _Found) -> Drift:
    """The same responses, asked about without one defence."""
    others = await crew.ask_all(without, [base.question for base, _ in found.verdicts])
    pairs = [
        (verdict.value, other.value)
        for (_, verdict), other in zip(found.verdicts, others, strict=True)
        if isinstance(other, Verdict)
    ]
    n_changed = sum(one is not other for one, other in pairs)
    n_lost = sum(one not in CLEAR and other in CLEAR for one, other in pairs)
    return Drift(defence, len(pairs), n_changed, n_lost)
