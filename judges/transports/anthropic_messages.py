"""Claude, through Anthropic's messages API."""

from typing import Annotated, Any, Literal

from judges.client import CallError, Completion, Finish, ModelRequest, Turn, Usage
from judges.transports.dialect import Dialect
from judges.transports.direct import DirectTransport
from judges.transports.sdk import Sdk, SdkTransport, Wiring
from judges.transports.wire import Count, Table, Wire, wire_value

_FINISH = {
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "refusal": Finish.REFUSAL,
}
_ASIDE = {"thinking", "redacted_thinking", "server_tool_use"}
"""Blocks that are not meant for the reader, beside the results of tools that the provider itself ran."""
_MAX_TOKENS = 2048
"""The API requires a limit; a reply that reaches it is recorded as truncated."""


_BREAKPOINT = {"cache_control": {"type": "ephemeral"}}
_URL = "https://api.anthropic.com"
_VERSION = "2023-06-01"


def anthropic_sdk() -> Sdk:
    """Anthropic's own."""
    import anthropic  # noqa: PLC0415 (6.6 CPU seconds: only for a config that names this provider)

    return Sdk(anthropic, anthropic.AsyncAnthropic, _URL)


def anthropic_transport(wiring: Wiring) -> SdkTransport:
    """A transport to Anthropic through the SDK."""
    return SdkTransport(anthropic_sdk(), MESSAGES, wiring)


def direct_messages(wiring: Wiring) -> DirectTransport:
    """The same without the SDK."""
    return DirectTransport(
        MESSAGES,
        url=f"{(wiring.base_url or _URL).rstrip('/')}{MESSAGES.path}",
        headers={"x-api-key": wiring.api_key, "anthropic-version": _VERSION},
        secret=wiring.api_key,
        observe=wiring.observe,
    )


def messages_body(request: ModelRequest) -> dict[str, Any]:
    """The request in the API's shape: system apart, and a cache breakpoint behind every prefix that calls share.

    Those are two of the four that the API takes: system, which all calls share, and a judge's case. A prefix that is
    shorter than the model caches is sent as ever and costs nothing more.
    """
    system = [block for turn in request.turns if turn.role == "system" for block in _blocks(turn)]
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": _MAX_TOKENS,
        "messages": [{"role": turn.role, "content": _blocks(turn)} for turn in request.turns if turn.role != "system"],
        **request.params,
    }
    if system:
        system[-1] = system[-1] | _BREAKPOINT
        body["system"] = system
    if request.schema is not None:
        # merged, because a configured effort lives in the same object
        body["output_config"] = {
            **(body.get("output_config") or {}),
            "format": {"type": "json_schema", "schema": request.schema},
        }
    return body


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"type": "text", "text": part} for part in turn.parts]
    return [block | _BREAKPOINT for block in blocks[:-1]] + blocks[-1:]


def message_completion(raw: object) -> Completion:
    """Read a message strictly; thinking is passed over, text is joined, any other block is no part of an answer.

    Raises:
        CallError: the body is not a finished message.
    """
    body = wire_value(_Message, raw, "message")
    finish = _FINISH.get(body.stop_reason or "")
    if finish is None:
        raise CallError(f"the message ended with stop_reason {body.stop_reason!r}, expected 'end_turn'")
    if finish is Finish.STOP:
        _check_blocks(body.content)
    spent = body.usage
    sent = spent.input_tokens + spent.cache_creation_input_tokens + spent.cache_read_input_tokens
    return Completion(
        text="".join(block.text or "" for block in body.content if block.type == "text"),
        finish=finish,
        model=body.model or "",
        usage=Usage(sent, spent.output_tokens, spent.cache_read_input_tokens, spent.cache_creation_input_tokens),
    )


def _check_blocks(content: "tuple[_Block, ...]") -> None:
    for block in content:
        if block.type != "text" and block.type not in _ASIDE and not block.type.endswith("_tool_result"):
            raise CallError(f"the message holds a block of type {block.type!r}, expected 'text'")


class _Block(Wire):
    type: str
    text: str | None = None


class _Usage(Wire):
    input_tokens: Count = 0
    """Read afresh; what is written to or read from the cache comes on top."""
    output_tokens: Count = 0
    cache_creation_input_tokens: Count = 0
    cache_read_input_tokens: Count = 0


class _Message(Wire):
    type: Literal["message"]
    content: tuple[_Block, ...]
    stop_reason: str | None = None
    model: str | None = None
    usage: Annotated[_Usage, Table] = _Usage()


MESSAGES = Dialect("/v1/messages", messages_body, message_completion)
