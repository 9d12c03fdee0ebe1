"""The command `caveat import`."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack

import click

from domain.errors import InputError
from domain.identifiers.gate import IdentifierGate
from domain.record import Record
from domain.scenario import Label, Response
from pipeline.admission import gate_of, refuse_identified, refuse_identified_records
from pipeline.commands.judge_imported import config_for
from pipeline.commands.out import as_json, in_store, print_json, say
from pipeline.commands.run_ import command as run_command
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
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.labels import fetch_item_keys, record_labels
from pipeline.workspace import RUNS, in_workspace

R = TypeVar("R", Response, Label)


def _healthbench(path: Path) -> Imported:
    return (import_healthbench_meta if is_meta(path) else import_healthbench)(path)


_FOREIGN = {"healthbench": _healthbench, "inspect": import_inspect, "promptfoo": import_promptfoo}
"""Other systems' files, which give scenarios, responses and labels."""
_LOGS = ("inspect", "promptfoo")
"""Of these, files of a tool's own making: their records are looked at, not their bytes."""
_KINDS = (*_FOREIGN, "responses", "labels", "sheet", "verdicts")


class _Options(TypedDict):
    """What a kind of file may need besides the file."""

    name: str | None
    force: bool
    judge: Path | None
    reviewer: str | None


@click.command("import")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the files to be written under data/; else the file's own.")
@click.option("--force", is_flag=True, help="Write over files of that name.")
@click.option("--judge", metavar="CONFIG", type=click.Path(path_type=Path), help="Judge what was imported at once, by "
              "this configuration's judges, rubrics and policy; store and limits are its own too.")  # fmt: skip
@click.option("--reviewer", metavar="ID", help="Whose labels a sheet holds, where its lines do not say.")
@in_store
@as_json
@click.pass_context
def command(
    context: click.Context, kind: str, file: Path, store: str, as_json: bool, **options: Unpack[_Options]
) -> None:
    """Bring in what another system generated or other people labelled.

    healthbench: rows with conversations and signed criteria (and, where they have them, responses and a grader's
    verdicts), or the meta-evaluation's rows with physicians' labels. inspect: a log of Inspect AI, .eval or JSON.
    promptfoo: its results as JSON. responses, labels: JSONL or CSV with the keys that docs/formats.md lists. sheet: a
    label sheet that was exported blind and filled in. verdicts: what another system's judges said, as a run of the name
    given, to be compared. Labels go to the store as well.
    A file with anything that could say who somebody is is refused (docs/identifiers.md).

    \b
    Examples:
      caveat import healthbench hard.jsonl --name hard
      caveat import inspect run.eval --name theirs --judge config/nightly.yaml
      caveat import promptfoo results.json
      caveat import responses ours.csv
      caveat import labels clinicians.csv
      caveat import sheet label_sheet.csv --reviewer gp-7
      caveat import verdicts theirs.csv --name theirs && caveat compare theirs
    """
    root: Path = context.obj
    judge = options["judge"]
    if judge is not None and kind not in _FOREIGN:
        raise click.UsageError(f"--judge goes with {', '.join(_FOREIGN)}; a file of {kind} brings no scenarios.")
    source = in_workspace(root, file)
    named = options["name"] or source.stem
    config = judge and config_for(root, in_workspace(root, judge), named, force=options["force"])
    written = _brought(root, kind, source, named, open_store(store, root), options)
    if as_json and judge is None:
        print_json({"written": written})
        return
    for target, n in written.items():
        what = kind if kind == "verdicts" else target.split("/")[1]
        (say if as_json else click.echo)(f"{n} {what} -> {target}")
    if config is not None:
        context.invoke(run_command, config=config.write(), as_json=as_json)


def _brought(root: Path, kind: str, source: Path, named: str, store: Store, options: _Options) -> dict[str, int]:
    """Check the file as a whole, then write what it gives; numbers by file."""
    force, gate = options["force"], gate_of(store)
    if kind == "verdicts":
        return _verdicts(root, source, named, store, gate)
    kinds = _kinds(kind, source, store, options["reviewer"])
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
    if kind in _FOREIGN:
        found = _FOREIGN[kind](source)
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
