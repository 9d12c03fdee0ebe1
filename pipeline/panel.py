"""The run's judges and candidates, ready to be asked."""

import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Protocol, Self

from domain.errors import InputError
from domain.family import family_of
from domain.model import Candidate, JudgeSpec
from domain.policy import RoutingPolicy
from domain.record import Record
from judges.client import Completion, Finish, ModelClient
from judges.connect import CallLimits, Connector, scripted
from judges.exemplar import Exemplar, ExemplarJudge, exemplars_of
from judges.judge import Judge, ModelJudge
from judges.lexicon import LexiconJudge
from judges.pace import Pace
from judges.prompt import Prompts
from judges.wall import Wall
from pipeline.config import Config
from pipeline.few_shot import load_pool
from pipeline.files.jsonl import JsonlSource
from pipeline.files.text import expand
from pipeline.inputs import Inputs, Responses, load_labels, load_responses
from pipeline.items import Source


class NotYetError(Exception):
    """The answer comes later: the item stays open until then."""


class ClientSource(Protocol):
    """Where a run's clients come from."""

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        ...

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        ...


class Clients:
    """Connects endpoints under the run's limits; closes them all. Use as an async context manager."""

    spends_money = True
    """Whether its calls are paid for now, so that the run's budget bounds them."""

    def __init__(self, inputs: Inputs, environ: Mapping[str, str] = os.environ) -> None:
        self.inputs = inputs
        self.environ = environ
        limits = inputs.config.limits
        calls = CallLimits(limits.timeout_s, limits.attempts, limits.concurrency)
        self._connector = Connector(calls, environ, Wall(inputs.gate))
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return self._connect(candidate, candidate.candidate_id, lambda: _responses_of(self.inputs, candidate))

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return self._connect(spec, spec.judge_id, lambda: _replies(self.inputs, spec))

    def pace_of(self, endpoint: Candidate | JudgeSpec) -> Pace | None:
        """The pace at which an endpoint is asked; None where no network lies in between."""
        return self._connector.pace_of(endpoint.provider, endpoint)

    def _connect(
        self, endpoint: Candidate | JudgeSpec, name: str, script: Callable[[], dict[str, Completion]]
    ) -> ModelClient:
        client = connect_one(self._connector, name, endpoint, script)
        self._open.push_async_callback(client.close)
        return client


def connect_one(
    connector: Connector, name: str, endpoint: Candidate | JudgeSpec, script: Callable[[], dict[str, Completion]]
) -> ModelClient:
    """A client for one candidate or judge, by whatever road.

    Raises:
        InputError: names whose it is, and what is missing.
    """
    try:
        if endpoint.provider == "scripted":
            return scripted(script())
        return connector.connect(name, endpoint.provider, endpoint)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def connect_all(config: Config, clients: ClientSource) -> dict[str, ModelClient]:
    """A client for every candidate and every judge that makes calls, by its lane.

    Raises:
        InputError: names whose it is, and what is missing.
    """
    asked = {lane_of(one): clients.for_candidate(one) for one in config.candidates}
    return asked | {lane_of(one): clients.for_judge(one) for one in config.judges if not one.is_baseline}


def lane_of(one: Candidate | JudgeSpec) -> str:
    """The lane of a candidate or judge, which is also what its client is found by."""
    return f"candidate {one.candidate_id}" if isinstance(one, Candidate) else f"judge {one.judge_id}"


def may_judge(spec: JudgeSpec, source: Source, policy: RoutingPolicy) -> bool:
    """Whether a judge reads the responses of this source: not those of its own family, unless the policy allows it."""
    if policy.own_family == "allow":
        return True
    stated = source.family if isinstance(source, Candidate) else None
    family = family_of(source.model, stated)
    return family is None or family != family_of(spec.model, spec.family)


def build_judge(spec: JudgeSpec, inputs: Inputs, prompts: Prompts | None = None) -> Judge:
    """One judge of the panel; it reads by other prompts than the configuration's where they are given."""
    embedded = embedded_judge(spec, lambda: load_exemplars(spec, inputs))
    return embedded or ModelJudge(spec, prompts or inputs.prompts, load_pool(spec, inputs))


def embedded_judge(spec: JudgeSpec, exemplars: Callable[[], list[Exemplar]]) -> Judge | None:
    """A judge that asks nobody; None where the specification names a model."""
    if spec.provider == "lexicon":
        return LexiconJudge(spec)
    return ExemplarJudge(spec, exemplars()) if spec.provider == "exemplar" else None


def load_exemplars(spec: JudgeSpec, inputs: Inputs) -> list[Exemplar]:
    """What an exemplar judge compares with: the rubrics' examples, and labelled responses where it names any."""
    if not spec.exemplars:
        return exemplars_of(inputs.rubrics, [], [])
    labels = load_labels(inputs.root, spec.exemplars, f"judges.{spec.judge_id}.exemplars")
    responses = load_responses(inputs.root, spec.exemplar_responses, f"judges.{spec.judge_id}.exemplar_responses")
    return exemplars_of(inputs.rubrics, labels, responses)


def script_hashes(inputs: Inputs) -> dict[str, str]:
    """Scripted candidates and judges by name, with the hash of what they will say.

    Raises:
        InputError: a script is missing or broken.
    """
    config = inputs.config
    found = {f"script {c.candidate_id}": _candidate_script(inputs, c).sha256 for c in config.candidates if c.script}
    return found | {f"script {one.judge_id}": _judge_script(inputs, one).sha256 for one in config.judges if one.script}


def scripts_of(inputs: Inputs) -> dict[str, dict[str, Completion]]:
    """What scripted candidates and judges will say, by `candidate` or `judge` and name."""
    config = inputs.config
    found = {f"candidate {one.candidate_id}": _responses_of(inputs, one) for one in config.candidates if one.script}
    return found | {f"judge {one.judge_id}": _replies(inputs, one) for one in config.judges if one.script}


def _candidate_script(inputs: Inputs, candidate: Candidate) -> Responses:
    return load_responses(inputs.root, candidate.script, f"candidates.{candidate.candidate_id}.script")


def _responses_of(inputs: Inputs, candidate: Candidate) -> dict[str, Completion]:
    return {
        f"{one.scenario_id}/{one.repeat}": Completion(one.response, Finish(one.finish), one.model)
        for one in _candidate_script(inputs, candidate)
        if one.candidate_id == candidate.candidate_id
    }


class _ScriptedReply(Record):
    """One line of a scripted judge's file."""

    about: str
    """scenario_id/criterion_id"""
    reply: str


def _judge_script(inputs: Inputs, spec: JudgeSpec) -> JsonlSource[_ScriptedReply, str]:
    paths = expand(inputs.root, spec.script, f"judges.{spec.judge_id}.script")
    return JsonlSource(_ScriptedReply, paths, lambda one: one.about)


def _replies(inputs: Inputs, spec: JudgeSpec) -> dict[str, Completion]:
    return {one.about: Completion(one.reply) for one in _judge_script(inputs, spec)}
