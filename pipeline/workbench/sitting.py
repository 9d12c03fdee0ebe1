"""A panel asked about single responses, outside of a run: nothing is journalled, nothing is written to the store."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.question import Question
from domain.verdict import Finding
from judges.client import ModelClient, ModelRequest
from judges.judge import ask_judge, groups_of, proceed
from pipeline.asking import Asking, PanelWork
from pipeline.inputs import Inputs
from pipeline.panel import Clients
from pipeline.prices import load_prices
from pipeline.purse import BudgetSpentError, PricedClients, Purse

Known = Callable[[Asking], Finding | None]
"""What is known of one question put to one judge; None where it must be asked."""


def _nothing(_: Asking) -> None:
    """Everything is asked."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A panel before its work on one response, and what need not be asked."""

    panel: PanelWork
    known: Known = _nothing


@dataclass(frozen=True, slots=True)
class Sat:
    """How a sitting ended."""

    finished: list[bool]
    """For each sitting, whether the budget reached to its end."""
    usd: float


async def sit(inputs: Inputs, environ: Mapping[str, str], sittings: Sequence[Sitting]) -> Sat:
    """Have every panel finish its work, under the limits and the budget of the configuration.

    Args:
        inputs: whose judges are reached.
        environ: holds their keys.
        sittings: their panels hold the findings afterwards.

    Raises:
        InputError: a judge cannot be reached as the configuration says.
        EndpointDownError: an endpoint answers nothing any more.
    """
    limits = inputs.config.limits
    purse = Purse(load_prices(inputs.root / inputs.config.prices), cap_usd=limits.usd, spent_usd=0.0)
    async with Clients(inputs, environ) as clients:
        paying = PricedClients(clients, purse)
        asked = {one.judge_id: paying.for_judge(one) for one in inputs.config.judges if not one.is_baseline}
        places = asyncio.Semaphore(limits.concurrency)

        async def work(one: Sitting) -> bool:
            async with places:
                return await _finish(one, asked)

        finished = await asyncio.gather(*map(work, sittings))
    return Sat(finished, purse.spent_usd)


async def _finish(one: Sitting, clients: Mapping[str, ModelClient]) -> bool:
    """Ask until nothing is left to ask; False where the money was spent before."""
    waiting = one.panel.first()
    while waiting:
        asking = waiting.pop(0)
        rest: list[Question] = []
        for single in apart([asking]):
            finding = one.known(single)
            if finding is None:
                rest += single.questions
            else:
                waiting += one.panel.take(single, [finding])
        if rest:
            left = Asking(asking.judge, tuple(rest), asking.repeat)
            try:
                waiting += one.panel.take(left, await _heard(left, clients))
            except BudgetSpentError:
                return False
    return True


def apart(askings: Sequence[Asking]) -> list[Asking]:
    """Questions that share a call, one by one: some may be known and others not."""
    return [Asking(one.judge, (question,), one.repeat) for one in askings for question in one.questions]


def together(singles: Sequence[Asking]) -> list[Asking]:
    """The other way round: single questions as a panel would put them, minor ones sharing calls."""
    found: dict[tuple[str, int], list[Asking]] = {}
    for one in singles:
        found.setdefault((one.judge.spec.judge_id, one.repeat), []).append(one)
    return [
        Asking(some[0].judge, group, some[0].repeat)
        for some in found.values()
        for group in groups_of([one.questions[0] for one in some], some[0].judge.spec.together)
    ]


async def _heard(asking: Asking, clients: Mapping[str, ModelClient]) -> Sequence[Finding]:
    client = clients.get(asking.judge.spec.judge_id)
    if client is None:
        return found_at_once(asking) or []
    judged = await ask_judge(asking.judge, client, asking.questions, asking.repeat)
    return [one.finding for one in judged]


def found_at_once(asking: Asking) -> list[Finding] | None:
    """What an embedded judge finds; None where the judge would make a call."""
    said = proceed(asking.judge.judging(asking.questions, asking.repeat))
    return None if isinstance(said, ModelRequest) else [one.finding for one in said]
