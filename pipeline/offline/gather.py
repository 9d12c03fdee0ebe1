"""The calls that a run would make, as far as the responses that they are about are known."""

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

import orjson

from domain.errors import InputError
from domain.item import Item, ResponseOutcome
from domain.model import Candidate
from domain.question import questions_of
from domain.scenario import Response
from domain.verdict import Finding
from judges.client import Finish, ModelClient, ModelRequest
from judges.judge import Judge, proceed
from judges.wall import Wall
from pipeline.asking import Asking, PanelWork
from pipeline.inputs import Inputs
from pipeline.items import Source, items_of
from pipeline.offline.addressee import Addressee
from pipeline.offline.clients import ResultsClients
from pipeline.offline.results import Results
from pipeline.panel import build_judge, connect_all, lane_of, may_judge
from pipeline.respond import candidate_request, outcome_of, outcome_of_text


@dataclass(slots=True)
class Sheet:
    """One addressee's requests: each content once, counted and hashed; written where there is a file and no result."""

    addressee: Addressee
    results: Results
    """What has come back."""
    wall: Wall
    """What requests pass before they are written."""
    file: BinaryIO | None = None
    custom_ids: set[str] = field(default_factory=set[str])
    n_unanswered: int = 0
    """Those without a result: only these are written, so that nothing is paid for twice."""
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, request: ModelRequest) -> None:
        """One more call; providers refuse a custom_id that stands twice, and one result serves them all.

        Raises:
            InputError: it may not leave.
        """
        custom_id = self.addressee.custom_id(request)
        if custom_id in self.custom_ids:
            return
        if (problem := self.wall.problem(request)) is not None:
            raise InputError(f"{request.about}: {problem}")
        self.custom_ids.add(custom_id)
        line = orjson.dumps(self.addressee.shape.line(custom_id, request), option=orjson.OPT_APPEND_NEWLINE)
        self.digest.update(line)
        if custom_id in self.results:
            return
        self.n_unanswered += 1
        if self.file is not None:
            self.file.write(line)

    def is_answered(self, request: ModelRequest) -> bool:
        """Whether a result for it has come back."""
        return self.addressee.custom_id(request) in self.results


async def gather(
    inputs: Inputs, results: Mapping[Addressee, Results], limit: int | None, files: Mapping[str, BinaryIO] | None = None
) -> list[Sheet]:
    """Every call to a model endpoint that can be made by now: candidates'; judges' on known responses; and what judges
    ask next by what they found, a quote once more or the second stage.

    Args:
        inputs: configuration and content.
        results: what has come back so far; a response that is not there is not judged.
        limit: only the first so many responses.
        files: where to write each addressee's lines, by the name of its file.
    """
    wall = Wall(inputs.gate)
    sheets = {
        lane_of(one.endpoint): Sheet(one, found, wall, (files or {}).get(one.requests_file))
        for one, found in results.items()
    }
    async with ResultsClients(inputs, results) as clients:
        answering = connect_all(inputs.config, clients)
        desk = _Desk(inputs, [build_judge(spec, inputs) for spec in inputs.config.judges], sheets, answering)
        for item, source in islice(items_of("", inputs), limit):
            await desk.put(item, source)
    return list(sheets.values())


@dataclass(frozen=True, slots=True)
class _Desk:
    """Writes down what is asked."""

    inputs: Inputs
    judges: Sequence[Judge]
    sheets: Mapping[str, Sheet]
    answering: Mapping[str, ModelClient]

    async def put(self, item: Item, source: Source) -> None:
        """The requests about one response, and for it."""
        if isinstance(source, Candidate) and (sheet := self.sheets.get(lane_of(source))) is not None:
            sheet.add(candidate_request(source, item.scenario, item.repeat))
        response = await self._response(item, source)
        if response is None:
            return
        config = self.inputs.config
        questions = list(
            questions_of(item.scenario, response, self.inputs.rubrics, own_criteria=config.scenario_criteria)
        )
        judges = [one for one in self.judges if may_judge(one.spec, source, config.policy)]
        panel = PanelWork(questions, judges, config.policy)
        waiting = deque(panel.first())
        while waiting:
            asking = waiting.popleft()
            if (findings := await self._found(asking)) is not None:
                waiting += panel.take(asking, findings)

    async def _response(self, item: Item, source: Source) -> str | None:
        """The response that judges will read; None where it is not known, or none that can be judged."""
        if isinstance(source, Response):
            finish = Finish(source.finish)
            outcome, text = outcome_of_text(source.response, finish, self.inputs.gate)[0], source.response
        else:
            request = candidate_request(source, item.scenario, item.repeat)
            outcome, text, _ = outcome_of(await self.answering[lane_of(source)].ask(request), self.inputs.gate)
        return text if outcome is ResponseOutcome.COMPLETED else None

    async def _found(self, asking: Asking) -> list[Finding] | None:
        """What a judge found; None where it waits for a result."""
        lane = lane_of(asking.judge.spec)
        judging = asking.judge.judging(asking.questions, asking.repeat)
        said = proceed(judging)
        while isinstance(said, ModelRequest):
            if (sheet := self.sheets.get(lane)) is not None:
                sheet.add(said)
                if not sheet.is_answered(said):
                    return None
            said = proceed(judging, await self.answering[lane].ask(said))
        return [one.finding for one in said]
