"""`caveat requests export`: the calls of a run as files, and the manifest that they are checked by later."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.errors import InputError
from pipeline.admission import load_inputs
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.offline.addressee import Addressee, addressees_of
from pipeline.offline.clients import results_in
from pipeline.offline.gather import Sheet, gather
from pipeline.offline.manifest import NAME, Manifest, manifest_of, write_manifest
from pipeline.offline.results import Results


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what cannot be asked yet."""

    manifest: Manifest
    n_unanswered: dict[str, int]
    """By file, the requests in it: those without a result so far. What follows from their results is not asked yet:
    verdicts on a response; a lost quote once more, and the second stage."""


def export_requests(root: Path, config_path: Path, folder: Path, *, limit: int | None = None) -> Exported:
    """Write every call that can be made by now, an addressee a file; candidates' results in the folder count.

    Args:
        root: the workspace.
        config_path: the configuration file.
        folder: where to; an earlier export there is written over, results are left alone.
        limit: only the first so many responses.

    Raises:
        InputError: the configuration or a result is not as it must be, or the folder holds other files of these names.
    """
    inputs = load_inputs(root, load_config(config_path))
    addressees = addressees_of(inputs.config)
    _check_free(folder, addressees)
    results = results_in(inputs, folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        sheets = _write(inputs, folder, results, limit)
        manifest = manifest_of(inputs, limit, sheets)
        if not manifest.files:
            raise InputError("there is nothing to export: no model is asked over a network about what is known")
        for one in sheets:
            one.results.check_asked(one.custom_ids)
        _put_in_place(folder, sheets)
    finally:
        for one in addressees:
            _beside(folder, one).unlink(missing_ok=True)
    write_manifest(folder, manifest)
    return Exported(manifest, {one.addressee.requests_file: one.n_unanswered for one in sheets if one.custom_ids})


def _check_free(folder: Path, addressees: list[Addressee]) -> None:
    """Without a manifest, files of our names are somebody else's."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file, expected a folder", file=folder)
    for one in addressees if not (folder / NAME).exists() else ():
        if (path := folder / one.requests_file).exists():
            raise InputError("exists already, and is no earlier export's; give another --out", file=path)


def _write(inputs: Inputs, folder: Path, results: dict[Addressee, Results], limit: int | None) -> list[Sheet]:
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {
            one.requests_file: stack.enter_context(_beside(folder, one).open("wb")) for one in results
        }
        return asyncio.run(gather(inputs, results, limit, files))


def _put_in_place(folder: Path, sheets: list[Sheet]) -> None:
    for one in sheets:
        if one.n_unanswered:
            _beside(folder, one.addressee).replace(folder / one.addressee.requests_file)
        else:
            (folder / one.addressee.requests_file).unlink(missing_ok=True)


def _beside(folder: Path, one: Addressee) -> Path:
    return folder / f".{one.requests_file}.part"
