"""Requests that wait to be submitted, each content once; their text waits in a file, so that memory stays small."""

import os
import tempfile
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

from judges.batches.api import ChunkLimits
from judges.client import ModelRequest
from pipeline.files.whole import whole_file
from pipeline.offline.addressee import Addressee


class Letter(NamedTuple):
    """One request, where its line stands, and what it may cost."""

    custom_id: str
    offset: int
    size: int
    most_usd: float


class Outbox:
    """The requests to one candidate or judge."""

    def __init__(self, addressee: Addressee, folder: Path) -> None:
        self._addressee = addressee
        self._folder = folder
        self._file: BinaryIO | None = None
        self._known: set[str] = set()
        """Waiting, or submitted and not answered."""
        self._waiting: deque[Letter] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def hold(self, custom_ids: Iterable[str]) -> None:
        """These are with the provider: they are not to be added."""
        self._known.update(custom_ids)

    def release(self, custom_ids: Iterable[str]) -> None:
        """These may be added again."""
        self._known.difference_update(custom_ids)

    def add(self, custom_id: str, request: ModelRequest, most_usd: float) -> None:
        """One more, unless it waits or is with the provider already."""
        if custom_id in self._known:
            return
        line = orjson.dumps(self._addressee.shape.line(custom_id, request), option=orjson.OPT_APPEND_NEWLINE)
        if self._file is None:
            # gone with the process, however that ends
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (closed by `close`)
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(line)
        self._known.add(custom_id)
        self._waiting.append(Letter(custom_id, offset, len(line), most_usd))

    def cut(self, limits: ChunkLimits, left_usd: float) -> list[Letter]:
        """Take the next chunk's requests: as many as a batch may hold and as the money that is left covers."""
        letters: list[Letter] = []
        size, usd = 0, 0.0
        while self._waiting and len(letters) < limits.requests:
            size, usd = size + self._waiting[0].size, usd + self._waiting[0].most_usd
            if (letters and size > limits.size) or usd > left_usd:
                break
            letters.append(self._waiting.popleft())
        return letters

    def put_back(self, letters: Iterable[Letter]) -> None:
        """These were not taken; they are the next again."""
        self._waiting.extendleft(reversed(list(letters)))

    def clear(self) -> None:
        """Nothing waits any more."""
        self.release(one.custom_id for one in self._waiting)
        self._waiting.clear()

    def write(self, letters: Iterable[Letter], path: Path) -> None:
        """The chunk's file: whole and on the disk, or not there."""
        with whole_file(path) as file:
            file.writelines(self._line(one) for one in letters)

    def _line(self, letter: Letter) -> bytes:
        if self._file is None:
            return b""
        self._file.seek(letter.offset)
        return self._file.read(letter.size)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
