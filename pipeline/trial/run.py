"""A trial, top to bottom: two sets of prompts, every judge that reads one, each asked what it was not asked before."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from domain.errors import InputError
from domain.model import JudgeSpec
from pipeline.cache.reuse import CallCache, ReusingClients, looking_up
from pipeline.inputs import Inputs
from pipeline.panel import Clients, build_judge
from pipeline.plan import Plan, line_of, usd_of
from pipeline.prices import Prices, load_prices
from pipeline.purse import PricedClients, Purse
from pipeline.stop import stop_on_signals
from pipeline.trial.leg import Leg, LegWork, leg_of
from pipeline.trial.material import Material, load_prompt_folder
from pipeline.trial.outcome import Outcome, outcome_of

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """Two sets of prompts, and for each judge a leg under either."""

    inputs: Inputs
    material: Material
    folders: tuple[str, str]
    legs: Sequence[tuple[Leg, Leg]]
    prices: Prices

    def plan(self) -> Plan:
        """The calls that are still to be made and their price."""
        n_items = len(self.material.items)
        plan = Plan(f"{self.folders[0]} against {self.folders[1]}", n_items, f"{self.prices.as_of:%Y-%m-%d}")
        with looking_up(self.inputs.config, self.inputs.root) as find:
            for folder, leg in self._named():
                line = line_of(f"{leg.judge.spec.judge_id}, {folder}", leg.judge.spec)
                leg.estimate(line, find)
                line.usd = usd_of(line, self.prices)
                plan.lines.append(line)
        return plan

    def outcomes(self) -> list[Outcome]:
        """What was shown, for each judge."""
        return [outcome_of(self.material, *pair) for pair in self.legs]

    @property
    def n_failed(self) -> int:
        """Calls from which nothing came; the next try makes them again."""
        return sum(leg.n_failed for pair in self.legs for leg in pair)

    def _named(self) -> Iterator[tuple[str, Leg]]:
        return ((folder, leg) for pair in self.legs for folder, leg in zip(self.folders, pair, strict=True))


def prepare_trial(inputs: Inputs, material: Material, folders: tuple[str, str], judge_id: str | None) -> Trial:
    """Everything read and checked, nothing asked.

    Args:
        inputs: the configuration with its content.
        material: what the prompts are tried on.
        folders: of the two sets of prompts, in the workspace.
        judge_id: only this judge; every judge that reads a prompt where it is None.

    Raises:
        InputError: a folder lacks a file, both hold the same prompts, or no such judge reads prompts.
    """
    first, second = (load_prompt_folder(inputs, folder) for folder in folders)
    if first.sha256 == second.sha256:
        raise InputError(f"{folders[0]} and {folders[1]} hold the same prompts; there is nothing to compare")
    legs: list[tuple[Leg, Leg]] = []
    for spec in _readers(inputs, judge_id):
        items = material.for_judge(spec)
        if not items:
            raise InputError(
                f"every labelled scenario is of the part that teaches the judge {spec.judge_id}; expected labels of "
                "the evaluation part (`caveat labels split`)",
                key="--labels",
            )
        one, other = (leg_of(build_judge(spec, inputs, prompts), items, inputs.root) for prompts in (first, second))
        legs.append((one, other))
    return Trial(inputs, material, folders, legs, load_prices(inputs.root / inputs.config.prices))


def _readers(inputs: Inputs, judge_id: str | None) -> list[JudgeSpec]:
    """The judges that read prompts."""
    readers = [one for one in inputs.config.judges if not one.is_baseline]
    chosen = [one for one in readers if judge_id in (None, one.judge_id)]
    if not chosen:
        named = ", ".join(one.judge_id for one in readers) or "none"
        raise InputError(f"expected a judge that reads prompts; the configuration has: {named}", key="--judge")
    return chosen


def work_trial(trial: Trial, note: Note, environ: Mapping[str, str] = os.environ) -> bool:
    """Ask what is still to be asked; whether all of it was, although calls may have failed.

    Args:
        trial: its legs take what comes back.
        note: is told what goes otherwise than expected.
        environ: where keys are looked up.

    Raises:
        InputError: a key is missing, or a cap is set and a price is not known.
        EndpointDownError: an endpoint answers nothing any more.
        RunHeldError: another process is working on the same trial.
    """
    try:
        return asyncio.run(_work(trial, note, environ))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _work(trial: Trial, note: Note, environ: Mapping[str, str]) -> bool:
    cap_usd = trial.inputs.config.limits.usd
    purse = Purse(trial.prices, cap_usd=cap_usd, spent_usd=0.0)
    async with Clients(trial.inputs, environ) as clients:
        paying = PricedClients(clients, purse)
        with stop_on_signals() as stop:
            for leg in (one for pair in trial.legs for one in pair):
                if not await _work_leg(trial.inputs, leg, paying, stop, note):
                    return False
    return True


async def _work_leg(inputs: Inputs, leg: Leg, paying: PricedClients, stop: asyncio.Event, note: Note) -> bool:
    """Whether everything was asked."""
    config, spec = inputs.config, leg.judge.spec
    with LegWork(leg) as work:
        async with AsyncExitStack() as opened:
            cache = CallCache(config, inputs.root, work.journal.path, work.begun, note)
            asking = ReusingClients(paying, await opened.enter_async_context(cache))
            await work.work(asking.for_judge(spec), spec.concurrency or config.limits.concurrency, stop)
    if work.is_budget_spent:
        note(f"limits.usd ({config.limits.usd:g} USD) is spent; raise it, and the same command goes on")
    return not stop.is_set()
