"""The command `caveat export`."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json
from pipeline.exporting.export import FORMATS, export_run
from pipeline.exporting.target import contradiction, free_target
from pipeline.packing.manifest import Manifest
from pipeline.packing.pack import write_pack
from pipeline.store.address import open_store
from pipeline.store.results import fetch_run


class _Where(TypedDict):
    """The options that say where to write."""

    out: Path | None
    pack: Path | None
    force: bool


@click.command("export")
@click.argument("run_id", metavar="RUN")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="xlsx", show_default=True)
@click.option("--blind", is_flag=True, help="For labelling: scenarios, responses and questions, nothing of the judges.")
@click.option("--out", type=click.Path(path_type=Path), help="The file or folder; else one under data/exports/.")
@click.option("--pack", type=click.Path(path_type=Path), metavar="FILE.zip",
              help="The evidence pack for a clinical safety officer, instead.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over what is there.")
@in_store
@as_json
@click.pass_obj
def command(
    root: Path,
    run_id: str,
    kind: str,
    blind: bool,
    store: str,
    as_json: bool,
    **where: Unpack[_Where],
) -> None:
    """A run as files for other programs and for people; text arrives as it is, and no cell is a formula.

    xlsx: one workbook. jsonl, csv, parquet: a folder with a file for each table. inspect: logs of Inspect AI, one for
    each candidate. otlp: calls as spans of OpenTelemetry. argilla, label-studio: what is to be labelled, always blind
    (docs/how-to-exchange.md).

    \b
    Examples:
      caveat export demo
      caveat export demo --format parquet --out night
      caveat export demo --format csv --blind
      caveat export demo --pack evidence.zip && caveat verify --pack evidence.zip
    """
    _refuse_contradictions(kind, where, blind=blind)
    opened = open_store(store, root)
    with opened.reading() as connection:
        run = fetch_run(connection, run_id)
    target = free_target(root, where["pack"] or where["out"], run_id, kind, blind=blind, force=where["force"])
    if where["pack"] is not None:
        _say_pack(write_pack(root, opened, run, target), target, as_json=as_json)
        return
    written = export_run(opened, run, target, kind, blind=blind)
    if as_json:
        print_json({"run_id": run_id, "provisional": run.provisional, "out": str(target), "written": written})
        return
    if run.provisional:
        click.echo(PROVISIONAL)
    for name, n in written.items():
        click.echo(f"{n:,} {'row' if n == 1 else 'rows'} -> {name}")
    click.echo(f"Written: {target}")


def _refuse_contradictions(kind: str, where: _Where, *, blind: bool) -> None:
    if where["pack"] is not None and (blind or where["out"] is not None):
        raise click.UsageError("--pack is whole and names its own file; it goes with neither --blind nor --out.")
    if problem := contradiction(kind, blind=blind):
        raise click.UsageError(problem)


def _say_pack(manifest: Manifest, target: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"out": str(target), **manifest.model_dump(mode="json", by_alias=True)})
        return
    if manifest.provisional:
        click.echo(PROVISIONAL)
    for one in manifest.missing:
        click.echo(f"INCOMPLETE: {one}")
    click.echo(f"Evidence pack of run {manifest.run_id}: {len(manifest.files)} files -> {target}")
    click.echo(f"Keep its digest elsewhere: {manifest.digest}")
