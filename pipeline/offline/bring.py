"""`caveat requests import`: results, checked against what was exported, as the clients or responses of a run."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from domain.errors import InputError
from domain.item import ResponseOutcome
from domain.model import Candidate
from domain.scenario import Response
from judges.client import CallFailure, Completion
from pipeline.files.jsonl import write_jsonl
from pipeline.inputs import Inputs
from pipeline.items import items_of
from pipeline.offline.addressee import Addressee, Kind
from pipeline.offline.clients import ResultsClients, results_files, results_in
from pipeline.offline.gather import gather
from pipeline.offline.manifest import Manifest, check_content, check_requests, manifest_of, read_manifest
from pipeline.offline.results import Results
from pipeline.offline.shapes import SHAPES
from pipeline.respond import candidate_request, outcome_of

_READABLE = (ResponseOutcome.COMPLETED, ResponseOutcome.EMPTY)
"""What a file of responses can hold without losing what it was."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file of responses was made of."""

    n_written: int
    left_out: Counter[str]


def clients_from(folder: Path, inputs: Inputs) -> ResultsClients:
    """Clients that answer what this configuration asks from the results in the folder.

    Raises:
        InputError: the results are of another content, or a file of them is missing.
    """
    return ResultsClients(inputs, _checked(folder, inputs, read_manifest(folder), ("candidate", "judge")))


def bring_responses(folder: Path, inputs: Inputs, target: Path) -> Brought:
    """Write candidates' results as a file of responses, for a configuration that imports them.

    Raises:
        InputError: the results are of another content, there is none, or the file exists.
    """
    if target.exists():
        raise InputError("exists already; give another name", file=target)
    manifest = read_manifest(folder)
    results = _checked(folder, inputs, manifest, ("candidate",))
    found = asyncio.run(_responses(inputs, results, manifest.limit))
    readable = [one for outcome, one in found if outcome in _READABLE]
    if not readable:
        raise InputError("holds no candidate's response; nothing was written", file=folder)
    left_out = Counter(outcome.value for outcome, _ in found if outcome not in _READABLE)
    return Brought(write_jsonl(target, readable), left_out)


def _checked(folder: Path, inputs: Inputs, before: Manifest, kinds: tuple[Kind, ...]) -> dict[Addressee, Results]:
    check_content(before, inputs, folder)
    results = results_in(inputs, folder)
    for one in results:
        if one.kind in kinds and one.requests_file in before.files and not results_files(folder, one):
            raise InputError(
                f"is not there; put the results of {one.requests_file} there (an empty file counts all as failed)",
                file=folder / one.results_file,
            )
    sheets = asyncio.run(gather(inputs, results, before.limit))
    check_requests(before, manifest_of(inputs, before.limit, sheets), folder, kinds)
    for sheet in sheets:
        if sheet.addressee.kind in kinds:
            results[sheet.addressee].check_asked(sheet.custom_ids)
    return results


async def _responses(
    inputs: Inputs, results: dict[Addressee, Results], limit: int | None
) -> list[tuple[ResponseOutcome, Response]]:
    """What candidates behind a network gave, in a run's order."""
    clients = ResultsClients(inputs, results)
    answering = {
        one.candidate_id: clients.for_candidate(one) for one in inputs.config.candidates if one.provider in SHAPES
    }
    found: list[tuple[ResponseOutcome, Response]] = []
    for item, source in islice(items_of("", inputs), limit):
        if isinstance(source, Candidate) and source.candidate_id in answering:
            call = await answering[source.candidate_id].ask(candidate_request(source, item.scenario, item.repeat))
            outcome, text, _ = outcome_of(call, inputs.gate)
            found.append((outcome, _response(item.scenario.scenario_id, source, item.repeat, text, call)))
    return found


def _response(
    scenario_id: str, candidate: Candidate, repeat: int, text: str, call: Completion | CallFailure
) -> Response:
    model = getattr(call, "model", "") or candidate.model
    return Response(
        scenario_id=scenario_id, candidate_id=candidate.candidate_id, response=text, repeat=repeat, model=model
    )
