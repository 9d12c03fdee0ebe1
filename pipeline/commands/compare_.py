"""The command `caveat compare`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack

import click

from domain.errors import InputError
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json, write_page
from pipeline.comparing.compared import Compared
from pipeline.comparing.gathered import Gathered, gather_in_visits
from pipeline.comparing.plain import as_json as json_of
from pipeline.comparing.tables import text_of
from pipeline.comparing.window import Window, fetch_window
from pipeline.inputs import load_labels
from pipeline.reporting.leads.around import Around, fetch_around
from pipeline.reporting.leads.page import leads_page
from pipeline.reporting.render import render_comparison
from pipeline.store.address import open_store
from pipeline.store.connection import Store

F = TypeVar("F", bound=Callable[..., Any])


class _Days(TypedDict):
    """As they are on the command line."""

    since: datetime | None
    until: datetime | None


def with_page(command: F) -> F:
    """The options `--html` and `--replicates`."""
    html = click.option(
        "--html", is_flag=False, flag_value="", metavar="[FILE]",
        help="Write a page instead, to FILE or data/reports/RUN-compared.html; stands last.",
    )  # fmt: skip
    replicates = click.option(
        "--replicates", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="Resamples."
    )
    return html(replicates(command))


@click.command("compare")
@click.argument("runs", metavar="RUN...", nargs=-1)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="A window: every run that began on this day or after.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day, with --since or without.")
@click.option("--labels", multiple=True, help="Label files (JSONL); else the labels imported into the store.")
@with_page
@in_store
@as_json
@click.pass_obj
def command(
    root: Path,
    runs: tuple[str, ...],
    labels: tuple[str, ...],
    html: str | None,
    replicates: int,
    store: str,
    as_json: bool,
    **days: Unpack[_Days],
) -> None:
    """Judges and candidates against clinicians: right although clinicians read only part.

    A violation is the event: sensitivity is the share of clinicians' violations that a judge found. Every label counts
    by the chance with which its response came to be read; what labels cannot speak for is refused, with the reason.
    Only labels given blind to the judges count; where several clinicians labelled, their majority does.

    \b
    Examples:
      caveat compare demo --labels 'data/labels/*.jsonl'
      caveat import labels ours.csv && caveat compare nightly-2026-11-22 --json
      caveat compare --since 2026-11-01 --until 2026-11-30
      caveat compare demo --html
    """
    window = Window(runs, *(day and day.date() for day in (days["since"], days["until"])))
    compare_and_tell(root, open_store(store, root), window, Told(labels, html, replicates, as_json))


class Told(NamedTuple):
    """How a comparison is made and told."""

    labels: tuple[str, ...]
    """Files; else the store's."""
    html: str | None
    """A page's file, empty for the usual place; None for text."""
    replicates: int
    as_json: bool


def compare_and_tell(root: Path, store: Store, window: Window, how: Told) -> None:
    """Compare, and print or write it.

    Raises:
        InputError: nothing can be compared, and why.
    """
    gathered, around = _gathered(store, root, window, how.labels)
    found = gathered.compared(how.replicates)
    page = None if how.html is None else _write_page(root, how.html, found, around)
    if how.as_json:
        print_json(json_of(found))
    elif page is not None:
        click.echo(f"Comparison: {page}")
    else:
        _print(found)


def _write_page(root: Path, html: str, found: Compared, around: Around) -> Path:
    target = root / html if html else root / "data" / "reports" / f"{found.facts.run_ids[-1]}-compared.html"
    write_page(target, render_comparison(leads_page(found, around)))
    return target


def _gathered(store: Store, root: Path, window: Window, labels: tuple[str, ...]) -> tuple[Gathered, Around]:
    if bool(window.runs) == window.has_days:
        raise InputError("expected one run or more, or --since or --until with a day")
    with store.reading() as connection:
        run_ids = fetch_window(connection, window)
    read = list(load_labels(root, labels, "--labels")) if labels else None
    found = gather_in_visits(store, run_ids, read)
    with store.reading() as connection:
        return found, fetch_around(connection, [one.run_id for one in found.nights], datetime.now(UTC))


def _print(found: Compared) -> None:
    if found.facts.provisional:
        click.echo(PROVISIONAL)
    for line in text_of(found):
        click.echo(line)
