"""What was exported, pinned by hash, so that results of another content are refused."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import Field, ValidationError

from domain.errors import InputError
from domain.record import Record, content_sha256
from pipeline.files.explain import input_error
from pipeline.files.text import read_text
from pipeline.files.whole import write_whole
from pipeline.inputs import Inputs
from pipeline.offline.addressee import Kind
from pipeline.offline.gather import Sheet
from pipeline.panel import script_hashes

NAME = "manifest.json"


class ExportedFile(Record):
    """One file of requests."""

    kind: Kind
    asked: str
    """candidate_id or judge_id."""
    requests: Annotated[int, Field(ge=1)]
    requests_sha256: str


class Manifest(Record):
    """An export as a whole."""

    schema_: Annotated[Literal["requests/1"], Field(alias="schema")]
    name: str
    """The configuration's."""
    limit: int | None
    content: dict[str, str]
    """Rubrics, prompts, scenarios, responses and scripts by hash."""
    files: dict[str, ExportedFile]
    digest: str
    """Hash of all the rest."""

    def dump(self) -> dict[str, object]:
        """As it stands in the file."""
        return self.model_dump(mode="json", by_alias=True)


def manifest_of(inputs: Inputs, limit: int | None, sheets: Iterable[Sheet]) -> Manifest:
    """What these requests are pinned to."""
    files = {
        one.addressee.requests_file: {
            "kind": one.addressee.kind,
            "asked": one.addressee.name,
            "requests": len(one.custom_ids),
            "requests_sha256": one.digest.hexdigest(),
        }
        for one in sheets
        if one.custom_ids
    }
    pinned = {"name": inputs.config.name, "limit": limit, "content": _content(inputs)}
    whole = {"schema": "requests/1", **pinned, "files": files}
    return Manifest.model_validate({**whole, "digest": content_sha256(whole)})


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Last of all files: a folder with a manifest is whole."""
    content = orjson.dumps(manifest.dump(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    write_whole(folder / NAME, content)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export.

    Raises:
        InputError: there is none, or it is not as it was written.
    """
    path = folder / NAME
    if not path.exists():
        raise InputError(f"holds no {NAME}; expected a folder that `caveat requests export` wrote", file=folder)
    try:
        manifest = Manifest.model_validate_json(read_text(path))
    except ValidationError as error:
        raise input_error(error, path, lambda _: None) from None
    whole = manifest.dump()
    if whole.pop("digest") != content_sha256(whole):
        raise InputError("is not as it was exported; export again", file=path)
    return manifest


def check_content(before: Manifest, inputs: Inputs, folder: Path) -> None:
    """Refuse to bring back results for a configuration or content that is another by now.

    Raises:
        InputError: names what differs.
    """
    now = _content(inputs)
    differing = [] if before.name == inputs.config.name else ["name"]
    differing += sorted(key for key in before.content.keys() | now.keys() if before.content.get(key) != now.get(key))
    if differing:
        raise InputError(
            f"was exported from another content; these differ: {', '.join(differing)}. Put them back, or export again",
            file=folder / NAME,
        )


def check_requests(before: Manifest, now: Manifest, folder: Path, kinds: tuple[Kind, ...]) -> None:
    """Refuse results to requests that are others by now: of another model, parameters or responses.

    Raises:
        InputError: names the first file that differs.
    """
    for name in sorted(before.files.keys() | now.files.keys()):
        one, other = before.files.get(name), now.files.get(name)
        known = one or other
        if one != other and known is not None and known.kind in kinds:
            raise InputError(
                f"the requests to the {known.kind} {known.asked} are not those that were exported: results have come "
                "since that lead to further requests (a response to judge, a quote to give once more, a second stage), "
                "or a model or its parameters changed; export again into this folder",
                file=folder / name,
            )


def _content(inputs: Inputs) -> dict[str, str]:
    return inputs.hashes() | script_hashes(inputs)
