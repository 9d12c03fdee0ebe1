"""The command `caveat import`."""

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

import click

from domain.errors import InputError
from domain.record import Record
from domain.scenario import Label, Response
from pipeline.files.jsonl import JsonlSource, write_jsonl
from pipeline.importing.healthbench import import_healthbench
from pipeline.importing.table import read_table
from pipeline.inputs import label_key, response_key
from pipeline.store.door import Store
from pipeline.store.labels import record_labels
from pipeline.workspace import STORE, in_workspace

R = TypeVar("R", Response, Label)
_KINDS = ("healthbench", "responses", "labels")


@click.command("import")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the files to be written under data/; else the file's own.")
@click.option("--force", is_flag=True, help="Write over files of that name.")
@click.option("--store", "path", type=click.Path(path_type=Path), help="The store, if not data/caveat.duckdb.")
@click.pass_obj
def command(root: Path, kind: str, file: Path, name: str | None, force: bool, path: Path | None) -> None:
    """Bring in what another system generated or other people labelled.

    healthbench: rows with conversations and signed criteria (and, where they have them, responses and a grader's
    verdicts). responses, labels: JSONL or CSV with the keys that docs/formats.md lists; labels go to the store as well.

    \b
    Examples:
      caveat import healthbench hard.jsonl --name hard
      caveat import responses ours.csv
      caveat import labels clinicians.csv
    """
    source = in_workspace(root, file)
    named = name or source.stem
    if kind == "healthbench":
        found = import_healthbench(source)
        _write(root, named, force, scenarios=found.scenarios.values(), responses=found.responses, labels=found.labels)
    elif kind == "responses":
        _write(root, named, force, responses=_records(Response, source, response_key))
    else:
        labels = list(_records(Label, source, label_key))
        with Store(root / (path or STORE)).writing() as connection:
            record_labels(connection, labels, force=force)
            _write(root, named, force, labels=labels)
        click.echo(f"{len(labels)} labels are in the store")


def _write(root: Path, name: str, force: bool, **kinds: Iterable[Record]) -> None:
    """Write data/<kind>/<name>.jsonl for every kind that there is anything of; all of them or none."""
    found = {root / "data" / kind / f"{name}.jsonl": list(records) for kind, records in kinds.items()}
    for path in (path for path, records in found.items() if records and path.exists() and not force):
        raise InputError("exists already; give another --name, or --force to write over it", file=path)
    for path, records in found.items():
        if records:
            click.echo(f"{write_jsonl(path, records)} {path.parent.name} -> data/{path.parent.name}/{path.name}")


def _records(kind: type[R], source: Path, key: Callable[[R], Hashable]) -> Iterable[R]:
    """Checked records from CSV or JSONL."""
    if source.suffix.lower() == ".csv":
        return read_table(kind, source, key)
    return JsonlSource(kind, [source], key)
