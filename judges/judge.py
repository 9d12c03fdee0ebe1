"""Judges: each answers one question about one response with exactly one finding."""

from dataclasses import dataclass
from typing import Protocol

from domain.model import HOW_IT_IS_REACHED, JudgeSpec
from domain.question import Question
from domain.record import content_sha256, text_sha256
from domain.verdict import Finding
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.prompt import Prompts
from judges.reply import parse_finding, reply_schema

_SCHEMAS = {is_open: reply_schema(applicability_open=is_open) for is_open in (True, False)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding, and the call that it was read from (None for an embedded judge)."""

    finding: Finding
    key: str
    """Hash of the content that determines the finding."""
    call: Completion | CallFailure | None


class Judge(Protocol):
    """What the panel is made of."""

    spec: JudgeSpec
    fingerprint: str
    """Hash of everything that decides its verdicts, rubric apart; a change voids what was measured with it."""

    def covers(self, question: Question) -> bool:
        """Whether the question lies within what this judge can read at all; decided without reading the response."""
        ...

    async def judge(self, question: Question) -> Judgement:
        """Answer; whatever goes wrong is a `JudgeFailure`."""
        ...


class ModelJudge:
    """A language model with a prompt and a required shape of reply."""

    def __init__(self, spec: JudgeSpec, prompts: Prompts, client: ModelClient) -> None:
        self.spec = spec
        self.fingerprint = fingerprint(spec, {"prompts": prompts.sha256, "schema": content_sha256(_SCHEMAS[True])})
        self._prompts = prompts
        self._client = client

    def covers(self, question: Question) -> bool:  # noqa: ARG002 (the protocol's signature)
        """A model reads every criterion."""
        return True

    async def judge(self, question: Question) -> Judgement:
        """Ask, and read the reply."""
        request = judge_request(self.spec, self._prompts, question)
        call = await self._client.ask(request)
        finding = parse_finding(self.spec.judge_id, question, call)
        return Judgement(finding, request.key(self.spec.address), call)


def judge_request(spec: JudgeSpec, prompts: Prompts, question: Question) -> ModelRequest:
    """The call by which a model judge is asked."""
    return ModelRequest(
        model=spec.model,
        turns=prompts.turns(question),
        params=spec.params,
        schema=_SCHEMAS[question.applicability_open],
        about=f"{question.scenario.scenario_id}/{question.criterion.criterion_id}",
    )


def fingerprint(spec: JudgeSpec, content: dict[str, str]) -> str:
    """A judge's identity: its specification (but not where its key is kept) and the content it reads by."""
    return content_sha256([spec.model_dump(mode="json", exclude=HOW_IT_IS_REACHED), content])


def embedded_key(judge_fingerprint: str, question: Question) -> str:
    """The key of a question put to an embedded judge, which reads the response, the criterion and the case."""
    return content_sha256(
        [judge_fingerprint, question.scenario.sha256, question.criterion.sha256, text_sha256(question.response)]
    )
