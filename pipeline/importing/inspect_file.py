"""The two kinds of file that Inspect AI writes its logs to, sample by sample."""

import struct
import sys
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import Path
from typing import cast

import orjson
from pydantic_core import from_json

from domain.errors import InputError
from pipeline.importing.foreign import Foreign, read_foreign

if sys.version_info >= (3, 14):
    from zipfile import BadZipFile, ZipFile

    from compression.zstd import ZstdError
else:  # its members are compressed with Zstandard
    from backports.zstd import ZstdError
    from backports.zstd.zipfile import BadZipFile, ZipFile

_HEADER = "header.json"
_SAMPLES = "samples/"
_VERSION = 2
_LARGEST_MEMBER = 1024 * 1024 * 1024
"""Bytes; a bound on what a small file can make of itself."""

_DAMAGED = (BadZipFile, EOFError, RuntimeError, ValueError, struct.error, zlib.error, LZMAError, ZstdError)
"""What an archive's reader raises for one that is damaged, encrypted, or compressed in a way that is not known."""


class _Eval(Foreign):
    model: str
    task: str = "unnamed"


class Header(Foreign):
    """What a log says of the evaluation as a whole."""

    version: int
    eval: _Eval


def inspect_samples(path: Path) -> Iterator[tuple[str, Header, bytes]]:
    """Place, the log's header and JSON text of every sample.

    Raises:
        InputError: it cannot be read, or is no log of a version that is known.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"
        yield from _from_zip(path) if is_zip else _from_json(path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path) from None
    except _DAMAGED as error:
        raise InputError(f"does not read as an .eval log: {error}", file=path) from None


def _from_zip(path: Path) -> Iterator[tuple[str, Header, bytes]]:
    with ZipFile(path) as archive:
        if _HEADER not in archive.namelist():
            raise InputError(f"holds no {_HEADER}: it is no .eval log, or its evaluation never ended", file=path)
        header = _header(_member(archive, _HEADER, path), path, _HEADER)
        for name in archive.namelist():
            if name.startswith(_SAMPLES) and name.endswith(".json"):
                yield name, header, _member(archive, name, path)


def _member(archive: ZipFile, name: str, path: Path) -> bytes:
    if archive.getinfo(name).file_size > _LARGEST_MEMBER:
        raise InputError("is larger than any part of a log should be", file=path, key=name)
    return archive.read(name)


def _from_json(path: Path) -> Iterator[tuple[str, Header, bytes]]:
    text = path.read_bytes()
    header = _header(text, path, "")
    samples: object = from_json(text).get("samples") or []  # NaN stands in some logs
    if not isinstance(samples, list):
        raise InputError("expected a list of samples", file=path, key="samples")
    for number, one in enumerate(cast("list[object]", samples)):
        yield f"samples.{number}", header, orjson.dumps(one)


def _header(text: bytes, path: Path, where: str) -> Header:
    header = read_foreign(Header, text, path, where)
    if header.version != _VERSION:
        raise InputError(f"expected a log of version {_VERSION}, found {header.version}", file=path, key="version")
    return header
