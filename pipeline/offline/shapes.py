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
_TOO_MANY, _SERVER_FAULT = 429, 500
_MAY_PASS = {"api_error", "overloaded_error", "rate_limit_error", "timeout_error"}
"""What a message batch calls faults of the provider, not of the request."""
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Shape:
    """One provider's batch files."""

    line: Callable[[str, ModelRequest], Json]
    """From custom_id and request to the line that the provider takes."""
    completion: Callable[[object], Completion]
    """From a line of results to what the model said; raises `CallError`, retryable where the fault was not the
    request's own: it expired, or the provider could not cope."""


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
        may_pass = status is None or status == _TOO_MANY or status >= _SERVER_FAULT
        detail = f"the batch holds no response: status {status}: {str(said)[:_LONGEST_DETAIL]}"
        raise CallError(detail, status=status, retryable=may_pass)
    return chat_completion(line.response.body)


def _message_result(raw: object) -> Completion:
    result = wire_value(_MessageResult, raw, "batch result").result
    if result.type != "succeeded":
        said = "" if result.error is None else f": {said_by(result.error)}"
        may_pass = result.type in ("expired", "canceled") or _fault_type(result.error) in _MAY_PASS
        detail = f"the batch ended this request as {json.dumps(result.type)}{said[:_LONGEST_DETAIL]}"
        raise CallError(detail, retryable=may_pass)
    return message_completion(result.message)


class _ChatResponse(Wire):
    status_code: int
    body: object = None


class _ChatResult(Wire):
    response: _ChatResponse | None
    error: object = None


def _fault_type(error: object) -> str:
    """An error stands in a table of its own inside what went wrong."""
    try:
        return wire_value(_Fault, error, "fault").error.type
    except CallError:
        return ""


class _FaultType(Wire):
    type: str


class _Fault(Wire):
    error: _FaultType


class _Ended(Wire):
    type: str
    message: object = None
    error: object = None


class _MessageResult(Wire):
    result: _Ended


_CHAT = Shape(_chat_line, _chat_result)
SHAPES = {"openai": _CHAT, "litellm": _CHAT, "anthropic": Shape(_message_line, _message_result)}
"""By provider; one that is not here asks nobody over a network."""
