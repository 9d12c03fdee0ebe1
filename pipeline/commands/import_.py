"""The command `caveat import`."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import click

from domain.errors import InputError
from domain.identifiers.gate import IdentifierGate
from domain.record import Record
from domain.scenario import Label, Response
from pipeline.admission import gate_of, refuse_identified
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.files.jsonl import JsonlSource, write_jsonl
from pipeline.importing.given import read_given
from pipeline.importing.healthbench import import_healthbench
from pipeline.importing.table import read_table
from pipeline.inputs import label_key, response_key
from pipeline.judged_elsewhere import import_run
from pipeline.run import RUN_ID
from pipeline.store.address import open_store
from pipeline.store.labels import record_labels
from pipeline.workspace import RUNS, in_workspace

R = TypeVar("R", Response, Label)
_KINDS = ("healthbench", "responses", "labels", "verdicts")


@click.command("import")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the files to be written under data/; else the file's own.")
@click.option("--force", is_flag=True, help="Write over files of that name.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, kind: str, file: Path, name: str | None, force: bool, store: str, as_json: bool) -> None:
    """Bring in what another system generated or other people labelled.

    healthbench: rows with conversations and signed criteria (and, where they have them, responses and a grader's
    verdicts). responses, labels: JSONL or CSV with the keys that docs/formats.md lists; labels go to the store as well.
    verdicts: what another system's judges said, as a run of the name given, to be compared with labels.
    A file with anything that could say who somebody is is refused (docs/identifiers.md).

    \b
    Examples:
      caveat import healthbench hard.jsonl --name hard
      caveat import responses ours.csv
      caveat import labels clinicians.csv
      caveat import verdicts theirs.csv --name theirs && caveat compare theirs
    """
    source = in_workspace(root, file)
    written = _bring(root, kind, source, name or source.stem, store, force=force)
    if as_json:
        print_json({"written": written})
    else:
        for target, n in written.items():
            what = kind if kind == "verdicts" else target.split("/")[1]
            click.echo(f"{n} {what} -> {target}")


def _bring(root: Path, kind: str, source: Path, named: str, store: str, *, force: bool) -> dict[str, int]:
    """Check the file as a whole, then write what it gives; numbers by file."""
    gate = gate_of(open_store(store, root))
    if kind == "verdicts":
        return _verdicts(root, source, named, store, gate)
    kinds = _kinds(kind, source)
    refuse_identified(source, gate)
    if kind != "labels":
        return _write(root, named, kinds, force=force)
    labels = [one for one in kinds[kind] if isinstance(one, Label)]
    with open_store(store, root).writing() as connection:
        record_labels(connection, labels, force=force)
        return _write(root, named, kinds, force=force)


def _kinds(kind: str, source: Path) -> dict[str, list[Record]]:
    """What the file holds, by the folder under data/ that it goes to."""
    if kind == "healthbench":
        found = import_healthbench(source)
        return {"scenarios": [*found.scenarios.values()], "responses": [*found.responses], "labels": [*found.labels]}
    if kind == "responses":
        return {kind: [*_records(Response, source, response_key)]}
    return {kind: [*_records(Label, source, label_key)]}


def _verdicts(root: Path, source: Path, run_id: str, store: str, gate: IdentifierGate) -> dict[str, int]:
    if not RUN_ID.fullmatch(run_id):
        raise InputError(f"{run_id!r} cannot name a run; expected letters, digits and . _ - only", key="--name")
    given = read_given(source)
    refuse_identified(source, gate)
    return {f"{RUNS}/{run_id}": import_run(open_store(store, root), root / RUNS / run_id, given)}


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
