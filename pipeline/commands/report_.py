"""The command `caveat report`."""

from pathlib import Path

import click

from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json, write_page
from pipeline.reporting.page import ReportPage, gather_report
from pipeline.reporting.render import render_report
from pipeline.store.address import open_store


@click.command("report")
@click.argument("run_id", metavar="RUN")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page; else data/reports/RUN.html.")
@click.option("--items", "n_items", type=click.IntRange(min=0), default=30, show_default=True, help="Responses shown.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str, out: Path | None, n_items: int, store: str, as_json: bool) -> None:
    """A run as one self-contained HTML page: pictures first, then the worst responses with their quotes marked.

    \b
    Examples:
      caveat report demo
      caveat report nightly-2026-11-22 --items 100 --out night.html
      caveat report demo --json
    """
    with open_store(store, root).reading() as connection:
        page = gather_report(connection, run_id, n_items)
    if as_json:
        print_json(page.as_json())
        return
    target = out or root / "data" / "reports" / f"{run_id}.html"
    write_page(target, render_report(page))
    _print(page, target)


def _print(page: ReportPage, target: Path) -> None:
    if page.run.provisional:
        click.echo(PROVISIONAL)
    click.echo(f"Report of run {page.run.run_id}: {target}")
