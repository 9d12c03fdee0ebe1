"""OpenAI's batches, and those of whatever speaks its language: a file up, a batch over it, files of results down."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from judges.batches.api import BatchState, ChunkLimits, Found, Mark, SubmissionError
from judges.batches.calls import SdkCalls
from judges.client import CallError
from judges.transports.openai_chat import openai_sdk
from judges.transports.wire import Count, Table, Wire, wire_value

_LIMITS = ChunkLimits(requests=50_000, size=100_000_000)
"""OpenAI takes 50,000 requests and 200 MB a file; the size stays far below, for the SDK holds a file in memory."""
_ENDPOINT = "/v1/chat/completions"
_OVER = {"completed", "failed", "expired", "cancelled"}
_FULL = "token_limit_exceeded"
_A_PAGE = 100


def openai_batches(api_key: str, base_url: str | None, attempts: int) -> "OpenAiBatches":
    """The batches of OpenAI, or of the server at `base_url`."""
    return OpenAiBatches(SdkCalls(openai_sdk(), api_key, base_url, attempts))


class OpenAiBatches:
    """A `BatchApi`. A batch carries our mark as metadata, so it can always be found again."""

    limits = _LIMITS

    def __init__(self, calls: SdkCalls) -> None:
        self._calls = calls

    async def submit(self, path: Path, mark: Mark) -> str:
        """Upload the file, then make a batch of it: the second is what is paid for."""
        body: dict[str, Any] = {
            "input_file_id": await self._upload(path),
            "endpoint": _ENDPOINT,
            "completion_window": "24h",
            "metadata": _metadata(mark),
        }
        try:
            return wire_value(_Batch, await self._calls.post("/batches", body=body), "batch").id
        except CallError as error:
            raise SubmissionError(error) from None

    async def _upload(self, path: Path) -> str:
        try:
            return await self._calls.again(lambda: self._uploaded(path))
        except CallError as error:
            raise SubmissionError(error, is_certain=True) from None

    async def _uploaded(self, path: Path) -> str:
        with self._calls.faults():
            file: Any = await self._calls.client.files.create(file=path, purpose="batch")
        return wire_value(_Named, {"id": getattr(file, "id", None)}, "uploaded file").id

    async def state(self, batch_id: str) -> BatchState:
        """How the batch stands; files of failed requests belong to its results."""
        batch = wire_value(_Batch, await self._calls.get(f"/batches/{batch_id}"), "batch")
        faults = batch.errors.data if batch.status == "failed" else ()
        return BatchState(
            batch_id,
            batch.status,
            is_over=batch.status in _OVER,
            n_done=batch.request_counts.completed + batch.request_counts.failed,
            n_lines=batch.request_counts.completed,
            fault="; ".join(f"{one.code}: {one.message}" for one in faults[:3])
            or ("no reason given" if batch.status == "failed" else ""),
            is_full=any(one.code == _FULL for one in faults),
            files=tuple(one for one in (batch.output_file_id, batch.error_file_id) if one),
        )

    async def results(self, state: BatchState) -> AsyncGenerator[bytes]:
        """Both files, one after the other."""
        for file_id in state.files:
            opened = self._calls.client.files.with_streaming_response.content(file_id)
            async for piece in self._calls.stream(opened):
                yield piece
            yield b"\n"  # the first need not end its last line

    async def find(self, mark: Mark) -> Found:
        """The batch that carries the mark; there is none where the whole list since then does not hold it."""
        after: dict[str, object] = {}
        while True:
            page = wire_value(_Page, await self._calls.get("/batches", limit=_A_PAGE, **after), "list of batches")
            for one in page.data:
                if one.metadata.get("caveat_token") == mark.token:
                    return Found(one.id)
            if not page.has_more or not page.data:
                return Found()
            after = {"after": page.data[-1].id}

    async def close(self) -> None:
        """Let go of connections."""
        await self._calls.close()


def _metadata(mark: Mark) -> Mapping[str, str]:
    return {"caveat_run": mark.run, "caveat_chunk": mark.chunk, "caveat_token": mark.token}


class _Named(Wire):
    id: str


class _Fault(Wire):
    code: str | None = None
    message: str | None = None


class _Faults(Wire):
    data: tuple[_Fault, ...] = ()


class _Counts(Wire):
    completed: Count = 0
    failed: Count = 0


class _Batch(Wire):
    id: str
    status: str
    request_counts: Annotated[_Counts, Table] = _Counts()
    errors: Annotated[_Faults, Table] = _Faults()
    output_file_id: str | None = None
    error_file_id: str | None = None


class _Listed(Wire):
    id: str
    metadata: Annotated[dict[str, object], Table] = Field(default_factory=dict[str, object])


class _Page(Wire):
    data: tuple[_Listed, ...]
    has_more: bool = False
