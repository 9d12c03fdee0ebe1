"""OpenAI's chat completions, and everything compatible with them: vLLM, Ollama, llama.cpp, Azure."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from domain.record import text_sha256
from judges.client import CallError, Completion, Finish, ModelRequest, Usage
from judges.transports.dialect import Dialect
from judges.transports.direct import DirectTransport
from judges.transports.sdk import Sdk, SdkTransport, Wiring
from judges.transports.wire import Count, Table, Wire, wire_value

_FINISH = {"stop": Finish.STOP, "length": Finish.LENGTH, "content_filter": Finish.FILTERED}
_INTERRUPTED = {"error", "insufficient_system_resource"}
"""How vLLM, OpenRouter and DeepSeek say that generating broke off by a fault that may pass."""
_ASIDE = {"thinking", "reasoning"}
"""Parts of a message that are not meant for its reader."""


_HOST = "api.openai.com"
_URL = f"https://{_HOST}/v1"
_CACHE_KEY_LENGTH = 32


def openai_sdk() -> Sdk:
    """OpenAI's own."""
    import openai  # noqa: PLC0415 (3.3 CPU seconds: only for a config that names this provider)

    return Sdk(openai, openai.AsyncOpenAI, _URL)


def openai_transport(wiring: Wiring) -> SdkTransport:
    """A transport to OpenAI, or to whatever speaks its language at `base_url`, through the SDK."""
    return SdkTransport(openai_sdk(), dialect_at(wiring.base_url), wiring)


def direct_chat(wiring: Wiring) -> DirectTransport:
    """The same without the SDK."""
    return DirectTransport(
        dialect_at(wiring.base_url),
        url=f"{(wiring.base_url or _URL).rstrip('/')}{CHAT.path}",
        headers={"Authorization": f"Bearer {wiring.api_key}"},
        secret=wiring.api_key,
        observe=wiring.observe,
    )


def dialect_at(base_url: str | None) -> Dialect:
    """OpenAI's own address takes one more field than the servers that are compatible with it."""
    host = urlsplit(base_url or _URL).hostname or ""
    return _OWN_CHAT if host == _HOST or host.endswith(f".{_HOST}") else CHAT


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


def own_chat_body(request: ModelRequest) -> dict[str, Any]:
    """For OpenAI itself: calls that share a judge's case are sent to where its prefix is cached.

    The provider spreads calls by how they begin, and all of a judge's calls begin with the same system prompt.
    """
    body = chat_body(request)
    if prefix := request.turns[-1].parts[:-1]:
        body.setdefault("prompt_cache_key", text_sha256("".join(prefix))[:_CACHE_KEY_LENGTH])
    return body


def chat_completion(raw: object) -> Completion:
    """Read a chat completion strictly: anything but exactly one message is a failed call, not an empty reply.

    Raises:
        CallError: the body is not a chat completion with one choice, or it did not end as text.
    """
    body = wire_value(_Chat, raw, "chat completion")
    if len(body.choices) != 1:
        raise CallError(f"the endpoint returned {len(body.choices)} choices, expected one")
    text, finish = _text_and_finish(body.choices[0])
    spent, cached = body.usage, body.usage.prompt_tokens_details
    read = cached.cached_tokens or spent.prompt_cache_hit_tokens
    return Completion(
        text=text,
        finish=finish,
        model=body.model or "",
        provider_fingerprint=body.system_fingerprint or "",
        usage=Usage(spent.prompt_tokens, spent.completion_tokens, read, cached.cache_write_tokens),
    )


def _text_and_finish(choice: "_Choice") -> tuple[str, Finish]:
    message, finish = choice.message, _FINISH.get(choice.finish_reason or "")
    if message is None:
        if finish is Finish.FILTERED:  # Azure may leave out what it withheld
            return "", finish
        raise CallError("the endpoint answered with no chat completion: choices.0.message: expected a message")
    if refusal := message.refusal or _refusal_in(message.content):
        return refusal, Finish.REFUSAL
    if finish is None:
        raise CallError(
            f"the completion ended with finish_reason {choice.finish_reason!r}, expected 'stop'",
            retryable=choice.finish_reason in _INTERRUPTED,
        )
    if finish is Finish.STOP and (message.tool_calls or message.function_call):
        raise CallError("the completion calls a tool, expected text alone")
    return _text_of(message.content), finish


def _refusal_in(content: "str | tuple[_Part, ...] | None") -> str:
    return "" if content is None or isinstance(content, str) else "".join(part.refusal or "" for part in content)


def _text_of(content: "str | tuple[_Part, ...] | None") -> str:
    """Text as it stands, or joined from the parts in which some servers send it."""
    if content is None or isinstance(content, str):
        return content or ""
    parts = [part for part in content if part.type not in _ASIDE]
    for part in parts:
        if part.type != "text":
            raise CallError(f"the completion holds a part of type {part.type!r}, expected 'text'")
    return "".join(part.text or "" for part in parts)


class _Part(Wire):
    type: str
    text: str | None = None
    refusal: str | None = None


class _Message(Wire):
    content: str | tuple[_Part, ...] | None = None
    refusal: str | None = None
    tool_calls: object = None
    function_call: object = None


class _Choice(Wire):
    message: _Message | None = None
    finish_reason: str | None = None


class _Cached(Wire):
    """Parts of `prompt_tokens`, not on top of them."""

    cached_tokens: Count = 0
    cache_write_tokens: Count = 0


class _Usage(Wire):
    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    prompt_cache_hit_tokens: Count = 0
    """DeepSeek's name for the cached tokens."""
    prompt_tokens_details: Annotated[_Cached, Table] = _Cached()


class _Chat(Wire):
    choices: tuple[_Choice, ...]
    model: str | None = None
    system_fingerprint: str | None = None
    usage: Annotated[_Usage, Table] = _Usage()


CHAT = Dialect("/chat/completions", chat_body, chat_completion)
_OWN_CHAT = Dialect("/chat/completions", own_chat_body, chat_completion)
