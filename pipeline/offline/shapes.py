"""The providers' published batch shapes: a request as a line, and a line of results as a completion.

Read as strictly as a live reply: whatever is not a finished message is a failed call.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from judges.client import CallError, Completion, Finish, ModelRequest
from judges.transports.anthropic_messages import message_completion, messages_body
from judges.transports.error_bodies import said_by
from judges.transports.openai_chat import chat_body, chat_completion
from judges.transports.wire import Wire, wire_value

Json = dict[str, Any]

_OK = 200
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Shape:
    """One provider's batch files."""

    line: Callable[[str, ModelRequest], Json]
    """From custom_id and request to the line that the provider takes."""
    completion: Callable[[object], Completion]
    """From a line of results to what the model said; raises `CallError`."""


def _chat_line(custom_id: str, request: ModelRequest) -> Json:
    return {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": chat_body(request)}


def _message_line(custom_id: str, request: ModelRequest) -> Json:
    return {"custom_id": custom_id, "params": messages_body(request)}


def _chat_result(raw: object) -> Completion:
    line = wire_value(_ChatResult, raw, "batch result")
    status = None if line.response is None else line.response.status_code
    if line.response is None or line.error is not None or status != _OK:
        said = said_by(line.error if line.response is None or line.error is not None else line.response.body)
        if said.is_filter(status):
            return Completion("", Finish.FILTERED)
        raise CallError(f"the batch holds no response: status {status}: {str(said)[:_LONGEST_DETAIL]}", status=status)
    return chat_completion(line.response.body)


def _message_result(raw: object) -> Completion:
    result = wire_value(_MessageResult, raw, "batch result").result
    if result.type != "succeeded":
        said = "" if result.error is None else f": {said_by(result.error)}"
        raise CallError(f"the batch ended this request as {json.dumps(result.type)}{said[:_LONGEST_DETAIL]}")
    return message_completion(result.message)


class _ChatResponse(Wire):
    status_code: int
    body: object = None


class _ChatResult(Wire):
    response: _ChatResponse | None
    error: object = None


class _Ended(Wire):
    type: str
    message: object = None
    error: object = None


class _MessageResult(Wire):
    result: _Ended


_CHAT = Shape(_chat_line, _chat_result)
SHAPES = {"openai": _CHAT, "litellm": _CHAT, "anthropic": Shape(_message_line, _message_result)}
"""By provider; one that is not here asks nobody over a network."""
