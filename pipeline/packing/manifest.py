"""What a pack holds, by hash; and what it should hold and does not."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from domain.record import Record, content_sha256

NAME = "manifest.json"


class PackedFile(Record):
    """One file of a pack."""

    file_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]
    about: str


class Manifest(Record):
    """A pack as a whole."""

    schema_: Annotated[Literal["pack/1"], Field(alias="schema")]
    run_id: str
    provisional: bool
    missing: tuple[str, ...]
    """What the pack should hold and could not; empty: it is complete."""
    files: dict[str, PackedFile]
    digest: str
    """Hash of all the rest: a short name for the pack."""


def manifest_of(
    run_id: str, *, provisional: bool, missing: tuple[str, ...], files: Mapping[str, PackedFile]
) -> Manifest:
    """The manifest of these files."""
    listed = {name: files[name].model_dump() for name in sorted(files)}
    whole = {
        "schema": "pack/1",
        "run_id": run_id,
        "provisional": provisional,
        "missing": list(missing),
        "files": listed,
    }
    return Manifest.model_validate({**whole, "missing": missing, "digest": content_sha256(whole)})


def is_own_digest(manifest: Manifest) -> bool:
    """Whether it is as it was written."""
    whole = manifest.model_dump(mode="json", by_alias=True)
    return whole.pop("digest") == content_sha256(whole)


def packed(path: Path, about: str) -> PackedFile:
    """A file's entry."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PackedFile(file_sha256=digest, bytes=path.stat().st_size, about=about)
