"""Progress for people: a bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

import click

from pipeline.progress import Progress
from pipeline.run import Watch

_LINE_EVERY_S = 30.0


@contextmanager
def watcher(stream: TextIO) -> Generator[Watch]:
    """What `run_batch` is to tell how it goes."""
    if stream.isatty():
        with _bar(stream) as watch:
            yield watch
    else:
        yield _lines(stream)


@contextmanager
def _bar(stream: TextIO) -> Generator[Watch]:
    from rich.console import Console  # noqa: PLC0415 (0.3 CPU seconds, on a terminal only)
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    text = TextColumn("{task.description}")
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def watch(progress: Progress, n_items: int) -> None:
            bar.update(task, description=_state(progress), completed=progress.n_finished, total=n_items)

        yield watch


def _lines(stream: TextIO) -> Watch:
    last = time.monotonic()

    def watch(progress: Progress, n_items: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_EVERY_S:
            last = time.monotonic()
            click.echo(f"{progress.n_finished} of {n_items} responses; {_state(progress)}", file=stream)

    return watch


def _state(progress: Progress) -> str:
    failures = sum(progress.failures.values())
    return f"{progress.n_calls} calls" + (f", {failures} judge failures" if failures else "")
