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
    out = _Out(root, name or source.stem, force=force)
    if kind == "healthbench":
        found = import_healthbench(source)
        out.write("scenarios", found.scenarios.values())
        out.write("responses", found.responses)
        out.write("labels", found.labels)
    elif kind == "responses":
        out.write("responses", _records(Response, source, response_key))
    else:
        labels: list[Label] = list(_records(Label, source, label_key))
        out.write("labels", labels)
        with Store(root / (path or STORE)).writing() as connection:
            record_labels(connection, labels, force=force)
        click.echo(f"{len(labels)} labels are in the store")


class _Out:
    """Where imported records go: data/<kind>/<name>.jsonl."""

    def __init__(self, root: Path, name: str, *, force: bool) -> None:
        self._root = root
        self._name = name
        self._force = force

    def write(self, kind: str, records: Iterable[Record]) -> None:
        """Write one file, unless there is nothing to write."""
        some = list(records)
        if not some:
            return
        path = self._root / "data" / kind / f"{self._name}.jsonl"
        if path.exists() and not self._force:
            raise InputError("exists already; give another --name, or --force to write over it", file=path)
        click.echo(f"{write_jsonl(path, some)} {kind} -> data/{kind}/{path.name}")


def _records(kind: type[R], source: Path, key: Callable[[R], Hashable]) -> Iterable[R]:
    """Checked records from CSV or JSONL."""
    if source.suffix.lower() == ".csv":
        return read_table(kind, source, key)
    return JsonlSource(kind, [source], key)
