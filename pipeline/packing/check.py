"""Is a pack as it was written? Whatever was changed, taken out or put in is named."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 (it is a class)

import orjson
from pydantic import ValidationError

from domain.errors import InputError
from pipeline.files.explain import input_error
from pipeline.packing.chain import chain_breaks
from pipeline.packing.manifest import NAME, Manifest, is_own_digest

_EVENTS = "events.jsonl"
_CHUNK = 1024 * 1024


class Amiss(NamedTuple):
    """A file of a pack that is not as it was written."""

    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}"


class CheckedPack(NamedTuple):
    """What a check found."""

    manifest: Manifest
    amiss: list[Amiss]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        found = {"verified": not self.amiss, "run_id": self.manifest.run_id, "digest": self.manifest.digest}
        listed = {"files": len(self.manifest.files), "missing_when_written": list(self.manifest.missing)}
        return {**found, **listed, "broken": [one._asdict() for one in self.amiss]}


def check_pack(path: Path) -> CheckedPack:
    """Hold every file against the manifest, and the events against each other.

    Raises:
        InputError: it cannot be read, or is no pack.
    """
    try:
        with ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            return CheckedPack(manifest, list(_amiss(archive, manifest)))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path) from None
    except BadZipFile as error:
        raise InputError(f"does not read as a pack: {error}", file=path) from None


def _manifest(archive: ZipFile, path: Path) -> Manifest:
    if NAME not in archive.namelist():
        raise InputError(f"holds no {NAME}; expected a file that `caveat export RUN --pack` wrote", file=path)
    try:
        return Manifest.model_validate_json(archive.read(NAME))
    except ValidationError as error:
        raise input_error(error, Path(f"{path}/{NAME}"), lambda _: None) from None


def _amiss(archive: ZipFile, manifest: Manifest) -> Iterator[Amiss]:
    if not is_own_digest(manifest):
        yield Amiss(NAME, "was changed: it does not have its own digest any more")
    there = Counter(archive.namelist())
    for name in sorted(manifest.files.keys() | there.keys() - {NAME}):
        if name not in there:
            yield Amiss(name, "is missing")
        elif name not in manifest.files:
            yield Amiss(name, "was added")
        elif _sha256(archive, name) != manifest.files[name].file_sha256:
            yield Amiss(name, "was changed")
    yield from (Amiss(name, "stands twice") for name, n in sorted(there.items()) if n > 1)
    if _EVENTS in there:
        yield from _broken_chain(archive)


def _sha256(archive: ZipFile, name: str) -> str:
    """Of a file's content; empty where it cannot be read any more."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except (BadZipFile, ZlibError, EOFError):
        return ""
    return digest.hexdigest()


def _broken_chain(archive: ZipFile) -> Iterator[Amiss]:
    try:
        breaks = chain_breaks(orjson.loads(line) for line in archive.read(_EVENTS).splitlines())
    except (ValueError, KeyError, TypeError, BadZipFile, ZlibError):
        yield Amiss(_EVENTS, "cannot be read as a chain of events")
        return
    yield from (Amiss(_EVENTS, f"event {one.seq}: {one.problem}") for one in breaks)
