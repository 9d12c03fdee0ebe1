"""The live view on a terminal: a row for each candidate and judge, as many columns as there is room for."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pipeline.watching.rates import Reading, View
from pipeline.watching.said import by_provider, duration, ending, expected, failures, head, pace, rate

_WHO_AT_LEAST, _GAP = 12, 1


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of every row; the lower its rank, the narrower the terminal that still shows it."""

    title: str
    width: int
    rank: int
    cell: Callable[[Reading], str]
    is_text: bool = False


COLUMNS = (
    Column("provider", 16, 9, lambda one: one.gauge.provider, is_text=True),
    Column("model", 20, 11, lambda one: one.gauge.model, is_text=True),
    Column("done", 9, 0, lambda one: f"{one.gauge.n_done:,}"),
    Column("of", 10, 0, lambda one: expected(one.gauge)),
    Column(
        "in flight", 9, 3, lambda one: f"{one.gauge.n_in_flight:,}" if one.gauge.most or one.gauge.n_in_flight else ""
    ),
    Column("pace", 11, 6, lambda one: pace(one.gauge)),
    Column("per s", 6, 4, lambda one: rate(one.per_s)),
    Column("tokens/s", 8, 8, lambda one: rate(one.tokens_per_s) if one.gauge.tokens else ""),
    Column("retries", 7, 7, lambda one: f"{one.gauge.n_retries:,}" if one.gauge.n_retries else ""),
    Column("failed", 7, 2, lambda one: f"{n:,}" if (n := sum(one.gauge.failures.values())) else ""),
    Column("USD", 8, 5, lambda one: f"{one.gauge.usd:,.2f}" if one.gauge.usd else ""),
    Column("left", 6, 1, lambda one: duration(one.left_s)),
)


def fitting(width: int, longest_who: int) -> tuple[int, tuple[Column, ...]]:
    """How wide the names may be, and the columns that fit beside them, in their order."""
    needed = sum(one.width + _GAP for one in COLUMNS if one.rank <= 1)
    who = min(longest_who, max(_WHO_AT_LEAST, width - needed))
    room, chosen = width - who, list[Column]()
    for one in sorted(COLUMNS, key=lambda one: one.rank):
        if one.width + _GAP > room:
            break
        room -= one.width + _GAP
        chosen.append(one)
    return who, tuple(one for one in COLUMNS if one in chosen)


def cropped(who: str, width: int) -> str:
    """The end of a name tells it from others."""
    return who if len(who) <= width else "…" + who[len(who) - width + 1 :]


@contextmanager
def live_view(stream: TextIO) -> Generator[Callable[[View], None]]:
    """Shows views in place of each other; the last stays."""
    console = Console(file=stream, markup=False, emoji=False, highlight=False)
    waiting = Text("reading files and journal ...")
    # drawn when told and by no thread of its own; what others print to stderr appears above it
    live = Live(waiting, console=console, auto_refresh=False, transient=True, redirect_stdout=False)
    with live:

        def show(view: View) -> None:
            live.transient = False
            live.update(_drawn(view, console.width), refresh=True)

        yield show


def _drawn(view: View, width: int) -> Group:
    parts = [Text(head(view), style="bold"), _table(view.readings, width)]
    parts += [
        Text(f"{one.gauge.who}: {failures(one.gauge.failures)}", style="yellow")
        for one in view.readings
        if one.gauge.failures
    ]
    if left := by_provider(view):
        parts.append(Text(left))
    if said := ending(view):
        parts.append(Text(said, style="bold red"))
    return Group(*parts)


def _table(readings: Sequence[Reading], width: int) -> Table:
    who, columns = fitting(width, max(len(one.gauge.who) for one in readings))
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", width=who, no_wrap=True)
    for one in columns:
        table.add_column(one.title, width=one.width, no_wrap=True, justify="left" if one.is_text else "right")
    for reading in readings:
        table.add_row(cropped(reading.gauge.who, who), *(one.cell(reading) for one in columns))
    return table
