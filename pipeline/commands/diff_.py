"""The command `caveat diff`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json, write_page
from pipeline.diff.diffed import Diff
from pipeline.diff.plain import as_json as json_of
from pipeline.diff.runs import diff_runs
from pipeline.diff.text import text_of
from pipeline.reporting.diff import gather_diff
from pipeline.reporting.render import render_diff
from pipeline.store.address import open_store


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--html",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Write a page instead, to FILE or data/reports/A-B.html; stands last.",
)
@click.option("--items", "n_items", type=click.IntRange(min=0), default=30, show_default=True, help="Flips shown.")
@click.option("--replicates", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="Resamples.")
@in_store
@as_json
@click.pass_obj
def command(
    root: Path, before: str, after: str, html: str | None, n_items: int, replicates: int, store: str, as_json: bool
) -> None:
    """Two runs side by side, paired by scenario: B less A.

    What judges flag and what clinicians call violated, by candidate, severity, rubric and criterion, with intervals;
    the questions that flipped, with what judges said; what changed in between (prompts, rubrics, judges, candidates,
    scenarios, responses, by their hashes); calls and cost.

    \b
    Examples:
      caveat diff nightly-2026-11-21 nightly-2026-11-22
      caveat diff before-the-edit after-the-edit --html
      caveat diff demo demo-2 --items 100 --json
    """
    found = diff_runs(open_store(store, root), before, after, n_items=n_items, replicates=replicates)
    if html is not None:
        page = root / html if html else root / "data" / "reports" / f"{before}-{after}.html"
        write_page(page, render_diff(gather_diff(found, f"{datetime.now(UTC):%Y-%m-%d %H:%M}")))
        if not as_json:
            click.echo(f"Side by side: {page}")
    if as_json:
        print_json(json_of(found))
    elif html is None:
        _print(found)


def _print(found: Diff) -> None:
    if found.provisional:
        click.echo(PROVISIONAL)
    for line in text_of(found):
        click.echo(line)
