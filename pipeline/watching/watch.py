"""Progress for people: a table that follows the run on a terminal, a plain line now and then in CI and elsewhere."""

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

import click

from pipeline.gauges import Standing
from pipeline.run import Watch
from pipeline.watching.rates import Rates, View
from pipeline.watching.said import view_line

_LINE_EVERY_S = 30.0


@contextmanager
def watcher(
    stream: TextIO, *, clock: Callable[[], float] = time.monotonic, environ: Mapping[str, str] = os.environ
) -> Generator[Watch]:
    """What `run_batch` is to tell how it goes."""
    rates = Rates(clock)
    with _shower(stream, clock, environ) as show:

        def watch(standing: Standing) -> None:
            with suppress(OSError):  # a terminal that has gone away does not end the night
                show(rates.view(standing))

        yield watch


@contextmanager
def _shower(
    stream: TextIO, clock: Callable[[], float], environ: Mapping[str, str]
) -> Generator[Callable[[View], None]]:
    if stream.isatty() and not environ.get("CI") and environ.get("TERM") not in ("dumb", "unknown"):
        from pipeline.watching.live import live_view  # noqa: PLC0415 (rich: 0.3 CPU seconds, on a terminal only)

        with live_view(stream) as show:
            yield show
    else:
        yield _lines(stream, clock)


def _lines(stream: TextIO, clock: Callable[[], float]) -> Callable[[View], None]:
    last = clock()

    def show(view: View) -> None:
        nonlocal last
        if clock() - last >= _LINE_EVERY_S:
            last = clock()
            click.echo(view_line(view), file=stream)

    return show
