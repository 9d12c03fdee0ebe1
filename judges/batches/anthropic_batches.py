"""Anthropic's message batches: the requests in one body, the results as one stream of lines."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from judges.batches.api import BatchState, ChunkLimits, Found, Mark, SubmissionError
from judges.batches.calls import SdkCalls
from judges.client import CallError
from judges.transports.anthropic_messages import anthropic_sdk
from judges.transports.wire import Count, Table, Wire, wire_value

_LIMITS = ChunkLimits(requests=100_000, size=100_000_000)
"""Anthropic takes 100,000 requests and 256 MB a batch; the size stays far below, for a body is held in memory."""
_BATCHES = "/v1/messages/batches"
_A_PAGE = 100
_SKEW = timedelta(minutes=10)
"""By which the provider's clock and ours may differ."""


def anthropic_batches(api_key: str, base_url: str | None, attempts: int) -> "AnthropicBatches":
    """The message batches of Anthropic."""
    return AnthropicBatches(SdkCalls(anthropic_sdk(), api_key, base_url, attempts))


class AnthropicBatches:
    """A `BatchApi`. A batch carries no mark of ours: it is known by the custom_ids of its results alone."""

    limits = _LIMITS

    def __init__(self, calls: SdkCalls) -> None:
        self._calls = calls

    async def submit(self, path: Path, mark: Mark) -> str:  # noqa: ARG002 (nothing of it can be sent)
        """One body."""
        lines = (await asyncio.to_thread(path.read_bytes)).splitlines()
        body = b'{"requests":[' + b",".join(lines) + b"]}"
        options: dict[str, Any] = {"headers": {"Content-Type": "application/json"}}
        try:
            return wire_value(_Batch, await self._calls.post(_BATCHES, content=body, options=options), "batch").id
        except CallError as error:
            raise SubmissionError(error) from None

    async def state(self, batch_id: str) -> BatchState:
        """How the batch stands; its counts move only when all of it has ended."""
        return _state(wire_value(_Batch, await self._calls.get(f"{_BATCHES}/{batch_id}"), "batch"))

    async def results(self, state: BatchState) -> AsyncGenerator[bytes]:
        """The one stream."""
        opened = self._calls.client.messages.batches.with_streaming_response.results(state.batch_id)
        async for piece in self._calls.stream(opened):
            yield piece

    async def find(self, mark: Mark) -> Found:
        """A batch of as many requests, begun since, whose results answer ours.

        Results can be read only once a batch has ended: until then one of the right size may be this one.
        """
        perhaps: list[str] = []
        async for one in self._since(mark.since - _SKEW):
            state = _state(one)
            if one.id in mark.others or one.request_counts.total != len(mark.custom_ids):
                continue
            if not state.is_over:
                perhaps.append(one.id)
            elif await self._first_custom_id(state) in mark.custom_ids:
                return Found(one.id)
        return Found(perhaps=tuple(perhaps))

    async def _since(self, when: datetime) -> AsyncIterator["_Batch"]:
        """Newest first, as the provider lists them."""
        after: dict[str, object] = {}
        while True:
            page = wire_value(_Page, await self._calls.get(_BATCHES, limit=_A_PAGE, **after), "list of batches")
            for one in page.data:
                if one.created_at < when:
                    return
                yield one
            if not page.has_more or not page.data:
                return
            after = {"after_id": page.data[-1].id}

    async def _first_custom_id(self, state: BatchState) -> str | None:
        line = b""
        async with aclosing(self.results(state)) as pieces:
            async for piece in pieces:
                line += piece
                if b"\n" in line:
                    break
        try:
            return json.loads(line.split(b"\n")[0])["custom_id"]
        except (ValueError, LookupError, TypeError):
            return None

    async def close(self) -> None:
        """Let go of connections."""
        await self._calls.close()


def _state(batch: "_Batch") -> BatchState:
    is_over = batch.processing_status == "ended"
    counts = batch.request_counts
    n_done = counts.total - counts.processing
    return BatchState(batch.id, batch.processing_status, is_over, n_done, counts.total)


class _Counts(Wire):
    processing: Count = 0
    succeeded: Count = 0
    errored: Count = 0
    canceled: Count = 0
    expired: Count = 0

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


class _Batch(Wire):
    id: str
    processing_status: str
    created_at: datetime
    request_counts: Annotated[_Counts, Table] = _Counts()


class _Page(Wire):
    data: tuple[_Batch, ...]
    has_more: bool = False
