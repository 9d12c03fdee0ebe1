"""A panel asked about single responses, outside of a run: nothing is journalled, nothing is written to the store."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.verdict import Finding
from judges.client import ModelClient, ModelRequest
from judges.judge import ask_judge, proceed
from pipeline.asking import Asking, PanelWork
from pipeline.inputs import Inputs
from pipeline.panel import Clients
from pipeline.prices import load_prices
from pipeline.purse import BudgetSpentError, PricedClients, Purse

Known = Callable[[Asking], Sequence[Finding] | None]
"""What is known of an asking already; None where it must be asked."""


@dataclass(frozen=True, slots=True)
class Sat:
    """How a sitting ended."""

    n_unheard: int
    """Responses that the budget did not reach."""
    usd: float


async def sit(
    inputs: Inputs, environ: Mapping[str, str], panels: Sequence[PanelWork], known: Known = lambda _: None
) -> Sat:
    """Have every panel finish its work, under the limits and the budget of the configuration.

    Args:
        inputs: whose judges are reached.
        environ: holds their keys.
        panels: each about one response; they hold the findings afterwards.
        known: what need not be asked.

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

        async def work(panel: PanelWork) -> bool:
            async with places:
                return await _finish(panel, asked, known)

        finished = await asyncio.gather(*map(work, panels))
    return Sat(finished.count(False), purse.spent_usd)


async def _finish(panel: PanelWork, clients: Mapping[str, ModelClient], known: Known) -> bool:
    """Ask until nothing is left to ask; False where the money was spent before."""
    waiting = panel.first()
    while waiting:
        asking = waiting.pop(0)
        try:
            findings = known(asking) or await _heard(asking, clients)
        except BudgetSpentError:
            return False
        waiting += panel.take(asking, findings)
    return True


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
