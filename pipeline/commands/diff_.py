"""The command `caveat diff`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np

from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.commands.compare_ import SEED, stored_labels
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json, write_page
from pipeline.diff.diffed import Diff, diffed
from pipeline.diff.flips import fetch_said_of
from pipeline.diff.plain import as_json as json_of
from pipeline.diff.side import fetch_side
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
    found = _found(root, store, (before, after), n_items, Resampling(np.random.default_rng(SEED), replicates))
    if html is not None:
        page = root / html if html else root / "data" / "reports" / f"{before}-{after}.html"
        write_page(page, render_diff(gather_diff(found, f"{datetime.now(UTC):%Y-%m-%d %H:%M}")))
        if not as_json:
            click.echo(f"Side by side: {page}")
    if as_json:
        print_json(json_of(found))
    elif html is None:
        _print(found)


def _found(root: Path, store: str, run_ids: tuple[str, str], n_items: int, how: Resampling) -> Diff:
    """Figures are worked out away from the store's door."""
    if run_ids[0] == run_ids[1]:
        raise InputError(f"expected two runs, got {run_ids[0]} twice")
    place = open_store(store, root)
    with place.reading() as connection:
        before, after = (fetch_side(connection, run_id) for run_id in run_ids)
        labels = stored_labels(connection, run_ids)
    found = diffed(before, after, labels, how)
    with place.reading() as connection:
        return replace(found, said=fetch_said_of(connection, run_ids, found.flips[:n_items]))


def _print(found: Diff) -> None:
    if found.provisional:
        click.echo(PROVISIONAL)
    for line in text_of(found):
        click.echo(line)
