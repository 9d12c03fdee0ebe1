"""Logs of Inspect AI, as JSON or `.eval` (a zip), format version 2: samples give scenarios, their outputs responses.

Written after logs of inspect_ai 0.3.285. What its scorers said is passed over: our judges read the responses anew.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationError

from domain.errors import InputError
from domain.record import text_sha256
from domain.scenario import Message, Provenance, Response, Scenario
from pipeline.files.explain import input_error
from pipeline.importing.foreign import Foreign, Imported, identifier, in_record
from pipeline.importing.inspect_file import Header, inspect_samples

_ATTACHED = "attachment://"
_SILENT = ("reasoning", "tool_use")
"""Parts of a message that nobody is shown as its text."""
_FINISHES: dict[str, Literal["length", "filtered"]] = {
    "max_tokens": "length",
    "length": "length",
    "model_length": "length",
    "content_filter": "filtered",
}


class _Part(Foreign):
    type: str
    text: str = ""


class _Turn(Foreign):
    role: Literal["system", "user", "assistant", "tool"]
    content: str | tuple[_Part, ...]


class _Choice(Foreign):
    message: _Turn
    stop_reason: str = "unknown"


class _Output(Foreign):
    model: str = ""
    choices: tuple[_Choice, ...] = ()


class Sample(Foreign):
    """One input put to the model, once."""

    id: int | str
    epoch: Annotated[int, Field(ge=1)] = 1
    input: str | tuple[_Turn, ...]
    messages: tuple[_Turn, ...] = ()
    output: _Output = _Output()
    error: JsonValue = None
    attachments: dict[str, str] = Field(default_factory=dict[str, str])

    def text_of(self, content: str | tuple[_Part, ...]) -> str:
        """What a message says, what was put aside of it included.

        Raises:
            ValueError: a part of it is no text, or what was put aside is not there.
        """
        if isinstance(content, str):
            return self._attached(content) if content.startswith(_ATTACHED) else content
        if others := sorted({one.type for one in content} - {"text", *_SILENT}):
            raise ValueError(f"holds a part of the type {others[0]!r}; only text can be judged")
        return "\n".join(self.text_of(one.text) for one in content if one.type == "text")

    def _attached(self, content: str) -> str:
        if (name := content.removeprefix(_ATTACHED)) not in self.attachments:
            raise ValueError(f"refers to the attachment {name[:40]!r}, which the log does not hold")
        return self.attachments[name]


def import_inspect(path: Path) -> Imported:
    """Read a log.

    Raises:
        InputError: names file, sample, key and what was expected.
    """
    found = Imported()
    for where, header, text in inspect_samples(path):
        try:
            sample = Sample.model_validate_json(text)
            _add(found, sample, header)
        except ValidationError as error:
            raise in_record(input_error(error, path, lambda _: None), where) from None
        except ValueError as error:
            raise InputError(str(error), file=path, key=where) from None
    if not found.responses:
        raise InputError("holds no sample; was the evaluation run with --no-log-samples?", file=path)
    return found


def _add(found: Imported, sample: Sample, header: Header) -> None:
    scenario = _scenario(sample, header)
    known = found.scenarios.setdefault(scenario.scenario_id, scenario)
    if known.messages != scenario.messages:
        raise ValueError(f"the sample {sample.id!r} has another input here than in another epoch")
    candidate_id = identifier(header.eval.model)
    choice = sample.output.choices[0] if sample.output.choices else None
    if found.next_repeat(str(sample.id), str(sample.epoch)):
        raise ValueError(f"the sample {sample.id!r}, epoch {sample.epoch}, stands twice")
    meta: dict[str, object] = {"inspect_sample_id": sample.id, "epoch": sample.epoch}
    if sample.error is not None:
        meta["error"] = sample.error
    response = Response(
        scenario_id=scenario.scenario_id,
        candidate_id=candidate_id,
        # without an output, as after an error: an empty response goes to a person, and is no clearance
        response=sample.text_of(choice.message.content) if choice else "",
        repeat=sample.epoch - 1,
        model=sample.output.model or header.eval.model,
        finish=_FINISHES.get(choice.stop_reason, "stop") if choice else "stop",
        meta=meta,
    )
    found.responses.append(response)


def _scenario(sample: Sample, header: Header) -> Scenario:
    asked, said = list(_asked(sample)), tuple(_said(sample))
    scenario_id = identifier(str(sample.id))
    if said and sum(one.role == "user" for one in said) > sum(one.role == "user" for one in asked):
        # turns that came after the input are a conversation of their own, and the last answer is to all of it
        digest = text_sha256("\0".join(one.content for one in said))[:8]
        asked, scenario_id = list(said), f"{scenario_id[:190]}-{digest}"
    source = f"Inspect AI log of the task {header.eval.task}"
    return Scenario(
        scenario_id=scenario_id,
        messages=tuple(asked),
        provenance=Provenance(source=source, licence="see the task's own source", author="the task's authors"),
    )


def _asked(sample: Sample) -> Iterator[Message]:
    turns = (_Turn(role="user", content=sample.input),) if isinstance(sample.input, str) else sample.input
    yield from _messages(sample, turns)


def _said(sample: Sample) -> Iterator[Message]:
    """The conversation up to the last answer, without the candidate's system prompt."""
    last = max((at for at, one in enumerate(sample.messages) if one.role == "user"), default=-1)
    yield from _messages(sample, (one for one in sample.messages[: last + 1] if one.role != "system"))


def _messages(sample: Sample, turns: Iterable[_Turn]) -> Iterator[Message]:
    """Turns of a conversation; calls of tools and what they gave are no turn."""
    for one in turns:
        if one.role != "tool" and (text := sample.text_of(one.content)).strip():
            yield Message(role=one.role, content=text)
