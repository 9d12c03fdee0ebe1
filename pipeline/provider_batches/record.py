"""What was submitted, append-only and on the disk before it is acted on: no crash can have a request paid twice."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from domain.errors import InputError
from pipeline.entries import now
from pipeline.journal import Entry, Journal, read_entries
from pipeline.offline.results import custom_id_of, lines_of

FOLDER = "batches"
NAME = "batches.jsonl"


@dataclass(slots=True)
class Chunk:
    """Requests that were, or may have been, submitted as one batch."""

    name: str
    asked: str
    """Candidate or judge."""
    n_requests: int
    most_usd: float
    """What it may cost."""
    token: str
    intended_at: datetime
    batch_id: str = ""
    """Empty while nobody knows whether it was submitted."""


class Record:
    """The chunks of a run, from `batches.jsonl`. Held by one process at a time; use as a context manager."""

    def __init__(self, run_folder: Path) -> None:
        self.folder = run_folder / FOLDER
        self._file = Journal(self.folder, NAME)
        self.pending: dict[str, Chunk] = {}
        """By name: not known to have ended."""
        self.ended: list[Entry] = []
        """Entries of chunks that were answered."""
        self.direct: set[str] = set()
        """Candidates and judges whose server has no batches."""
        self.batch_ids: set[str] = set()
        self._n_chunks: dict[str, int] = {}
        for entry, _ in read_entries(self._file.path):
            self._take(entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, error, trace)

    def pending_of(self, asked: str) -> list[Chunk]:
        """The chunks of one candidate or judge that have not ended."""
        return [one for one in self.pending.values() if one.asked == asked]

    def requests_file(self, chunk: str) -> Path:
        """What is submitted; gone once it is answered."""
        return self.folder / f"{chunk}.requests.jsonl"

    def results_file(self, chunk: str) -> Path:
        """What was answered."""
        return self.folder / f"{chunk}.results.jsonl"

    def custom_ids(self, chunk: Chunk) -> set[str]:
        """What a pending chunk asks.

        Raises:
            InputError: its file of requests is not as it was submitted.
        """
        path = self.requests_file(chunk.name)
        found = {custom_id_of(line, path, number) for number, _, line in lines_of(path)}
        if len(found) != chunk.n_requests:
            raise InputError(f"holds {len(found):,} requests, expected {chunk.n_requests:,}; put it back", file=path)
        return found

    def next_name(self, asked: str, stem: str) -> str:
        """What the next chunk is to be called."""
        return f"{stem}-{self._n_chunks.get(asked, 0) + 1:04d}"

    def intend(self, name: str, asked: str, n_requests: int, most_usd: float) -> Chunk:
        """A chunk is about to be submitted."""
        token = secrets.token_hex(16)
        self._write("intended", name, asked=asked, requests=n_requests, most_usd=most_usd, token=token)
        return self.pending[name]

    def submitted(self, chunk: Chunk, batch_id: str) -> None:
        """The provider has it."""
        self._write("submitted", chunk.name, batch_id=batch_id)

    def dropped(self, chunk: Chunk, why: str) -> None:
        """It was not taken, and nothing of it was paid for: its requests are free to be submitted again."""
        self._write("dropped", chunk.name, why=why)

    def end(self, chunk: Chunk, status: str, again: list[str], usd: float) -> None:
        """Its results are on the disk; those in `again` were not answered through no fault of the request."""
        self._write("ended", chunk.name, asked=chunk.asked, status=status, again=again, usd=usd)

    def go_direct(self, asked: str, why: str) -> None:
        """This server has no batches."""
        self._append({"kind": "direct", "asked": asked, "why": why, "at": now()})

    def _write(self, kind: str, chunk: str, **fields: Any) -> None:  # noqa: ANN401 (what JSON holds)
        self._append({"kind": kind, "chunk": chunk, **fields, "at": now()})

    def _append(self, entry: Entry) -> None:
        self._file.append(entry)
        self._file.sync()
        self._take(entry)

    def _take(self, entry: Entry) -> None:
        try:
            match entry["kind"]:
                case "intended":
                    chunk = _chunk_of(entry)
                    self.pending[chunk.name] = chunk
                    self._n_chunks[chunk.asked] = self._n_chunks.get(chunk.asked, 0) + 1
                case "submitted":
                    self.pending[entry["chunk"]].batch_id = entry["batch_id"]
                    self.batch_ids.add(entry["batch_id"])
                case "dropped":
                    del self.pending[entry["chunk"]]
                case "ended":
                    del self.pending[entry["chunk"]]
                    self.ended.append(entry)
                case "direct":
                    self.direct.add(entry["asked"])
                case other:
                    raise InputError(f"holds an entry of the unknown kind {other!r}", file=self._file.path)
        except (LookupError, TypeError, ValueError) as error:
            raise InputError(f"is damaged: {error!r}; the run cannot be continued", file=self._file.path) from None


def _chunk_of(entry: Entry) -> Chunk:
    at = datetime.fromisoformat(entry["at"])
    return Chunk(entry["chunk"], entry["asked"], entry["requests"], entry["most_usd"], entry["token"], at)
