"""What a run would ask and cost, without asking anything.

Tokens are estimated, not counted: four characters to a token, a response of 400 tokens where none is known yet, a
judge's reply of 250. Every figure says so.
"""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from domain.item import ResponseOutcome
from domain.model import Candidate, Endpoint, JudgeSpec
from domain.question import questions_of
from domain.scenario import Scenario
from judges.batches.connect import has_batches
from judges.client import Completion, Finish, ModelRequest
from judges.judge import Judge, proceed
from pipeline.admission import load_inputs
from pipeline.asking import PanelWork
from pipeline.cache.reuse import Find, looking_up, without_cache
from pipeline.config import Config, config_of
from pipeline.inputs import Inputs
from pipeline.items import Source, items_of
from pipeline.panel import build_judge, may_judge
from pipeline.prices import Prices, load_prices
from pipeline.respond import candidate_request, outcome_of_text

_CHARACTERS_PER_TOKEN = 4
_RESPONSE_TOKENS, REPLY_TOKENS = 400, 250
"""REPLY_TOKENS: of a judge's reply about one criterion."""
_STAND_IN = "x" * (_RESPONSE_TOKENS * _CHARACTERS_PER_TOKEN)


def _nothing_kept(_endpoint: Candidate | JudgeSpec, _request: ModelRequest) -> Completion | None:
    """Where no earlier run's reply may stand in."""
    return None


@dataclass(slots=True)
class Line:
    """What one candidate or judge would be asked."""

    who: str
    model: str
    paid: bool
    n_calls: int = 0
    n_reused: int = 0
    """Not made, because an earlier run's reply stands in; only what is known by now."""
    n_more: int = 0
    """Calls that the second stage may bring on top, where the first does not settle a question."""
    input_tokens: int = 0
    output_tokens: int = 0
    share: float = 1.0
    """Of the price by itself: less where it is asked by batch."""
    usd: float | None = None
    """None: the price file does not know the model."""


@dataclass(slots=True)
class Plan:
    """The whole run, a line for each candidate and judge."""

    name: str
    n_items: int
    prices_as_of: str
    lines: list[Line] = field(default_factory=list[Line])

    @property
    def n_calls(self) -> int:
        """Calls to models; embedded and scripted ones ask nobody."""
        return sum(line.n_calls for line in self.lines if line.paid)

    @property
    def n_reused(self) -> int:
        """Calls that earlier runs' replies spare."""
        return sum(line.n_reused for line in self.lines)

    @property
    def usd(self) -> float | None:
        """The whole price; None when any part of it is not known."""
        paid = [line.usd for line in self.lines if line.paid]
        return None if None in paid else sum(one for one in paid if one is not None)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        lines = [{name: getattr(line, name) for name in Line.__slots__} for line in self.lines]
        return {
            "name": self.name, "items": self.n_items, "model_calls": self.n_calls,
            "reused_calls": self.n_reused, "usd_estimate": self.usd,
            "prices_as_of": self.prices_as_of, "lines": lines,
        }  # fmt: skip

    def as_text(self) -> str:
        """For people."""
        rows = [f"Plan of {self.name}: {self.n_items} responses, {self.n_calls:,} model calls. Nothing is sent."]
        rows.append(f"{'':<24}{'model':<28}{'calls':>10}{'tokens in':>14}{'tokens out':>12}{'USD':>10}")
        for line in self.lines:
            usd = "-" if not line.paid else "unknown" if line.usd is None else f"{line.usd:.2f}"
            rows.append(
                f"{line.who:<24}{line.model:<28}{line.n_calls:>10,}{line.input_tokens:>14,}{line.output_tokens:>12,}{usd:>10}"
            )
        total = "unknown: the price file lacks a model" if self.usd is None else f"about {self.usd:.2f} USD"
        shares = sorted({f"{line.share:.0%}" for line in self.lines if line.share < 1})
        by_batch = f"; by batch at {' or '.join(shares)}" if shares else ""
        rows.append(
            f"Price: {total} (prices as of {self.prices_as_of}{by_batch}; tokens estimated, four characters each)."
        )
        if n_more := sum(line.n_more for line in self.lines if line.paid):
            rows.append(
                f"Up to {n_more:,} more calls, not priced here, where the first stage does not settle a question."
            )
        if self.n_reused:
            rows.append(
                f"{self.n_reused:,} more calls are not made: earlier runs' replies to the same are reused (cache)."
            )
        return "\n".join(rows)


def plan_run(
    root: Path, given: Path | Config, *, limit: int | None = None, cache: bool = True, by_batch: bool = False
) -> Plan:
    """Plan a run from its configuration, its calls by themselves or by the providers' batches; without `cache`, as if
    every call were made.

    Raises:
        InputError: the configuration or something that it names is not as it must be.
    """
    config = config_of(given)
    inputs = load_inputs(root, config if cache else without_cache(config))
    prices = load_prices(root / config.prices)
    plan = Plan(config.name, 0, f"{prices.as_of:%Y-%m-%d}")
    asked = {one.candidate_id: line_of(f"candidate {one.candidate_id}", one) for one in config.candidates}
    judged = {spec.judge_id: line_of(f"judge {spec.judge_id}", spec) for spec in config.judges}
    judges = [build_judge(spec, inputs) for spec in config.judges]
    with looking_up(inputs.config, root) as find:
        for item, source in islice(items_of("", inputs), limit):
            plan.n_items += 1
            finish = Finish.STOP
            if isinstance(source, Candidate):
                request = candidate_request(source, item.scenario, item.repeat)
                response = count_call(asked[source.candidate_id], source, request, _RESPONSE_TOKENS, find) or _STAND_IN
            else:
                response, finish = source.response, Finish(source.finish)
            if outcome_of_text(response, finish, inputs.gate)[0] is not ResponseOutcome.COMPLETED:
                continue  # goes to a person unjudged
            _ask(inputs, judges, judged, find, (item.scenario, response, source))
    plan.lines = [*asked.values(), *judged.values()]
    for line, endpoint in zip(plan.lines, (*config.candidates, *config.judges), strict=True):
        if by_batch and has_batches(endpoint):
            line.share = prices.batch_share_of(endpoint.provider)
        line.usd = usd_of(line, prices)
    return plan


def line_of(who: str, endpoint: Endpoint) -> Line:
    """Nothing asked yet."""
    return Line(who, endpoint.model or endpoint.provider, endpoint.is_remote)


def _ask(
    inputs: Inputs, judges: list[Judge], lines: dict[str, Line], find: Find, about: tuple[Scenario, str, Source]
) -> None:
    """Count what the panel is asked about one response."""
    (scenario, response, source), config = about, inputs.config
    questions = list(questions_of(scenario, response, inputs.rubrics, own_criteria=config.scenario_criteria))
    panel = PanelWork(questions, [one for one in judges if may_judge(one.spec, source, config.policy)], config.policy)
    first, (certain, possible) = panel.first(), panel.later()
    for asking in first + certain:
        spec = asking.judge.spec
        said = proceed(asking.judge.judging(asking.questions, asking.repeat))
        if isinstance(said, ModelRequest):
            count_call(lines[spec.judge_id], spec, said, REPLY_TOKENS * len(asking.questions), find)
        else:
            lines[spec.judge_id].n_calls += len(asking.questions)
    for asking in possible:
        lines[asking.judge.spec.judge_id].n_more += 1


def count_call(
    line: Line, endpoint: Candidate | JudgeSpec, request: ModelRequest, output_tokens: int, find: Find = _nothing_kept
) -> str:
    """Count one call; gives the reply where an earlier run's is reused."""
    if (found := find(endpoint, request)) is not None:
        line.n_reused += 1
        return found.text
    line.n_calls += 1
    if line.paid:
        line.input_tokens += sum(len(turn.text) for turn in request.turns) // _CHARACTERS_PER_TOKEN
        line.output_tokens += output_tokens
    return ""


def usd_of(line: Line, prices: Prices) -> float | None:
    """What a line's calls would cost; None where the price file does not know the model."""
    price = prices.of(line.model)
    if price is None:
        return None
    return (line.input_tokens * price.input + line.output_tokens * price.output) * line.share / 1e6
