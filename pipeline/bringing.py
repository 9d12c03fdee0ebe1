"""What another system generated or other people labelled, brought into a workspace and its store."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from domain.errors import InputError
from domain.identifiers.gate import IdentifierGate
from domain.record import Record
from domain.scenario import Label, Response
from pipeline.admission import gate_of, refuse_identified, refuse_identified_records
from pipeline.files.jsonl import JsonlSource, write_jsonl
from pipeline.importing.foreign import Imported
from pipeline.importing.given import read_given
from pipeline.importing.healthbench import import_healthbench
from pipeline.importing.healthbench_meta import import_healthbench_meta, is_meta
from pipeline.importing.inspect_log import import_inspect
from pipeline.importing.promptfoo import import_promptfoo
from pipeline.importing.sheet import labels_of, read_sheet
from pipeline.importing.table import read_table
from pipeline.inputs import label_key, response_key
from pipeline.judged_elsewhere import import_run
from pipeline.run import RUN_ID
from pipeline.store.connection import Store
from pipeline.store.labels import fetch_item_keys, record_labels
from pipeline.workspace import RUNS

R = TypeVar("R", Response, Label)


def _healthbench(path: Path) -> Imported:
    return (import_healthbench_meta if is_meta(path) else import_healthbench)(path)


FOREIGN = {"healthbench": _healthbench, "inspect": import_inspect, "promptfoo": import_promptfoo}
"""Other systems' files, which give scenarios, responses and labels."""
_LOGS = ("inspect", "promptfoo")
"""Of these, files of a tool's own making: their records are looked at, not their bytes."""
KINDS = (*FOREIGN, "responses", "labels", "sheet", "verdicts")


def bring(
    root: Path, store: Store, kind: str, source: Path, named: str, *, force: bool = False, reviewer: str | None = None
) -> dict[str, int]:
    """Check the file as a whole, then write what it gives; numbers by file.

    Args:
        root: the workspace.
        store: where labels and another system's verdicts go.
        kind: one of `KINDS`.
        source: the file.
        named: what is written under data/ is named so; a run, where verdicts are brought in.
        force: write over files of that name.
        reviewer: whose labels a sheet holds, where its lines do not say.

    Raises:
        InputError: the file is broken, or could say who somebody is, or there are files of that name.
    """
    gate = gate_of(root, store)
    if kind == "verdicts":
        return _verdicts(root, source, named, store, gate)
    kinds = _kinds(kind, source, store, reviewer)
    if kind in _LOGS:
        refuse_identified_records(source, kinds, gate)
    else:
        refuse_identified(source, gate)
    if kind not in ("labels", "sheet"):
        return _write(root, named, kinds, force=force)
    with store.writing() as connection:
        record_labels(connection, [one for one in kinds["labels"] if isinstance(one, Label)], force=force)
        return _write(root, named, kinds, force=force)


def _kinds(kind: str, source: Path, store: Store, reviewer: str | None) -> dict[str, list[Record]]:
    """What the file holds, by the folder under data/ that it goes to."""
    if kind in FOREIGN:
        found = FOREIGN[kind](source)
        return {"scenarios": [*found.scenarios.values()], "responses": [*found.responses], "labels": [*found.labels]}
    if kind == "responses":
        return {kind: [*_records(Response, source, response_key)]}
    if kind == "sheet":
        return {"labels": [*_sheet(store, source, reviewer)]}
    return {kind: [*_records(Label, source, label_key)]}


def _sheet(store: Store, source: Path, reviewer: str | None) -> list[Label]:
    lines = list(read_sheet(source, reviewer))
    with store.reading() as connection:
        items = fetch_item_keys(connection, {one.item_id for one in lines})
    return list(labels_of(lines, items, source))


def _verdicts(root: Path, source: Path, run_id: str, store: Store, gate: IdentifierGate) -> dict[str, int]:
    if not RUN_ID.fullmatch(run_id):
        raise InputError(f"{run_id!r} cannot name a run; expected letters, digits and . _ - only", key="--name")
    given = read_given(source)
    refuse_identified(source, gate)
    return {f"{RUNS}/{run_id}": import_run(store, root / RUNS / run_id, given)}


def _write(root: Path, name: str, kinds: Mapping[str, Iterable[Record]], *, force: bool) -> dict[str, int]:
    """Write data/<kind>/<name>.jsonl for every kind that there is anything of, all of them or none; numbers by file."""
    found = {f"data/{kind}/{name}.jsonl": some for kind, records in kinds.items() if (some := list(records))}
    if there := [file for file in found if (root / file).exists()] if not force else []:
        raise InputError("exists already; give another --name, or --force to write over it", file=root / there[0])
    return {file: write_jsonl(root / file, records) for file, records in found.items()}


def _records(kind: type[R], source: Path, key: Callable[[R], Hashable]) -> Iterable[R]:
    """Checked records from CSV or JSONL."""
    if source.suffix.lower() == ".csv":
        return read_table(kind, source, key)
    return JsonlSource(kind, [source], key)
