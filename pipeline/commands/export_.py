"""The command `caveat export`."""

from pathlib import Path

import click

from domain.errors import InputError
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json
from pipeline.exporting.export import FORMATS, export_run
from pipeline.store.address import open_store
from pipeline.store.results import fetch_run
from pipeline.workspace import EXPORTS


@click.command("export")
@click.argument("run_id", metavar="RUN")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="xlsx", show_default=True)
@click.option("--blind", is_flag=True, help="For labelling: scenarios, responses and questions, nothing of the judges.")
@click.option("--out", type=click.Path(path_type=Path), help="The file or folder; else one under data/exports/.")
@click.option("--force", is_flag=True, help="Write over what is there.")
@in_store
@as_json
@click.pass_obj
def command(
    root: Path, run_id: str, kind: str, blind: bool, out: Path | None, force: bool, store: str, as_json: bool
) -> None:
    """A run as files for other programs and for people; text arrives as it is, and no cell is a formula.

    xlsx: one workbook. jsonl, csv, parquet: a folder with a file for each table (docs/how-to-exchange.md).

    \b
    Examples:
      caveat export demo
      caveat export demo --format parquet --out night
      caveat export demo --format csv --blind
    """
    opened = open_store(store, root)
    with opened.reading() as connection:
        run = fetch_run(connection, run_id)
    target = _target(root, out, f"{run_id}{'-blind' if blind else ''}", kind)
    if target.exists() and not force:
        raise InputError("exists already; give another --out, or --force to write over it", file=target)
    written = export_run(opened, run, target, kind, blind=blind)
    if as_json:
        print_json({"run_id": run_id, "provisional": run.provisional, "out": str(target), "written": written})
        return
    if run.provisional:
        click.echo(PROVISIONAL)
    for name, n in written.items():
        click.echo(f"{n:,} rows -> {name}")


def _target(root: Path, out: Path | None, name: str, kind: str) -> Path:
    if out is not None:
        return root / out
    return root / EXPORTS / (f"{name}.xlsx" if kind == "xlsx" else f"{name}-{kind}")
