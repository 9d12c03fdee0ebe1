"""What a run would ask and cost, without asking anything.

Tokens are estimated, not counted: four characters to a token, a response of 400 tokens where none is known yet, a
judge's reply of 250. Every figure says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from domain.item import ResponseOutcome
from domain.model import Candidate, Endpoint, JudgeSpec
from domain.question import Question, questions_of
from domain.scenario import Scenario
from judges.judge import judge_request
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.prices import Prices, load_prices
from pipeline.respond import candidate_request, outcome_of_text

_CHARACTERS_PER_TOKEN = 4
_RESPONSE_TOKENS, _REPLY_TOKENS = 400, 250
_STAND_IN = "x" * (_RESPONSE_TOKENS * _CHARACTERS_PER_TOKEN)


@dataclass(slots=True)
class Line:
    """What one candidate or judge would be asked."""

    who: str
    model: str
    paid: bool
    n_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
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
    def usd(self) -> float | None:
        """The whole price; None when any part of it is not known."""
        paid = [line.usd for line in self.lines if line.paid]
        return None if None in paid else sum(one for one in paid if one is not None)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        lines = [{name: getattr(line, name) for name in Line.__slots__} for line in self.lines]
        return {
            "name": self.name, "items": self.n_items, "model_calls": self.n_calls, "usd_estimate": self.usd,
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
        rows.append(f"Price: {total} (prices as of {self.prices_as_of}; tokens estimated, four characters each).")
        return "\n".join(rows)


def plan_run(root: Path, config_path: Path, *, limit: int | None = None) -> Plan:
    """Plan a run from its configuration.

    Raises:
        InputError: the configuration or something that it names is not as it must be.
    """
    inputs = Inputs(root, load_config(config_path))
    config = inputs.config
    prices = load_prices(root / config.prices)
    plan = Plan(config.name, 0, f"{prices.as_of:%Y-%m-%d}")
    asked = {one.candidate_id: _line(f"candidate {one.candidate_id}", one) for one in config.candidates}
    judged = [(spec, _line(f"judge {spec.judge_id}", spec)) for spec in config.judges]
    for scenario, candidate, response in islice(_items(inputs), limit):
        plan.n_items += 1
        if candidate is not None:
            sent = sum(len(turn.text) for turn in candidate_request(candidate, scenario, 0).turns)
            _add(asked[candidate.candidate_id], sent, _RESPONSE_TOKENS)
        if outcome_of_text(response)[0] is not ResponseOutcome.COMPLETED:
            continue  # goes to a person unjudged
        for question in questions_of(scenario, response, inputs.rubrics, own_criteria=config.scenario_criteria):
            for spec, line in judged:
                _add(line, _asked(inputs, spec, question), _REPLY_TOKENS)
    plan.lines = [*asked.values(), *(line for _, line in judged)]
    for line in plan.lines:
        line.usd = _usd(line, prices)
    return plan


def _line(who: str, endpoint: Endpoint) -> Line:
    return Line(who, endpoint.model or endpoint.provider, endpoint.is_remote)


def _items(inputs: Inputs) -> Iterator[tuple[Scenario, Candidate | None, str]]:
    for scenario in inputs.scenarios if inputs.config.candidates else ():
        for candidate in inputs.config.candidates:
            for _ in range(candidate.repeats):
                yield scenario, candidate, _STAND_IN
    for response in inputs.responses or ():
        yield inputs.scenarios[response.scenario_id], None, response.response


def _asked(inputs: Inputs, spec: JudgeSpec, question: Question) -> int:
    if spec.is_baseline:
        return 0
    return sum(len(turn.text) for turn in judge_request(spec, inputs.prompts, question).turns)


def _add(line: Line, characters: int, output_tokens: int) -> None:
    line.n_calls += 1
    if line.paid:
        line.input_tokens += characters // _CHARACTERS_PER_TOKEN
        line.output_tokens += output_tokens


def _usd(line: Line, prices: Prices) -> float | None:
    price = prices.of(line.model)
    if price is None:
        return None
    return (line.input_tokens * price.input + line.output_tokens * price.output) / 1e6
