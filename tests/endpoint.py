"""A real HTTP endpoint on loopback that speaks the providers' formats and says what a test tells it to."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from aiohttp import web

from tests.loopback import End, in_thread

Body = dict[str, Any]


@dataclass
class Answer:
    """What the endpoint sends back; `raw` replaces the well-formed body."""

    text: str = ""
    finish: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    raw: bytes | None = None
    content_type: str = "application/json"
    delay_s: float = 0.0


Say = Callable[[Body], Answer]
"""From a request's body to an answer."""


E = TypeVar("E", bound="Endpoint")


class Endpoint:
    """Where it listens, and every request that it got."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.requests: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.port = 0
        self.is_held = False
        """While it is set, every answer waits."""
        self.n_in_flight = self.peak = 0

    @property
    def openai_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def anthropic_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def chat(self, request: web.Request) -> web.Response:
        body, answer = await self._take(request)
        return self._response(answer, chat_shape(body, answer))

    async def messages(self, request: web.Request) -> web.Response:
        body, answer = await self._take(request)
        return self._response(answer, message_shape(body, answer))

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes([web.post("/v1/chat/completions", self.chat), web.post("/v1/messages", self.messages)])
        return app

    async def _take(self, request: web.Request) -> tuple[Body, Answer]:
        body: Body = orjson.loads(await request.read())
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        self.n_in_flight += 1
        self.peak = max(self.peak, self.n_in_flight)
        answer = self.say(body)
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        while self.is_held:  # noqa: ASYNC110 (a test sets it from another thread)
            await asyncio.sleep(0.01)
        self.n_in_flight -= 1
        return body, answer

    def _response(self, answer: Answer, shape: Body) -> web.Response:
        raw = answer.raw if answer.raw is not None else orjson.dumps(shape)
        return web.Response(body=raw, status=answer.status, headers=answer.headers, content_type=answer.content_type)


def chat_shape(body: Body, answer: Answer) -> Body:
    choice = {"index": 0, "message": {"role": "assistant", "content": answer.text}}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {
        "id": "c", "object": "chat.completion", "created": 1, "model": body.get("model"),
        "choices": [{**choice, "finish_reason": answer.finish or "stop"}], "usage": usage,
    }  # fmt: skip


def message_shape(body: Body, answer: Answer) -> Body:
    return {
        "id": "m", "type": "message", "role": "assistant", "model": body.get("model"),
        "content": [{"type": "thinking", "thinking": "…", "signature": "s"}, {"type": "text", "text": answer.text}],
        "stop_reason": answer.finish or "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 7, "cache_read_input_tokens": 3},
    }  # fmt: skip


def prompt_text(body: Body) -> str:
    """All text of a request, whichever API it was sent to."""
    parts: list[str] = []
    system = body.get("system", [])
    for content in [system, *(message["content"] for message in body["messages"])]:
        parts += [content] if isinstance(content, str) else [block["text"] for block in content]
    return "\n".join(parts)


@contextmanager
def served(one: E) -> Generator[E]:
    """Serve in a thread of its own until the block ends."""

    async def begin() -> End:
        runner = web.AppRunner(one.app(), access_log=None, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        one.port = runner.addresses[0][1]
        return runner.cleanup

    with in_thread(begin):
        yield one


def endpoint(say: Say) -> AbstractContextManager[Endpoint]:
    return served(Endpoint(say))
