"""Judges: each answers questions about one response, each question with exactly one finding.

A judge does no I/O: it yields the calls that it wants made and is sent what came of them. So one and the same judge
runs live, from files of results, and against a journal.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from domain.model import HOW_IT_IS_REACHED, JudgeSpec
from domain.question import Question
from domain.record import content_sha256, text_sha256
from domain.rubric import Kind
from domain.severity import Severity
from domain.verdict import Finding
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.few_shot import NO_EXAMPLES, Pool
from judges.prompt import Prompts
from judges.reply import read_reply
from judges.schema import reply_schema

Call = Completion | CallFailure


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding, and what it was read from."""

    finding: Finding
    key: str
    """Hash of the content that determines the finding: of the last call that was made for it."""


Judging = Generator[ModelRequest, Call, list[Judgement]]
"""Yields calls to be made; returns a judgement for each question, in their order."""


class Judge(Protocol):
    """What the panel is made of."""

    spec: JudgeSpec
    fingerprint: str
    """Hash of everything that decides its verdicts, rubric apart; a change voids what was measured with it."""

    def covers(self, question: Question) -> bool:
        """Whether the question lies within what this judge can read at all; decided without reading the response."""
        ...

    def judging(self, questions: Sequence[Question], repeat: int = 0) -> Judging:
        """Answer questions about one response, and of one kind; whatever goes wrong is a `JudgeFailure`."""
        ...


class ModelJudge:
    """A language model with a prompt, examples to go by where it has any, and a required shape of reply."""

    def __init__(self, spec: JudgeSpec, prompts: Prompts, pool: Pool = NO_EXAMPLES) -> None:
        self.spec = spec
        content = {"prompts": prompts.sha256, "schemas": _SCHEMAS_SHA256, "examples": pool.sha256}
        self.fingerprint = fingerprint(spec, content)
        self._prompts = prompts
        self._pool = pool

    def covers(self, question: Question) -> bool:  # noqa: ARG002 (the protocol's signature)
        """A model reads every criterion."""
        return True

    def judging(self, questions: Sequence[Question], repeat: int = 0) -> Judging:
        """Ask, and read the reply; a quote that does not stand in the response is asked for once more."""
        request = self._request(questions, repeat)
        call = yield request
        readings = read_reply(self.spec.judge_id, questions, call, repeat)
        judged = [Judgement(one.finding, request.key(self.spec.address)) for one in readings]
        lost = [number for number, one in enumerate(readings) if one.lost]
        if not lost or isinstance(call, CallFailure):
            return judged
        again = [questions[number] for number in lost]
        request = self._again(request, call.text, again, [quote for number in lost for quote in readings[number].lost])
        call = yield request
        if isinstance(call, CallFailure):  # what was lost stays lost, and goes to a person
            return judged
        for number, one in zip(lost, read_reply(self.spec.judge_id, again, call, repeat), strict=True):
            judged[number] = Judgement(one.finding, request.key(self.spec.address))
        return judged

    def _request(self, questions: Sequence[Question], repeat: int) -> ModelRequest:
        first = questions[0]
        ids = "+".join(one.criterion.criterion_id for one in questions)
        return ModelRequest(
            model=self.spec.model,
            turns=self._prompts.turns(questions, self._pool),
            params=self.spec.params,
            schema=_schema_of(questions),
            repeat=repeat,
            about=f"{first.scenario.scenario_id}/{ids}",
            texts=_case_of(first),
        )

    def _again(
        self, request: ModelRequest, reply: str, questions: Sequence[Question], quotes: Sequence[str]
    ) -> ModelRequest:
        turns = request.turns + self._prompts.again(reply, questions, quotes)
        about, texts = f"{request.about} again", (*request.quoted, reply)
        return replace(request, turns=turns, schema=_schema_of(questions), about=about, texts=texts)


def proceed(judging: Judging, call: Call | None = None) -> ModelRequest | list[Judgement]:
    """What a judge wants asked next, or its judgements at the end.

    Args:
        judging: begun by a judge.
        call: what came of the request before; None to begin.
    """
    try:
        return next(judging) if call is None else judging.send(call)
    except StopIteration as end:
        judged: list[Judgement] = end.value
        return judged


async def ask_judge(
    judge: Judge, client: ModelClient, questions: Sequence[Question], repeat: int = 0
) -> list[Judgement]:
    """Have a judge answer, its calls made one after the other as it wants them."""
    judging = judge.judging(questions, repeat)
    said = proceed(judging)
    while isinstance(said, ModelRequest):
        said = proceed(judging, await client.ask(said))
    return said


def embedded(judge_fingerprint: str, decide: Callable[[Question], Finding], questions: Sequence[Question]) -> Judging:
    """The judging of a judge that makes no call: it reads the response, the criterion and the case."""
    yield from ()
    return [Judgement(decide(one), _embedded_key(judge_fingerprint, one)) for one in questions]


def groups_of(questions: Sequence[Question], most: int) -> list[tuple[Question, ...]]:
    """Which questions share a call: minor ones of one rubric, kind and applicability, at most so many.

    Batching criteria trades accuracy for cost (arXiv 2606.29920), so it is for the least harm only.
    """
    shared: dict[tuple[str, Kind, bool], list[Question]] = {}
    groups: list[tuple[Question, ...]] = []
    for one in questions:
        if most == 1 or one.severity is not Severity.MINOR:
            groups.append((one,))
            continue
        together = shared.setdefault((one.rubric_id, one.criterion.kind, one.applicability_open), [])
        together.append(one)
        if len(together) == most:
            groups.append(tuple(together))
            together.clear()
    return groups + [tuple(together) for together in shared.values() if together]


def fingerprint(spec: JudgeSpec, content: dict[str, str]) -> str:
    """A judge's identity: its specification (but not where its key is kept) and the content it reads by."""
    return content_sha256([spec.model_dump(mode="json", exclude=HOW_IT_IS_REACHED), content])


def _case_of(question: Question) -> tuple[str, ...]:
    """What somebody wrote about the case, or a candidate; rubrics and prompts were looked at as files."""
    scenario = question.scenario
    return *(one.content for one in scenario.messages), scenario.reference_answer or "", question.response


def _embedded_key(judge_fingerprint: str, question: Question) -> str:
    return content_sha256(
        [judge_fingerprint, question.scenario.sha256, question.criterion.sha256, text_sha256(question.response)]
    )


def _schema_of(questions: Sequence[Question]) -> dict[str, Any]:
    first = questions[0]
    is_open = first.applicability_open
    return reply_schema(first.criterion.kind, applicability_open=is_open, several=len(questions) > 1)


_SCHEMAS_SHA256 = content_sha256(
    [reply_schema(kind, applicability_open=True, several=several) for kind in Kind for several in (False, True)]
)
