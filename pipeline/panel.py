"""The run's judges and candidates, ready to be asked."""

import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from domain.errors import InputError
from domain.model import Candidate, JudgeSpec
from domain.record import Record
from judges.client import Completion, ModelClient
from judges.connect import connect
from judges.exemplar import Exemplar, ExemplarJudge, exemplars_of
from judges.judge import Judge, ModelJudge
from judges.lexicon import LexiconJudge
from pipeline.files.jsonl import JsonlSource
from pipeline.files.text import expand
from pipeline.inputs import Inputs, load_labels, load_responses


class Clients:
    """Connects endpoints under the run's limits; closes them all. Use as an async context manager."""

    def __init__(self, inputs: Inputs, environ: Mapping[str, str] = os.environ) -> None:
        self._inputs = inputs
        self._environ = environ
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return self._connect(candidate, candidate.candidate_id, lambda: _responses_of(self._inputs, candidate))

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return self._connect(spec, spec.judge_id, lambda: _replies(self._inputs.root, spec))

    def _connect(
        self, endpoint: Candidate | JudgeSpec, name: str, script: Callable[[], dict[str, Completion]]
    ) -> ModelClient:
        limits = self._inputs.config.limits
        try:
            client = connect(
                endpoint.provider,
                endpoint,
                environ=self._environ,
                timeout_s=limits.timeout_s,
                attempts=limits.attempts,
                script=script() if endpoint.provider == "scripted" else None,
            )
        except InputError as error:
            raise InputError(f"{name}: {error}") from None
        self._open.push_async_callback(client.close)
        return client


def build_judge(spec: JudgeSpec, inputs: Inputs, clients: Clients) -> Judge:
    """One judge of the panel."""
    if spec.provider == "lexicon":
        return LexiconJudge(spec)
    if spec.provider == "exemplar":
        return ExemplarJudge(spec, _exemplars(spec, inputs))
    return ModelJudge(spec, inputs.prompts, clients.for_judge(spec))


def _exemplars(spec: JudgeSpec, inputs: Inputs) -> list[Exemplar]:
    if not spec.exemplars:
        return exemplars_of(inputs.rubrics, [], [])
    labels = load_labels(inputs.root, spec.exemplars, f"judges.{spec.judge_id}.exemplars")
    responses = load_responses(inputs.root, spec.exemplar_responses, f"judges.{spec.judge_id}.exemplar_responses")
    return exemplars_of(inputs.rubrics, labels, responses)


def _responses_of(inputs: Inputs, candidate: Candidate) -> dict[str, Completion]:
    source = load_responses(inputs.root, candidate.script, f"candidates.{candidate.candidate_id}.script")
    return {
        f"{one.scenario_id}/{one.repeat}": Completion(one.response, model=one.model)
        for one in source
        if one.candidate_id == candidate.candidate_id
    }


class _ScriptedReply(Record):
    """One line of a scripted judge's file."""

    about: str
    """scenario_id/criterion_id"""
    reply: str


def _replies(root: Path, spec: JudgeSpec) -> dict[str, Completion]:
    paths = expand(root, spec.script, f"judges.{spec.judge_id}.script")
    source = JsonlSource(_ScriptedReply, paths, lambda one: one.about)
    return {one.about: Completion(one.reply) for one in source}
