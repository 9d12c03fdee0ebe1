"""OpenAI's chat completions, and everything compatible with them: vLLM, Ollama, llama.cpp, Azure."""

from collections.abc import Mapping
from typing import Any

from judges.client import CallError, Completion, Finish, ModelRequest, Usage
from judges.transports.faults import call_error, status_error

_FINISH = {"stop": Finish.STOP, "length": Finish.LENGTH, "content_filter": Finish.FILTERED}


class OpenAITransport:
    """Sends through the SDK with its parsed response objects skipped: they are most of its cost."""

    def __init__(self, *, api_key: str, base_url: str | None, timeout_s: float) -> None:
        import openai  # noqa: PLC0415 (3.3 CPU seconds: only for a config that names this provider)

        self._errors = openai
        self._key = api_key
        self._sdk = openai.AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=timeout_s,
            http_client=openai.DefaultAioHttpClient(timeout=timeout_s),
        )

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        try:
            raw = await self._sdk.post("/chat/completions", body=chat_body(request), cast_to=object)
        except self._errors.APIStatusError as error:
            raise status_error(error.status_code, error.response.headers, error.message, secret=self._key) from None
        except self._errors.APIError as error:  # time-outs and connection faults among them
            raise call_error(error, secret=self._key) from None
        return chat_completion(raw)

    async def close(self) -> None:
        """Let go of connections."""
        await self._sdk.close()


def chat_body(request: ModelRequest) -> dict[str, Any]:
    """The request in the API's shape."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [{"role": turn.role, "content": turn.text} for turn in request.turns],
        **request.params,
    }
    if request.schema is not None:
        json_schema = {"name": "reply", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    return body


def chat_completion(raw: object) -> Completion:
    """Read a chat completion strictly: anything but exactly one message is a failed call, not an empty reply.

    Raises:
        CallError: the body is not a chat completion with one choice.
    """
    match raw:
        case {"choices": [{"message": {**message}, **choice}]}:
            pass
        case {"choices": [_, _, *_]}:
            raise CallError("the endpoint returned several choices where one was asked for")
        case _:
            raise CallError(f"the endpoint answered with no chat completion but {_shown(raw)}")
    body: Mapping[str, Any] = raw
    content = message.get("content")
    finish = _FINISH.get(str(choice.get("finish_reason") or "stop"))
    if message.get("refusal"):
        content, finish = str(message["refusal"]), Finish.REFUSAL
    if finish is None:
        raise CallError(f"the completion ended with finish_reason {choice.get('finish_reason')!r}, expected 'stop'")
    if content is not None and not isinstance(content, str):
        raise CallError(f"the message's content is no text but {_shown(content)}")
    return Completion(
        text=content or "",
        finish=finish,
        model=str(body.get("model") or ""),
        provider_fingerprint=str(body.get("system_fingerprint") or ""),
        usage=_usage(body.get("usage")),
    )


def _usage(raw: object) -> Usage:
    match raw:
        case {"prompt_tokens": int(sent), "completion_tokens": int(received), **rest}:
            details = rest.get("prompt_tokens_details")
            cached = details.get("cached_tokens") if isinstance(details, dict) else 0
            return Usage(sent, received, cached if isinstance(cached, int) else 0)
        case _:
            return Usage()


def _shown(raw: object) -> str:
    return f"{type(raw).__name__}: {str(raw)[:120]!r}"
