"""JSON lines: every record checked before anything runs, then read again one at a time, so that memory stays flat."""

import hashlib
import json
from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from domain.errors import InputError
from domain.record import Record
from domain.strictjson import DuplicateKeyError, refuse_duplicate_keys
from pipeline.files.explain import input_error
from pipeline.files.text import decode
from pipeline.files.whole import whole_file

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)

Check = Callable[[R], tuple[str, str] | None]
"""Why a record that reads cannot be taken all the same: the key, and the problem."""

_MARK = b"\xef\xbb\xbf"
_DIGEST_SIZE = 8
_LONGEST_LINE = 8 * 1024 * 1024
"""Bytes; far above any scenario, and a bound on what one broken file can make us hold."""


class _Place(NamedTuple):
    path: Path
    line: int
    offset: int
    digest: bytes
    """Of the line as it was checked: a file that changes under a run must not be read as if it had not."""


class _Places:
    """Places by number, without an object for each: a night can have a million."""

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._of_path, self._lines, self._offsets = array("L"), array("L"), array("Q")
        self._digests = bytearray()

    def __getitem__(self, number: int) -> _Place:
        digest = bytes(self._digests[number * _DIGEST_SIZE : (number + 1) * _DIGEST_SIZE])
        path = self._paths[self._of_path[number]]
        return _Place(path, self._lines[number], self._offsets[number], digest)

    def add(self, place: _Place) -> int:
        if not self._paths or self._paths[-1] != place.path:
            self._paths.append(place.path)
        self._of_path.append(len(self._paths) - 1)
        self._lines.append(place.line)
        self._offsets.append(place.offset)
        self._digests += place.digest
        return len(self._lines) - 1


class JsonlSource(Generic[R, K]):
    """Validated records of one kind over one or more files, found by key or read in order.

    Raises:
        InputError: a line is broken, a key stands twice, or a file holds nothing.
    """

    def __init__(
        self, kind: type[R], paths: list[Path], key: Callable[[R], K], check: Check[R] = lambda _: None
    ) -> None:
        self._kind = kind
        self._places = _Places()
        self._numbers: dict[K, int] = {}
        digest = hashlib.sha256()
        for path in paths:
            empty = True
            for place, raw in _lines(path):
                empty = False
                digest.update(raw.strip() + b"\n")
                record = self._parse(place, raw)
                if (problem := check(record)) is not None:
                    raise InputError(problem[1], file=place.path, line=place.line, key=problem[0])
                self._add(key(record), place)
            if empty:
                raise InputError(f"is empty; expected one {kind.__name__.lower()} a line, as JSON", file=path)
        self.sha256 = digest.hexdigest()
        """Hash of all lines in order."""

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: K) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[R]:
        return (self[key] for key in self._numbers)

    def keys(self) -> Iterator[K]:
        """In the files' order."""
        return iter(self._numbers)

    def __getitem__(self, key: K) -> R:
        place = self._places[self._numbers[key]]
        try:
            with place.path.open("rb") as file:
                file.seek(place.offset)
                raw = file.readline(_LONGEST_LINE + 1)
        except OSError as error:
            raise InputError(f"can no longer be read: {error.strerror or error}", file=place.path) from None
        if _digest(raw) != place.digest:
            raise InputError(
                "has changed since it was checked; nothing was read from it", file=place.path, line=place.line
            )
        return self._kind.model_validate_json(raw)  # the same bytes were checked for all that can be wrong with them

    def _add(self, key: K, place: _Place) -> None:
        if (number := self._numbers.get(key)) is not None:
            before = self._places[number]
            shown = " / ".join(map(str, cast("tuple[object, ...]", key))) if isinstance(key, tuple) else str(key)
            raise InputError(
                f"{shown!r} stands twice; first in {before.path}, line {before.line}", file=place.path, line=place.line
            )
        self._numbers[key] = self._places.add(place)

    def _parse(self, place: _Place, raw: bytes) -> R:
        text = decode(raw, place.path, line=place.line)
        try:
            refuse_duplicate_keys(text)
            return self._kind.model_validate_json(text)
        except json.JSONDecodeError as error:
            expected = f"expected one JSON object: {error.msg} at column {error.colno}"
            raise InputError(expected, file=place.path, line=place.line) from None
        except DuplicateKeyError as error:
            raise InputError("the key stands twice", file=place.path, line=place.line, key=str(error)) from None
        except ValidationError as error:
            raise input_error(error, place.path, lambda _: place.line, self._kind) from None
        except RecursionError:
            raise InputError("is nested too deeply", file=place.path, line=place.line) from None
        except ValueError as error:
            raise InputError(f"expected one JSON object: {error}", file=place.path, line=place.line) from None


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Line number and text of every line that holds something, for formats that are not ours.

    Raises:
        InputError: the file cannot be read, is not UTF-8, or has a line without end.
    """
    for place, raw in _lines(path):
        yield place.line, decode(raw, path, line=place.line)


def write_jsonl(path: Path, records: Iterable[Record]) -> int:
    """Write records one a line, the whole file or nothing; gives their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n = 0
    with whole_file(path) as file:
        for record in records:
            file.write(record.model_dump_json(exclude_defaults=True).encode() + b"\n")
            n += 1
    return n


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=_DIGEST_SIZE).digest()


def _lines(path: Path) -> Iterator[tuple[_Place, bytes]]:
    """Each line that holds something, with where it begins."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path) from None
    with file:
        if file.read(len(_MARK)) != _MARK:
            file.seek(0)
        number = 0
        while raw := file.readline(_LONGEST_LINE + 1):
            number += 1
            if len(raw) > _LONGEST_LINE:
                raise InputError(f"expected lines of at most {_LONGEST_LINE:,} bytes", file=path, line=number)
            if raw.strip():
                yield _Place(path, number, file.tell() - len(raw), _digest(raw)), raw
