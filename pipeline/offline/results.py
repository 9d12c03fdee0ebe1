"""One endpoint's results, found by custom_id and read one at a time, so that memory does not grow with their text."""

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from domain.errors import InputError
from judges.client import CallError, Completion, ModelRequest
from pipeline.offline.addressee import Addressee


class _Place(NamedTuple):
    """Where a result stands."""

    path: Path
    number: int
    offset: int


class Results:
    """What a provider's batches brought back; empty as long as none of the files is there.

    Raises:
        InputError: a line is no result, or answers what another line answers already.
    """

    def __init__(self, addressee: Addressee, *paths: Path) -> None:
        self._addressee = addressee
        self._places: dict[str, _Place] = {}
        for path in paths:
            for number, offset, raw in lines_of(path):
                custom_id = custom_id_of(raw, path, number)
                if (before := self._places.get(custom_id)) is not None:
                    said = f"{custom_id} stands twice; first in {before.path.name}, line {before.number}"
                    raise InputError(said, file=path, line=number)
                self._places[custom_id] = _Place(path, number, offset)

    def __contains__(self, custom_id: str) -> bool:
        return custom_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def check_asked(self, asked: AbstractSet[str]) -> None:
        """Refuse results of another content.

        Raises:
            InputError: names the first line that answers what was not asked.
        """
        for custom_id, place in self._places.items():
            if custom_id not in asked:
                raise InputError(
                    f"answers {custom_id!r}, which was not asked of {self._addressee.name}: these are results of "
                    "another content",
                    file=place.path,
                    line=place.number,
                )

    def completion(self, custom_id: str) -> Completion:
        """What the model said.

        Raises:
            CallError: there is no such line, or it holds no finished message.
        """
        if custom_id not in self._places:
            raise CallError(f"the results of {self._addressee.name} hold none for {custom_id}")
        place = self._places[custom_id]
        with place.path.open("rb") as file:
            file.seek(place.offset)
            raw = file.readline()
        try:
            line = json.loads(raw)
            if line["custom_id"] == custom_id:
                return self._addressee.shape.completion(line)
        except (ValueError, LookupError, TypeError):
            pass
        raise CallError(f"{place.path.name} has changed at line {place.number} since it was checked")


class HasResults(Protocol):
    """One file of results, or several."""

    def completion(self, custom_id: str) -> Completion:
        """What the model said; raises `CallError`."""
        ...


class ResultsTransport:
    """Answers a request from results instead of a network."""

    def __init__(self, addressee: Addressee, results: HasResults) -> None:
        self._addressee = addressee
        self._results = results

    async def send(self, request: ModelRequest) -> Completion:
        """The result; a request without one fails, and is not retried."""
        return self._results.completion(self._addressee.custom_id(request))

    async def close(self) -> None:
        """Nothing to let go of."""


def lines_of(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Number, offset and bytes of each line that holds something."""
    offset = 0
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield number, offset, raw
                offset += len(raw)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path) from None


def custom_id_of(raw: bytes, path: Path, number: int) -> str:
    """What a line answers. Read as providers' replies are elsewhere; a line that a download cut off is none."""
    try:
        line: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"expected one result a line, as JSON: {error}", file=path, line=number) from None
    custom_id = cast("dict[str, object]", line).get("custom_id") if isinstance(line, dict) else None
    if not isinstance(custom_id, str):
        raise InputError("expected a result with its custom_id", file=path, line=number, key="custom_id")
    return custom_id
