"""A loopback server with both providers' batch APIs: files, batches and their states, results out of order, faults.

What a batch costs is counted as a provider would: each request once for every batch in which it was answered.
"""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import orjson
from aiohttp import web

from tests.endpoint import Answer, Endpoint, Say, chat_shape, message_shape

Json = dict[str, Any]
Line = Callable[[Json, Json], Json]
"""From a request's line and its result's line to the line that comes back."""


@dataclass
class Batch:
    """One submitted batch; `looks` more looks at it find it unfinished."""

    batch_id: str
    lines: list[Json]
    at: datetime
    metadata: Json = field(default_factory=dict[str, Any])
    looks: int = 1
    ended: str = ""
    fault: str = ""
    results: list[Json] = field(default_factory=list[Json])
    n_open: int = 0


class BatchEndpoint(Endpoint):
    """Tests set what happens; the attributes below are what they ask about."""

    def __init__(self, say: Say) -> None:
        super().__init__(say)
        self.batches: dict[str, Batch] = {}
        self.files: dict[str, bytes] = {}
        self.paid: Counter[str] = Counter()
        """By custom_id: how often it was answered."""
        self.calls: list[str] = []
        """Method and path of every call."""
        self.looks = 1
        self.end_as: Callable[[Batch], str] = lambda _: "completed"
        """In OpenAI's words: completed, expired, cancelled; or failed:CODE."""
        self.answers: Callable[[Batch, int], bool] = lambda _batch, _n: True
        """Whether the request of this number is answered before the batch ends."""
        self.change: Line = lambda _asked, line: line
        self.download: Callable[[bytes], bytes] = lambda whole: whole
        self.before: Callable[[str], web.Response | None] = lambda _: None
        """Is told of each call before it is served; may answer in its place."""
        self.after: Callable[[str], web.Response | None] = lambda _: None
        """The same after it has taken effect."""
        self._numbers = itertools.count(1)

    def middleware(self) -> Any:
        @web.middleware
        async def watch(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            return await self._watch(request, handler)

        return watch

    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        call = f"{request.method} {request.path}"
        self.calls.append(call)
        if (instead := await asyncio.to_thread(self.before, call)) is not None:
            return instead
        response = await handler(request)
        return await asyncio.to_thread(self.after, call) or response

    def n(self, pattern: str) -> int:
        """How many calls there were of this kind."""
        return sum(re.fullmatch(pattern, one) is not None for one in self.calls)

    def app(self) -> web.Application:
        chats = [
            web.post("/v1/files", self.upload),
            web.get("/v1/files/{id}/content", self.content),
            web.post("/v1/batches", self.create),
            web.get("/v1/batches", self.listed),
            web.get("/v1/batches/{id}", self.retrieve),
        ]
        messages = [
            web.post("/v1/messages/batches", self.create_messages),
            web.get("/v1/messages/batches", self.listed_messages),
            web.get("/v1/messages/batches/{id}", self.retrieve_messages),
            web.get("/v1/messages/batches/{id}/results", self.results),
        ]
        by_itself = [web.post("/v1/chat/completions", self.chat), web.post("/v1/messages", self.messages)]
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self.middleware()])
        app.add_routes([*chats, *messages, *by_itself])
        return app

    def submitted(self, lines: list[Json], metadata: Json) -> Batch:
        ids = [one["custom_id"] for one in lines]
        assert len(ids) == len(set(ids)), "providers refuse a custom_id that stands twice"
        number = next(self._numbers)
        batch = Batch(f"batch_{number}", lines, datetime.now(UTC), metadata, self.looks, n_open=len(lines))
        self.batches[batch.batch_id] = batch
        return batch

    def look(self, batch_id: str) -> Batch:
        """One look nearer to its end."""
        batch = self.batches[batch_id]
        batch.looks -= 1
        if batch.looks < 0 and not batch.ended:
            self._end(batch)
        return batch

    def _end(self, batch: Batch) -> None:
        batch.ended, _, batch.fault = self.end_as(batch).partition(":")
        if batch.ended == "failed":
            return
        for number, line in enumerate(batch.lines):
            if self.answers(batch, number):
                self.paid[line["custom_id"]] += 1
                said = self.say(line.get("body") or line["params"])
                batch.results.append(self.change(line, self._result(line, said)))
            else:
                batch.results.append(self._unanswered(line, batch.ended))
        batch.results.reverse()
        batch.n_open = 0

    def _result(self, line: Json, said: Answer) -> Json:
        if "params" in line:
            shape = message_shape(line["params"], said)
            return {"custom_id": line["custom_id"], "result": {"type": "succeeded", "message": shape}}
        response = {"status_code": said.status, "request_id": "r", "body": chat_shape(line["body"], said)}
        return {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}

    def _unanswered(self, line: Json, ended: str) -> Json:
        if "params" in line:
            return {"custom_id": line["custom_id"], "result": {"type": {"cancelled": "canceled"}.get(ended, "expired")}}
        error = {"code": f"batch_{ended}", "message": "This request could not be executed in time."}
        return {"id": "b", "custom_id": line["custom_id"], "response": None, "error": error}

    async def upload(self, request: web.Request) -> web.Response:
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        parts: Any = message_from_bytes(head + await request.read()).get_payload()
        held = {one.get_param("name", header="content-disposition"): one.get_payload(decode=True) for one in parts}
        assert held["purpose"] == b"batch"
        file_id = f"file_{next(self._numbers)}"
        self.files[file_id] = held["file"]
        return _json({"id": file_id, "object": "file", "purpose": "batch", "bytes": len(held["file"])})

    async def create(self, request: web.Request) -> web.Response:
        body: Json = orjson.loads(await request.read())
        assert (body["endpoint"], body["completion_window"]) == ("/v1/chat/completions", "24h")
        lines = [orjson.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
        return _json(_batch(self.submitted(lines, body.get("metadata", {})), "validating"))

    async def retrieve(self, request: web.Request) -> web.Response:
        batch = self.look(request.match_info["id"])
        return _json(_batch(batch, batch.ended or "in_progress"))

    async def listed(self, request: web.Request) -> web.Response:
        found, more = self._page(request.query.get("after"))
        rows = [_batch(one, one.ended or "in_progress") for one in found]
        return _json({"object": "list", "data": rows, "has_more": more})

    async def content(self, request: web.Request) -> web.Response:
        kind, _, batch_id = request.match_info["id"].partition("-")
        rows = [one for one in self.batches[batch_id].results if (kind == "output") == _is_answer(one)]
        return web.Response(body=self.download(_lines(rows)))

    async def create_messages(self, request: web.Request) -> web.Response:
        body: Json = orjson.loads(await request.read())
        assert body.keys() == {"requests"}
        return _json(self._message_batch(self.submitted(body["requests"], {})))

    async def retrieve_messages(self, request: web.Request) -> web.Response:
        return _json(self._message_batch(self.look(request.match_info["id"])))

    async def listed_messages(self, request: web.Request) -> web.Response:
        found, more = self._page(request.query.get("after_id"))
        return _json({"data": [self._message_batch(one) for one in found], "has_more": more})

    async def results(self, request: web.Request) -> web.Response:
        return web.Response(body=self.download(_lines(self.batches[request.match_info["id"]].results)))

    def _page(self, after: str | None) -> tuple[list[Batch], bool]:
        """Newest first, two a page, so that pages are turned; time passes as they are read."""
        ids = list(self.batches)[::-1]
        start = ids.index(after) + 1 if after else 0
        return [self.look(one) for one in ids[start : start + 2]], len(ids) > start + 2

    def _message_batch(self, batch: Batch) -> Json:
        kinds = Counter(one["result"]["type"] for one in batch.results)
        names = ("succeeded", "errored", "canceled", "expired")
        url = f"{self.anthropic_url}/v1/messages/batches/{batch.batch_id}/results" if batch.ended else None
        return {
            "id": batch.batch_id, "type": "message_batch", "created_at": batch.at.isoformat(),
            "processing_status": "ended" if batch.ended else "in_progress", "results_url": url,
            "request_counts": {"processing": batch.n_open} | {name: kinds[name] for name in names},
        }  # fmt: skip


def _batch(batch: Batch, status: str) -> Json:
    done = [one for one in batch.results if _is_answer(one)]
    rest = len(batch.results) - len(done)
    errors = {"object": "list", "data": [{"code": batch.fault, "message": "no"}]} if status == "failed" else None
    return {
        "id": batch.batch_id, "object": "batch", "endpoint": "/v1/chat/completions", "status": status,
        "created_at": int(batch.at.timestamp()), "metadata": batch.metadata, "errors": errors,
        "request_counts": {"total": len(batch.lines), "completed": len(done), "failed": rest},
        "output_file_id": f"output-{batch.batch_id}" if done else None,
        "error_file_id": f"error-{batch.batch_id}" if rest else None,
    }  # fmt: skip


def _is_answer(result: Json) -> bool:
    response: Json = result.get("response") or {}
    return response.get("status_code") == 200


def _lines(rows: list[Json]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _json(value: Json) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")


def fault(status: int, message: str = "no", **headers: str) -> web.Response:
    """What a server says instead."""
    body = orjson.dumps({"error": {"message": message, "type": "x"}})
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)
