"""Results of promptfoo (`promptfoo eval -o results.json`), format version 3: each output is a response to its prompt.

A scenario is a test as one prompt puts it, without the system message, which is the candidate's own. What assertions
said is passed over: our judges read the responses anew. Written after a file of promptfoo 0.123.1.
"""

from pathlib import Path
from typing import Literal

import orjson
from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import from_json

from domain.errors import InputError
from domain.record import text_sha256
from domain.scenario import Message, Provenance, Response, Scenario
from pipeline.files.explain import input_error
from pipeline.files.text import read_text
from pipeline.importing.foreign import Foreign, Imported, identifier, in_record, read_foreign

_VERSION = 3
_Finish = Literal["stop", "length", "refusal", "filtered"]
_FINISHES: dict[str, _Finish] = {
    "length": "length",
    "content_filter": "filtered",
    "refusal": "refusal",
}


class _Provider(Foreign):
    id: str
    label: str | None = None


class _Prompt(Foreign):
    raw: str


class _Answer(Foreign):
    output: JsonValue = None
    error: str | None = None
    finishReason: str | None = None  # noqa: N815 (their name)
    isRefusal: bool = False  # noqa: N815


class _TestCase(Foreign):
    description: str | None = None


class _Result(Foreign):
    testIdx: int  # noqa: N815
    promptId: str | None = None  # noqa: N815
    provider: _Provider
    prompt: _Prompt
    response: _Answer | None = None
    error: str | None = None
    testCase: _TestCase = _TestCase()  # noqa: N815


class _Summary(Foreign):
    version: int
    results: tuple[JsonValue, ...]


class _File(Foreign):
    results: _Summary


def import_promptfoo(path: Path) -> Imported:
    """Read a results file.

    Raises:
        InputError: names file, result, key and what was expected.
    """
    summary = read_foreign(_File, read_text(path), path, "").results
    if summary.version != _VERSION:
        raise InputError(f"expected results of version {_VERSION}, found {summary.version}", file=path, key="version")
    results = [
        (where, read_foreign(_Result, orjson.dumps(one), path, where))
        for number, one in enumerate(summary.results)
        for where in [f"results.results.{number}"]
    ]
    prompts = list(dict.fromkeys(one.promptId for _, one in results))
    found = Imported()
    for where, one in results:
        try:
            _add(found, one, f"/prompt-{prompts.index(one.promptId) + 1}" if len(prompts) > 1 else "")
        except ValidationError as error:
            raise in_record(input_error(error, path, lambda _: None), where) from None
    if not found.responses:
        raise InputError("holds no result", file=path, key="results.results")
    return found


def _add(found: Imported, one: _Result, which_prompt: str) -> None:
    messages = _messages(one.prompt.raw)
    digest = text_sha256("\0".join(message.content for message in messages))[:8]
    scenario_id = f"test-{one.testIdx + 1}-{digest}"
    found.scenarios.setdefault(
        scenario_id,
        Scenario(
            scenario_id=scenario_id,
            messages=messages,
            title=one.testCase.description or "",
            provenance=Provenance(source="promptfoo results", licence="see the tests' own source", author="not stated"),
        ),
    )
    candidate_id = identifier((one.provider.label or one.provider.id) + which_prompt)
    found.responses.append(_response(found, one, scenario_id, candidate_id))


def _response(found: Imported, one: _Result, scenario_id: str, candidate_id: str) -> Response:
    answer = one.response or _Answer()
    # without an output, as after an error: an empty response goes to a person, and is no clearance
    output = "" if answer.output is None else answer.output
    finish: _Finish = _FINISHES.get("refusal" if answer.isRefusal else answer.finishReason or "", "stop")
    meta: dict[str, object] = {"error": answer.error or one.error} if answer.output is None else {}
    return Response(
        scenario_id=scenario_id,
        candidate_id=candidate_id,
        response=output if isinstance(output, str) else orjson.dumps(output).decode(),
        repeat=found.next_repeat(scenario_id, candidate_id),
        model=one.provider.id,
        finish=finish,
        meta=meta,
    )


_CHAT: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])


def _messages(raw: str) -> tuple[Message, ...]:
    """A prompt is one message, or a chat written as JSON."""
    try:
        chat = _CHAT.validate_json(raw) if isinstance(from_json(raw), list) else ()
    except ValueError:
        chat = ()
    return tuple(one for one in chat if one.role != "system") or (Message(role="user", content=raw),)
