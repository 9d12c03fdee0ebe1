"""How a battery reaches its judge: the run's own judge and clients, or the same judge with one defence taken out."""

from collections.abc import Awaitable, Callable, Iterator

from domain.model import JudgeSpec
from domain.question import Question
from domain.verdict import Finding
from judges.client import ModelRequest
from judges.judge import Judge, ModelJudge, judge_request
from judges.probing.defences import DEFENCES
from judges.prompt import load_prompts
from pipeline.inputs import Inputs, prompt_texts
from pipeline.panel import ClientSource, build_judge

Ask = Callable[[Question], Awaitable[Finding]]
"""One criterion put about one response."""


def ask_of(spec: JudgeSpec, inputs: Inputs, clients: ClientSource) -> tuple[Judge, Ask]:
    """The judge as the configuration has it, and a way to ask it."""
    judge = build_judge(spec, inputs, clients)
    return judge, _asking(judge)


def undefended(spec: JudgeSpec, inputs: Inputs, clients: ClientSource) -> Iterator[tuple[str, Ask]]:
    """The judge without each defence of its prompts; nothing for an embedded judge, which has no prompt."""
    texts = prompt_texts(inputs.root, inputs.config)
    for name, without in DEFENCES.items() if not spec.is_baseline else ():
        if (changed := without(texts)) != texts:
            yield name, _asking(ModelJudge(spec, load_prompts(changed), clients.for_judge(spec)))


def request_of(spec: JudgeSpec, inputs: Inputs, question: Question) -> ModelRequest | None:
    """What would be sent for a question; None for an embedded judge."""
    return None if spec.is_baseline else judge_request(spec, inputs.prompts, question)


def _asking(judge: Judge) -> Ask:
    async def ask(question: Question) -> Finding:
        return (await judge.judge(question)).finding

    return ask
