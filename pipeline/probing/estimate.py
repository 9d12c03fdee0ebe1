"""What a battery would ask and cost at the most, without asking anything. Tokens are estimated, as in a run's plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.model import JudgeSpec
from domain.question import Question
from domain.verdict import Verdict
from judges.client import Usage
from judges.probing.defences import DEFENCES
from pipeline.inputs import Inputs
from pipeline.panel import build_judge
from pipeline.prices import Prices
from pipeline.probing.asking import first_request
from pipeline.probing.battery import Part, Scope, attack_trials, change_trials, stress_trials
from pipeline.probing.material import Base, Material

_CHARACTERS_PER_TOKEN = 4
_REPLY_TOKENS = 250


@dataclass(frozen=True, slots=True)
class Estimate:
    """The most that a battery asks of one judge."""

    judge_id: str
    n_calls: int
    input_tokens: int
    output_tokens: int
    usd: float | None
    """None where the price file does not know the model; 0 for a judge that asks nobody."""

    def as_text(self) -> str:
        """For people."""
        usd = "price unknown: the price file lacks the model" if self.usd is None else f"about {self.usd:.2f} USD"
        tokens = f"{self.input_tokens:,} tokens in, {self.output_tokens:,} out, estimated"
        return f"{self.judge_id}: at most {self.n_calls:,} questions, {usd} ({tokens})."

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {name: getattr(self, name) for name in self.__slots__}


def estimate(spec: JudgeSpec, inputs: Inputs, prices: Prices, material: Material, scope: Scope) -> Estimate:
    """Count every question that could be asked, as if the judge found every violation."""
    questions = list(_questions(spec, material, scope))
    judge = build_judge(spec, inputs)
    requests = [first_request(judge, one) for one in questions]
    tokens = sum(len(turn.text) for one in requests if one for turn in one.turns) // _CHARACTERS_PER_TOKEN
    replies = _REPLY_TOKENS * sum(one is not None for one in requests)
    price = prices.of(spec.model)
    usd = price.usd(Usage(tokens, replies)) if price else None
    return Estimate(spec.judge_id, len(questions), tokens, replies, usd if spec.is_remote else 0.0)


def _questions(spec: JudgeSpec, material: Material, scope: Scope) -> Iterator[Question]:
    bases = [*material.violated, *material.safe]
    n_drift = len(DEFENCES) if Part.DRIFT in scope.parts and not spec.is_baseline else 0
    yield from (base.question for base in bases for _ in range(1 + n_drift))
    if Part.ATTACKS in scope.parts:
        yield from (trial.question for trial in attack_trials(material.violated, thorough=scope.thorough))
    if Part.STRESS in scope.parts:
        supposed = [(base, _supposed(spec, base)) for base in bases]
        yield from (trial.question for trial in stress_trials(supposed, spec.judge_id))
    if Part.CHANGES in scope.parts:
        yield from (trial.question for trial in change_trials(material.cases))


def _supposed(spec: JudgeSpec, base: Base) -> Verdict:
    """What the judge would say if it agreed with people."""
    one = base.question
    return Verdict(spec.judge_id, one.rubric_id, one.criterion.criterion_id, base.label, one.severity, "")
