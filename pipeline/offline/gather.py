"""The calls that a run would make, as far as the responses that they are about are known."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

import orjson

from domain.item import ResponseOutcome
from domain.model import Candidate
from domain.question import questions_of
from domain.scenario import Scenario
from judges.client import ModelClient, ModelRequest
from judges.judge import judge_request
from pipeline.inputs import Inputs
from pipeline.offline.addressee import Addressee, addressees_of
from pipeline.panel import Clients
from pipeline.respond import candidate_request, outcome_of, outcome_of_text


@dataclass(slots=True)
class Sheet:
    """One addressee's requests: each content once, counted and hashed, and written where there is a file."""

    addressee: Addressee
    file: BinaryIO | None = None
    custom_ids: set[str] = field(default_factory=set[str])
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, request: ModelRequest) -> None:
        """One more call; providers refuse a custom_id that stands twice, and one result serves them all."""
        custom_id = self.addressee.custom_id(request)
        if custom_id in self.custom_ids:
            return
        self.custom_ids.add(custom_id)
        line = orjson.dumps(self.addressee.shape.line(custom_id, request), option=orjson.OPT_APPEND_NEWLINE)
        self.digest.update(line)
        if self.file is not None:
            self.file.write(line)


@dataclass(frozen=True, slots=True)
class Put:
    """A scenario put to a candidate, or a response that is there already."""

    scenario: Scenario
    candidate: Candidate | None
    repeat: int
    response: str = ""


def puts_of(inputs: Inputs, limit: int | None) -> Iterator[Put]:
    """In the order in which a run takes them, so that a limit means the same."""
    return islice(_puts(inputs), limit)


def _puts(inputs: Inputs) -> Iterator[Put]:
    for scenario in inputs.scenarios if inputs.config.candidates else ():
        for candidate in inputs.config.candidates:
            for repeat in range(candidate.repeats):
                yield Put(scenario, candidate, repeat)
    for one in inputs.responses or ():
        yield Put(inputs.scenarios[one.scenario_id], None, one.repeat, one.response)


async def gather(
    inputs: Inputs, clients: Clients, limit: int | None, files: Mapping[str, BinaryIO] | None = None
) -> list[Sheet]:
    """Every call to a model endpoint that can be made by now: candidates', and judges' on known responses.

    Args:
        inputs: configuration and content.
        clients: give the responses that are known; one that they fail to give is not judged.
        limit: only the first so many responses.
        files: where to write each addressee's lines, by the name of its file.
    """
    sheets = [Sheet(one, (files or {}).get(one.requests_file)) for one in addressees_of(inputs.config)]
    asked = {one.addressee.name: one for one in sheets if one.addressee.kind == "candidate"}
    judging = {one.addressee.name: one for one in sheets if one.addressee.kind == "judge"}
    async with clients:
        answering = {one.candidate_id: clients.for_candidate(one) for one in inputs.config.candidates}
        for put in puts_of(inputs, limit):
            if put.candidate is not None and put.candidate.candidate_id in asked:
                asked[put.candidate.candidate_id].add(candidate_request(put.candidate, put.scenario, put.repeat))
            response = await known_response(put, answering)
            if response is not None:
                _ask_judges(inputs, judging, put.scenario, response)
    return sheets


async def known_response(put: Put, answering: Mapping[str, ModelClient]) -> str | None:
    """The response that judges will read; None where it is not known, or none that can be judged."""
    if put.candidate is None:
        outcome, text = outcome_of_text(put.response)[0], put.response
    else:
        client = answering[put.candidate.candidate_id]
        outcome, text, _ = outcome_of(await client.ask(candidate_request(put.candidate, put.scenario, put.repeat)))
    return text if outcome is ResponseOutcome.COMPLETED else None


def _ask_judges(inputs: Inputs, judging: Mapping[str, Sheet], scenario: Scenario, response: str) -> None:
    own = inputs.config.scenario_criteria
    for question in questions_of(scenario, response, inputs.rubrics, own_criteria=own):
        for spec in inputs.config.judges:
            if spec.judge_id in judging:
                judging[spec.judge_id].add(judge_request(spec, inputs.prompts, question))
