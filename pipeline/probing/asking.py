"""How a battery reaches its judge: the run's own judge and clients, or the same judge with one defence taken out."""

from collections.abc import Awaitable, Callable, Iterator

from domain.model import JudgeSpec
from domain.question import Question
from domain.verdict import Finding
from judges.client import ModelClient, ModelRequest
from judges.judge import Judge, ModelJudge, proceed
from judges.probing.defences import DEFENCES
from judges.prompt import load_prompts
from pipeline.inputs import Inputs, prompt_texts
from pipeline.panel import ClientSource

Ask = Callable[[Question], Awaitable[Finding]]
"""One criterion put about one response."""


def asking(judge: Judge, clients: ClientSource) -> Ask:
    """A way to ask a judge, by itself and once; an embedded judge needs no client."""
    client = None if judge.spec.is_baseline else clients.for_judge(judge.spec)

    async def ask(question: Question) -> Finding:
        return await _asked(judge, client, question)

    return ask


def undefended(spec: JudgeSpec, inputs: Inputs, clients: ClientSource) -> Iterator[tuple[str, Ask]]:
    """The judge without each defence of its prompts; nothing for an embedded judge, which has no prompt."""
    texts = prompt_texts(inputs.root, inputs.config, inputs.gate)
    for name, without in DEFENCES.items() if not spec.is_baseline else ():
        if (changed := without(texts)) != texts:
            yield name, asking(ModelJudge(spec, load_prompts(changed)), clients)


def first_request(judge: Judge, question: Question) -> ModelRequest | None:
    """What would be sent first for a question; None for an embedded judge."""
    said = proceed(judge.judging([question]))
    return said if isinstance(said, ModelRequest) else None


async def _asked(judge: Judge, client: ModelClient | None, question: Question) -> Finding:
    judging = judge.judging([question])
    said = proceed(judging)
    while isinstance(said, ModelRequest):
        if client is None:
            raise AssertionError("an embedded judge makes no call")
        said = proceed(judging, await client.ask(said))
    return said[0].finding
