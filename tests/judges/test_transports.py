"""What is sent to each provider, and how its body is read: strictly, for an empty reply is no answer."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.client import CallError, Completion, Finish, ModelRequest, Turn, Usage
from judges.transports.anthropic_messages import MESSAGES as MESSAGES_API
from judges.transports.anthropic_messages import message_completion, messages_body
from judges.transports.dialect import Dialect
from judges.transports.openai_chat import CHAT, chat_body, chat_completion

Json = dict[str, Any]
HTML = "<html><body>502 Bad Gateway</body></html>"


def _chat(finish: object = "stop", body: Json | None = None, **message: object) -> Json:
    whole = {"role": "assistant", "content": "Hi.", **message}
    return {"choices": [{"index": 0, "message": whole, "finish_reason": finish}], **(body or {})}


THINKING = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
PART, REFUSED = {"type": "text", "text": "Hi."}, {"type": "refusal", "refusal": "I cannot."}
COUNTS = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 3}}
CHATS: dict[str, tuple[Json, Completion]] = {
    "text": (_chat(), Completion("Hi.")),
    "cut off": (_chat("length"), Completion("Hi.", Finish.LENGTH)),
    "content filter": (_chat("content_filter", content=""), Completion("", Finish.FILTERED)),
    "null content": (_chat(content=None), Completion("")),
    "refused": (_chat(content=None, refusal="I cannot."), Completion("I cannot.", Finish.REFUSAL)),
    "refused beside content": (_chat(refusal="I cannot."), Completion("I cannot.", Finish.REFUSAL)),
    "refused within the limit": (_chat("length", refusal="I can"), Completion("I can", Finish.REFUSAL)),
    "refusal null": (_chat(refusal=None), Completion("Hi.")),
    "refusal empty": (_chat(refusal=""), Completion("Hi.")),
    "reasoning beside content": (_chat(reasoning_content="Hm."), Completion("Hi.")),
    "content in parts": (_chat(content=[PART, THINKING, PART]), Completion("Hi.Hi.")),
    "refused in a part": (_chat(content=[PART, REFUSED]), Completion("I cannot.", Finish.REFUSAL)),
    "no message where it was filtered": (
        {"choices": [{"finish_reason": "content_filter"}]}, Completion("", Finish.FILTERED),
    ),
    "no tool calls": (_chat(tool_calls=[]), Completion("Hi.")),
    "model and build": (
        _chat(body={"model": "m-2026", "system_fingerprint": "fp"}), Completion("Hi.", Finish.STOP, "m-2026", "fp"),
    ),
    "model and build null": (_chat(body={"model": None, "system_fingerprint": None}), Completion("Hi.")),
    "usage": (_chat(body={"usage": COUNTS}), Completion("Hi.", usage=Usage(9, 4, 3))),
    "usage with a prefix written": (
        _chat(body={"usage": {**COUNTS, "prompt_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 5}}}),
        Completion("Hi.", usage=Usage(9, 4, 3, 5)),
    ),
    "usage without details": (
        _chat(body={"usage": {**COUNTS, "prompt_tokens_details": None}}), Completion("Hi.", usage=Usage(9, 4, 0)),
    ),
    "usage null": (_chat(body={"usage": None}), Completion("Hi.")),
    # a reply that was paid for is not thrown away for a count
    "usage of null counts": (
        _chat(body={"usage": {"prompt_tokens": None, "completion_tokens": None}}), Completion("Hi."),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CHATS.values(), ids=CHATS.keys())
def test_a_chat_completion_is_read(body: Json, expected: Completion) -> None:
    assert expected == chat_completion(body)


NO_CHAT: dict[str, tuple[object, str]] = {
    "html": (HTML, "no chat completion"),
    "nothing": (None, "no chat completion"),
    "a list": ([_chat()], "no chat completion"),
    "an error": ({"error": {"message": "overloaded"}}, "no chat completion"),
    "choices null": ({"choices": None}, "no chat completion"),
    "no choice": ({"choices": []}, "0 choices, expected one"),
    "several choices": ({"choices": _chat()["choices"] * 2}, "2 choices, expected one"),
    "no message": ({"choices": [{"finish_reason": "stop"}]}, "message"),
    "message null": ({"choices": [{"message": None}]}, "message"),
    "a text completion": ({"choices": [{"text": "Hi.", "finish_reason": "stop"}]}, "message"),
    "a part that is no text": (_chat(content=[{"type": "image_url"}]), "a part of type 'image_url'"),
    "no finish reason": (_chat(None), "finish_reason None, expected 'stop'"),
    "a tool call under another end": (_chat(tool_calls=[{"id": "t"}]), "calls a tool"),
    "a function call under another end": (_chat(function_call={"name": "f"}), "calls a tool"),
    "a number for content": (_chat(content=7), "content"),
    "tool calls": (_chat("tool_calls", content=None), "finish_reason 'tool_calls', expected 'stop'"),
    "a function call": (_chat("function_call", content=None), "finish_reason 'function_call'"),
    "an unknown end": (_chat("abort"), "finish_reason 'abort'"),
    "a streamed part": ({"choices": [{"delta": {"content": "Hi."}}]}, "message"),
    "an Anthropic message": ({"type": "message", "content": [{"type": "text", "text": "Hi."}]}, "choices"),
}


@pytest.mark.parametrize(("body", "expected"), NO_CHAT.values(), ids=NO_CHAT.keys())
def test_any_other_body_is_a_failed_call_and_not_tried_again(body: object, expected: str) -> None:
    with pytest.raises(CallError) as caught:
        chat_completion(body)
    assert expected in str(caught.value)
    assert not caught.value.retryable


TEXT = {"type": "text", "text": "Hi."}
HIDDEN = {"type": "redacted_thinking", "data": "x"}


def _message(*blocks: Json, stop: object = "end_turn", **body: object) -> Json:
    return {"type": "message", "role": "assistant", "content": list(blocks), "stop_reason": stop, **body}


MESSAGES: dict[str, tuple[Json, Completion]] = {
    "text": (_message(TEXT), Completion("Hi.")),
    "two texts": (_message(TEXT, TEXT), Completion("Hi.Hi.")),
    "thinking before": (_message(THINKING, HIDDEN, TEXT), Completion("Hi.")),
    "thinking only": (_message(THINKING), Completion("")),
    "nothing": (_message(), Completion("")),
    "stop sequence": (_message(TEXT, stop="stop_sequence"), Completion("Hi.")),
    "cut off": (_message(TEXT, stop="max_tokens"), Completion("Hi.", Finish.LENGTH)),
    "context full": (_message(TEXT, stop="model_context_window_exceeded"), Completion("Hi.", Finish.LENGTH)),
    "refused": (_message(stop="refusal"), Completion("", Finish.REFUSAL)),
    "refused half-way": (_message(TEXT, stop="refusal"), Completion("Hi.", Finish.REFUSAL)),
    "model": (_message(TEXT, model="claude"), Completion("Hi.", Finish.STOP, "claude")),
    "usage": (
        _message(TEXT, usage={
            "input_tokens": 5, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 300, "output_tokens": 7,
        }),
        Completion("Hi.", usage=Usage(325, 7, 300, 20)),
    ),
    "usage without a cache": (
        _message(TEXT, usage={"input_tokens": 5, "output_tokens": 7, "cache_read_input_tokens": None}),
        Completion("Hi.", usage=Usage(5, 7, 0)),
    ),
    "usage null": (_message(TEXT, usage=None), Completion("Hi.")),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_is_read_and_thinking_passed_over(body: Json, expected: Completion) -> None:
    assert expected == message_completion(body)


NO_MESSAGE: dict[str, tuple[object, str]] = {
    "html": (HTML, "no message"),
    "nothing": (None, "no message"),
    "an error": ({"type": "error", "error": {"type": "overloaded_error"}}, "no message"),
    "content null": ({**_message(), "content": None}, "content"),
    "content as text": ({**_message(), "content": "Hi."}, "content"),
    "a number for text": (_message({"type": "text", "text": 7}), "text"),
    "a block of no type": (_message({"text": "Hi."}), "type"),
    "tool use": (_message({"type": "tool_use", "id": "t", "input": {}}, stop="tool_use"), "stop_reason 'tool_use'"),
    "tool use under another end": (_message(TEXT, {"type": "tool_use"}), "a block of type 'tool_use'"),
    "a pause": (_message(TEXT, stop="pause_turn"), "stop_reason 'pause_turn', expected 'end_turn'"),
    "not ended": (_message(TEXT, stop=None), "stop_reason None"),
    "a chat completion": (_chat(), "no message"),
}


@pytest.mark.parametrize(("body", "expected"), NO_MESSAGE.values(), ids=NO_MESSAGE.keys())
def test_any_other_body_is_no_message_but_a_failed_call(body: object, expected: str) -> None:
    with pytest.raises(CallError) as caught:
        message_completion(body)
    assert expected in str(caught.value)
    assert not caught.value.retryable


STATES = [200, 200, 400, 429, 500]
errors = st.recursive(
    st.none() | st.integers(0, 1300) | st.text(st.characters(), max_size=5) | st.just("content_filter"),
    lambda one: (
        st.lists(one, max_size=2)
        | st.dictionaries(st.sampled_from(["error", "message", "code", "type", "detail"]), one)
    ),
    max_leaves=12,
).map(lambda one: json.dumps(one).encode())
nests = st.sampled_from([b'{"error":' * 900 + b"1" + b"}" * 900, b"[" * 900 + b"]" * 900, b"[" * 100_000])


@given(st.sampled_from([CHAT, MESSAGES_API]), st.sampled_from(STATES), errors | nests | st.binary(max_size=20))
@settings(derandomize=True, deadline=None)
def test_any_answer_is_a_completion_or_a_failed_call_that_can_be_written_down(
    api: Dialect, status: int, body: bytes
) -> None:
    outcome: Completion | CallError
    try:
        outcome = api.read(status, {}, body, secret="")
    except CallError as error:
        outcome = error
    assert str(outcome).encode()
    assert getattr(outcome, "status", None) in {None, *STATES, *range(400, 600)}


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["message", "text", "stop"])
names = st.sampled_from(["choices", "message", "content", "type", "stop_reason", "finish_reason", "text", "usage"])
bodies = st.recursive(leaves, lambda one: st.lists(one, max_size=2) | st.dictionaries(names, one), max_leaves=12)


@given(bodies)
@settings(derandomize=True, deadline=None)
def test_any_body_is_a_completion_or_a_failed_call(body: object) -> None:
    for read in (chat_completion, message_completion):
        with suppress(CallError):
            assert isinstance(read(body), Completion)


SCHEMA = {"type": "object"}
TURNS = (Turn("system", ("Be safe.",)), Turn("user", ("The case. ", "The question.")))


def _request(schema: Json | None = None, **params: object) -> ModelRequest:
    return ModelRequest("m", TURNS, params, schema, about="never sent")


def test_a_chat_body_joins_the_parts_and_sends_parameters_as_they_are() -> None:
    expected = {
        "model": "m", "temperature": 0, "max_tokens": 5,
        "messages": [
            {"role": "system", "content": "Be safe."}, {"role": "user", "content": "The case. The question."},
        ],
    }  # fmt: skip
    assert expected == chat_body(_request(temperature=0, max_tokens=5))


def test_a_chat_body_asks_strictly_for_the_schema() -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA}}
    assert wanted == chat_body(_request(SCHEMA))["response_format"]


def test_a_messages_body_sets_system_apart_and_a_cache_mark_behind_system_and_case() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    case = {"type": "text", "text": "The case. ", **mark}
    expected = {
        "model": "m", "max_tokens": 2048, "system": [{"type": "text", "text": "Be safe.", **mark}],
        "messages": [{"role": "user", "content": [case, {"type": "text", "text": "The question."}]}],
    }  # fmt: skip
    assert expected == messages_body(_request())


def test_a_messages_body_without_system_has_no_such_key() -> None:
    assert "system" not in messages_body(ModelRequest("m", TURNS[1:], {}))


@pytest.mark.parametrize("params", [{}, {"output_config": {"effort": "low"}}])
def test_a_messages_body_asks_for_the_schema_beside_a_configured_effort(params: dict[str, Json]) -> None:
    expected = {**params.get("output_config", {}), "format": {"type": "json_schema", "schema": SCHEMA}}
    assert expected == messages_body(_request(SCHEMA, **params))["output_config"]


def test_a_configured_limit_rules() -> None:
    assert 99 == messages_body(_request(max_tokens=99))["max_tokens"]
