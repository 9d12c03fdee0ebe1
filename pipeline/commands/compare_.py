"""The command `caveat compare`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np

from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json, write_page
from pipeline.comparing.compared import Compared, compared
from pipeline.comparing.evidence import Evidence
from pipeline.comparing.plain import as_json as json_of
from pipeline.comparing.readings import LabelsByRun
from pipeline.comparing.tables import text_of
from pipeline.inputs import load_labels
from pipeline.reporting.comparison import gather_comparison
from pipeline.reporting.render import render_comparison
from pipeline.store.address import open_store
from pipeline.store.connection import Connection
from pipeline.store.labels import fetch_labels
from pipeline.store.questions import Asked, fetch_asked, fetch_quotes, fetch_run_ids
from pipeline.store.results import fetch_run
from pipeline.store.reviews import fetch_marks, fetch_review_labels

SEED = 20261128
"""The same runs and labels give the same figures."""


@click.command("compare")
@click.argument("runs", metavar="RUN...", nargs=-1)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="A window: every run that began on this day or after.")
@click.option("--labels", multiple=True, help="Label files (JSONL); else the labels imported into the store.")
@click.option(
    "--html",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Write a page instead, to FILE or data/reports/RUN-compared.html; stands last.",
)
@click.option("--replicates", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="Resamples.")
@in_store
@as_json
@click.pass_obj
def command(
    root: Path,
    runs: tuple[str, ...],
    since: datetime | None,
    labels: tuple[str, ...],
    html: str | None,
    replicates: int,
    store: str,
    as_json: bool,
) -> None:
    """Judges and candidates against clinicians: right although clinicians read only part.

    A violation is the event: sensitivity is the share of clinicians' violations that a judge found. Every label counts
    by the chance with which its response came to be read; what labels cannot speak for is refused, with the reason.
    Only labels given blind to the judges count; where several clinicians labelled, their majority does.

    \b
    Examples:
      caveat compare demo --labels 'data/labels/*.jsonl'
      caveat import labels ours.csv && caveat compare nightly-2026-11-22 --json
      caveat compare --since 2026-11-01
      caveat compare demo --html
    """
    how = Resampling(np.random.default_rng(SEED), replicates)
    found = _found(root, store, runs, since, labels, how)
    page = None if html is None else _write_page(root, html, found)
    if as_json:
        print_json(json_of(found))
    elif page is not None:
        click.echo(f"Comparison: {page}")
    else:
        _print(found)


def _write_page(root: Path, html: str, found: Compared) -> Path:
    target = root / html if html else root / "data" / "reports" / f"{found.facts.run_ids[-1]}-compared.html"
    write_page(target, render_comparison(gather_comparison(found, f"{datetime.now(UTC):%Y-%m-%d %H:%M}")))
    return target


def _found(
    root: Path, store: str, runs: tuple[str, ...], since: datetime | None, labels: tuple[str, ...], how: Resampling
) -> Compared:
    """Figures are worked out away from the store's door."""
    with open_store(store, root).reading() as connection:
        nights = _nights(connection, runs, since)
        run_ids = [one.run_id for one in nights]
        if labels:
            read: LabelsByRun = {None: list(load_labels(root, labels, "--labels"))}
        else:
            read = stored_labels(connection, run_ids)
        evidence = _evidence(connection, run_ids)
    return compared(nights, read, how, evidence)


def _evidence(connection: Connection, run_ids: Sequence[str]) -> Evidence:
    """What judges quoted, where clinicians ticked sentences to hold against it."""
    marks = {run_id: fetch_marks(connection, run_id) for run_id in run_ids}
    quotes = {run_id: fetch_quotes(connection, run_id) for run_id, some in marks.items() if some}
    return Evidence(quotes, {run_id: marks[run_id] for run_id in quotes})


def _nights(connection: Connection, runs: tuple[str, ...], since: datetime | None) -> list[Asked]:
    if bool(runs) == (since is not None):
        raise InputError("expected one run or more, or --since with a day")
    named = fetch_run_ids(connection, since.strftime("%Y-%m-%d")) if since else list(dict.fromkeys(runs))
    if not named:
        raise InputError(f"no run began on {since:%Y-%m-%d} or after", key="--since")
    for run_id in named:
        fetch_run(connection, run_id)
    return sorted((fetch_asked(connection, run_id) for run_id in named), key=lambda one: (one.started_at, one.run_id))


def stored_labels(connection: Connection, run_ids: Sequence[str]) -> LabelsByRun:
    """Labels that were imported, and what clinicians judged blind in the workspace."""
    reviews = {run_id: fetch_review_labels(connection, run_id) for run_id in run_ids}
    return {None: fetch_labels(connection)} | reviews


def _print(found: Compared) -> None:
    if found.facts.provisional:
        click.echo(PROVISIONAL)
    for line in text_of(found):
        click.echo(line)
