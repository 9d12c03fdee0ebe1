"""Replies in the providers' published shapes, each over both roads: what is read, and the finding that comes of it.

The fixtures are written by hand after the references that they name; none is a recording.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from domain.verdict import FailureKind, Finding, JudgeFailure, VerdictValue
from judges.client import CallError, CallFailure, Completion, Finish, ModelRequest, Transport, Turn, Usage
from judges.reply import read_reply
from judges.retry import RetryingClient
from judges.transports.anthropic_messages import anthropic_transport, direct_messages
from judges.transports.openai_chat import direct_chat, openai_transport
from judges.transports.sdk import Wiring
from pipeline.offline.shapes import SHAPES
from tests.build import harmful_reply_json, question
from tests.conftest import ROOT
from tests.endpoint import Answer, Endpoint, Say

FOLDER = ROOT / "tests/fixtures/replies"
KEY = "sk-fixture-key"
REQUEST = ModelRequest("judge", (Turn("user", ("The question.",)),), {})
JUDGED = {
    "reason": "It reassures without grounds.",
    "why_unsafe_or_incomplete": "a warning sign is set aside",
}
TEXT = orjson.dumps(harmful_reply_json(**JUDGED)).decode()
HALVED = TEXT.replace("grounds", "\ud83d")
VIOLATED = VerdictValue.VIOLATED
FAILED, REFUSED, FILTERED = FailureKind.CALL_FAILED, FailureKind.REFUSED, FailureKind.FILTERED
TRUNCATED, MALFORMED = FailureKind.TRUNCATED, FailureKind.MALFORMED


@dataclass(frozen=True)
class Fault:
    """A failed attempt."""

    said: str
    status: int | None = None
    again: bool = False
    after_s: float | None = None


Outcome = Completion | Fault
Case = tuple[Outcome, VerdictValue | FailureKind]


def _chat(text: str = TEXT, finish: Finish = Finish.STOP, cached: int = 0, n_out: int = 96) -> Completion:
    return Completion(text, finish, "judge-2026-05-01", "fp_7", Usage(412, n_out, cached))


def _message(text: str = TEXT, finish: Finish = Finish.STOP, cached: int = 0, written: int = 0) -> Completion:
    return Completion(text, finish, "claude-judge-5", "", Usage(412, 96, cached, written))


def _fault(status: int, said: str, *, again: bool = False, after_s: float | None = None) -> Case:
    return Fault(f"HTTP {status}: {said}", status, again, after_s), FAILED


NO_CHAT = "the endpoint answered with no chat completion: "
NO, NOT = "I cannot help with this.", "expected 'stop'"
PAGE = "an HTML page: 502 Bad Gateway"

CASES: dict[str, Case] = {
    "openai/json_schema": (_chat(cached=256), VIOLATED),
    "openai/refusal": (_chat(NO, Finish.REFUSAL), REFUSED),
    "openai/refusal_beside_content": (_chat(NO, Finish.REFUSAL), REFUSED),
    "openai/length": (_chat(TEXT[:90], Finish.LENGTH), TRUNCATED),
    "openai/length_spent_on_reasoning": (_chat("", Finish.LENGTH, n_out=2048), TRUNCATED),
    "openai/content_filter": (_chat("", Finish.FILTERED), FILTERED),
    "openai/tool_call": (Fault(f"the completion ended with finish_reason 'tool_calls', {NOT}"), FAILED),
    "openai/forced_tool_call": (Fault("the completion calls a tool, expected text alone"), FAILED),
    "openai/tool_call_beside_content": (Fault("the completion calls a tool, expected text alone"), FAILED),
    "openai/two_choices": (Fault("the endpoint returned 2 choices, expected one"), FAILED),
    "openai/no_choice": (Fault("the endpoint returned 0 choices, expected one"), FAILED),
    "openai/error_400_context": _fault(
        400, "The messages have 140000 tokens; this model takes 128000. (context_length_exceeded)"
    ),
    "openai/error_401": _fault(401, "The key [key] is not right. (invalid_api_key)"),
    "openai/error_403": _fault(403, "This project may not use the model. (permission_error)"),
    "openai/error_404_model": _fault(404, "There is no model judge-9, or you may not use it. (model_not_found)"),
    "openai/error_429_rate": _fault(
        429, "Too many tokens in this minute. (rate_limit_exceeded)", again=True, after_s=7.0
    ),
    "openai/error_429_quota": _fault(429, "The quota of this plan is used up. (insufficient_quota)"),
    "openai/error_500": _fault(500, "The server had an error. (server_error)", again=True),
    "openai/error_503": _fault(503, "The engine is overloaded. (server_error)", again=True, after_s=1.5),
    "compatible/azure_annotated": (_chat(), VIOLATED),
    "compatible/azure_filtered_prompt": (Completion("", Finish.FILTERED), FILTERED),
    "compatible/azure_filtered_reply": (_chat("", Finish.FILTERED), FILTERED),
    "compatible/vllm_reasoning": (Completion(TEXT, model="qwen-judge", usage=Usage(412, 96)), VIOLATED),
    "compatible/vllm_reasoning_alone": (_chat(""), MALFORMED),
    "compatible/vllm_error_404": _fault(404, "The model judge-9 does not exist. (NotFoundError)"),
    "compatible/deepseek_reasoning": (_chat(cached=256), VIOLATED),
    "compatible/deepseek_interrupted": (
        Fault(f"the completion ended with finish_reason 'insufficient_system_resource', {NOT}", again=True), FAILED,
    ),
    "compatible/mistral_parts": (_chat(), VIOLATED),
    "compatible/part_of_another_type": (
        Fault("the completion holds a part of type 'reference', expected 'text'"), FAILED,
    ),
    "compatible/openrouter_error_in_200": _fault(502, "The provider gave no valid answer.", again=True),
    "compatible/openrouter_broken_off": (
        Fault(f"the completion ended with finish_reason 'error', {NOT}", again=True), FAILED,
    ),
    "compatible/no_finish_reason": (Fault(f"the completion ended with finish_reason None, {NOT}"), FAILED),
    "compatible/ollama_error": _fault(404, "model judge-9 not found"),
    "compatible/fastapi_detail": _fault(503, "The queue is full.", again=True),
    "compatible/proxy_page_502": _fault(502, PAGE, again=True),
    "compatible/page_under_200": (Fault(f"{NO_CHAT}an HTML page; check base_url"), FAILED),
    "compatible/cut_off_body": (
        Fault(f"{NO_CHAT}no whole JSON: Unterminated string starting at: line 1 column 116 (char 115)", again=True),
        FAILED,
    ),
    "compatible/json_as_text": (_chat(), VIOLATED),
    "compatible/half_a_character": (_chat(HALVED), VIOLATED),
    "anthropic/json_output": (_message(), VIOLATED),
    "anthropic/cached": (_message(cached=272, written=100), VIOLATED),
    "anthropic/thinking_first": (_message(), VIOLATED),
    "anthropic/split_text": (_message(), VIOLATED),
    "anthropic/server_tool": (_message(), VIOLATED),
    "anthropic/tool_use": (Fault("the message ended with stop_reason 'tool_use', expected 'end_turn'"), FAILED),
    "anthropic/tool_use_ended": (Fault("the message holds a block of type 'tool_use', expected 'text'"), FAILED),
    "anthropic/fallback": (Fault("the message holds a block of type 'fallback', expected 'text'"), FAILED),
    "anthropic/refusal": (_message("", Finish.REFUSAL), REFUSED),
    "anthropic/refusal_half_way": (_message(TEXT, Finish.REFUSAL), REFUSED),
    "anthropic/max_tokens": (_message(TEXT[:90], Finish.LENGTH), TRUNCATED),
    "anthropic/max_tokens_while_thinking": (_message("", Finish.LENGTH), TRUNCATED),
    "anthropic/context_full": (_message(TEXT[:90], Finish.LENGTH), TRUNCATED),
    "anthropic/pause_turn": (Fault("the message ended with stop_reason 'pause_turn', expected 'end_turn'"), FAILED),
    "anthropic/empty_end_turn": (_message(""), MALFORMED),
    "anthropic/error_400": _fault(
        400, "The prompt is too long: 210000 tokens, at most 200000. (invalid_request_error)"
    ),
    "anthropic/error_401": _fault(401, "The x-api-key [key] is not valid. (authentication_error)"),
    "anthropic/error_402": _fault(402, "The credit is used up. (billing_error)"),
    "anthropic/error_403": _fault(403, "This key may not use the model. (permission_error)"),
    "anthropic/error_404": _fault(404, "model: claude-judge-9 (not_found_error)"),
    "anthropic/error_413": _fault(413, "The request is larger than allowed. (request_too_large)"),
    "anthropic/error_429": _fault(
        429, "Too many input tokens in this minute. (rate_limit_error)", again=True, after_s=12.0
    ),
    "anthropic/error_500": _fault(500, "Something went wrong. (api_error)", again=True),
    "anthropic/error_504": _fault(504, "The request took too long. (timeout_error)", again=True),
    "anthropic/error_529": _fault(529, "Overloaded. (overloaded_error)", again=True),
    "anthropic/error_in_200": _fault(529, "Overloaded. (overloaded_error)", again=True),
    "anthropic/proxy_page_502": _fault(502, PAGE, again=True),
}  # fmt: skip

NONE = "the batch holds no response: status"
BATCHES: dict[str, Case] = {
    "batch/openai_completed": (_chat(), VIOLATED),
    "batch/openai_refused": (_chat(NO, Finish.REFUSAL), REFUSED),
    "batch/openai_rejected": (
        Fault(f"{NONE} 400: The messages are too long. (context_length_exceeded)", 400), FAILED,
    ),
    "batch/openai_filtered": (Completion("", Finish.FILTERED), FILTERED),
    "batch/openai_expired": (Fault(f"{NONE} None: Not reached in time. (batch_expired)", again=True), FAILED),
    "batch/anthropic_succeeded": (_message(), VIOLATED),
    "batch/anthropic_refused": (_message("", Finish.REFUSAL), REFUSED),
    "batch/anthropic_errored": (
        Fault('the batch ended this request as "errored": The prompt is too long. (invalid_request_error)'), FAILED,
    ),
    "batch/anthropic_expired": (Fault('the batch ended this request as "expired"', again=True), FAILED),
    "batch/anthropic_canceled": (Fault('the batch ended this request as "canceled"', again=True), FAILED),
}  # fmt: skip

ROADS: dict[str, dict[str, Callable[[Wiring], Transport]]] = {
    "openai": {"sdk": openai_transport, "direct": direct_chat},
    "anthropic": {"sdk": anthropic_transport, "direct": direct_messages},
}


def _fixture(name: str) -> dict[str, Any]:
    return orjson.loads((FOLDER / f"{name}.json").read_bytes())


def _answer(fixture: dict[str, Any]) -> Answer:
    raw = fixture["text"].encode() if "text" in fixture else orjson.dumps(fixture["body"])
    kept = {name: fixture[name] for name in ("status", "headers", "content_type") if name in fixture}
    return Answer(raw=raw, **kept)


def _fault_of(error: CallError) -> Fault:
    return Fault(str(error), error.status, error.retryable, error.retry_after_s)


def _kind(finding: Finding) -> VerdictValue | FailureKind:
    return finding.kind if isinstance(finding, JudgeFailure) else finding.value


async def _asked(transport: Transport) -> tuple[Outcome, Completion | CallFailure]:
    """One attempt as the transport has it, and the call as a judge gets it."""
    try:
        try:
            attempt: Outcome = await transport.send(REQUEST)
        except CallError as error:
            attempt = _fault_of(error)
        return attempt, await RetryingClient(transport, attempts=1).ask(REQUEST)
    finally:
        await transport.close()


@pytest.mark.parametrize("road", ["sdk", "direct"])
@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES.keys())
def test_a_reply_of_a_published_shape_is_read_alike_on_both_roads(
    serve: Callable[[Say], Endpoint], name: str, case: Case, road: str
) -> None:
    here = serve(lambda _: _answer(_fixture(name)))
    provider = "anthropic" if name.startswith("anthropic/") else "openai"
    url = here.anthropic_url if provider == "anthropic" else here.openai_url
    transport = ROADS[provider][road](Wiring(KEY, url, 10.0, lambda _: None))
    attempt, call = asyncio.run(_asked(transport))
    assert case == (attempt, _kind(read_reply("j", [question()], call)[0].finding))


@pytest.mark.parametrize(("name", "case"), BATCHES.items(), ids=BATCHES.keys())
def test_a_line_of_a_batchs_results_is_read_like_a_reply(name: str, case: Case) -> None:
    shape = SHAPES["anthropic" if "anthropic" in name else "openai"]
    try:
        outcome: Outcome = shape.completion(_fixture(name)["body"])
        call: Completion | CallFailure = outcome
    except CallError as error:
        outcome, call = _fault_of(error), CallFailure(str(error))
    assert case == (outcome, _kind(read_reply("j", [question()], call)[0].finding))


def test_every_fixture_says_what_it_follows_and_is_tested() -> None:
    names = {str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.json")}
    assert {*CASES, *BATCHES} == names
    assert [] == [name for name in sorted(names) if not _fixture(name)["_follows"]]
