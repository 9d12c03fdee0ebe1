"""Claude, through Anthropic's messages API."""

from typing import Any

from judges.client import CallError, Completion, Finish, ModelRequest, Turn, Usage
from judges.transports.faults import call_error, status_error

_FINISH = {
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "refusal": Finish.REFUSAL,
}
_MAX_TOKENS = 2048
"""The API requires a limit; a reply that reaches it is recorded as truncated."""


class AnthropicTransport:
    """Sends through the SDK with its parsed response objects skipped."""

    def __init__(self, *, api_key: str, base_url: str | None, timeout_s: float) -> None:
        import anthropic  # noqa: PLC0415 (6.6 CPU seconds: only for a config that names this provider)

        self._errors = anthropic
        self._key = api_key
        self._sdk = anthropic.AsyncAnthropic(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=timeout_s,
            http_client=anthropic.DefaultAioHttpClient(timeout=timeout_s),
        )

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        try:
            raw = await self._sdk.post("/v1/messages", body=messages_body(request), cast_to=object)
        except self._errors.APIStatusError as error:
            raise status_error(error.status_code, error.response.headers, error.message, secret=self._key) from None
        except self._errors.APIError as error:
            raise call_error(error, secret=self._key) from None
        return message_completion(raw)

    async def close(self) -> None:
        """Let go of connections."""
        await self._sdk.close()


def messages_body(request: ModelRequest) -> dict[str, Any]:
    """The request in the API's shape: system apart, a cache breakpoint after every part but a message's last."""
    system = [_blocks(turn) for turn in request.turns if turn.role == "system"]
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": _MAX_TOKENS,
        "messages": [{"role": turn.role, "content": _blocks(turn)} for turn in request.turns if turn.role != "system"],
        **request.params,
    }
    if system:
        body["system"] = [block for blocks in system for block in blocks]
    if request.schema is not None:
        # merged, because 'effort' lives in the same object
        config = body.get("output_config")
        effort = config if isinstance(config, dict) else {}
        body["output_config"] = {**effort, "format": {"type": "json_schema", "schema": request.schema}}
    return body


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"type": "text", "text": part} for part in turn.parts]
    for block in blocks[:-1]:
        block["cache_control"] = {"type": "ephemeral"}
    return blocks


def message_completion(raw: object) -> Completion:
    """Read a message strictly; thinking is passed over, text is joined.

    Raises:
        CallError: the body is not a finished message.
    """
    match raw:
        case {"type": "message", "content": [*blocks], "stop_reason": str(stop), **rest} if stop in _FINISH:
            pass
        case {"type": "message", "stop_reason": stop}:
            raise CallError(f"the message ended with stop_reason {stop!r}, expected 'end_turn'")
        case _:
            raise CallError(f"the endpoint answered with no message but {type(raw).__name__}: {str(raw)[:120]!r}")
    texts = [block["text"] for block in blocks if isinstance(block, dict) and block.get("type") == "text"]
    return Completion(
        text="".join(str(text) for text in texts),
        finish=_FINISH[stop],
        model=str(rest.get("model") or ""),
        usage=_usage(rest.get("usage")),
    )


def _usage(raw: object) -> Usage:
    if not isinstance(raw, dict):
        return Usage()
    fresh, written, read, out = (
        value if isinstance(value := raw.get(name), int) else 0
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    )
    return Usage(fresh + written + read, out, read)
