"""Which labels a command goes by: those of files, of the store, or both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from domain.scenario import Label
from pipeline.inputs import label_key, load_labels
from pipeline.learning.whose import labels_of_run
from pipeline.store.connection import Connection
from pipeline.store.labels import fetch_labels
from pipeline.store.reviews import fetch_review_labels
from pipeline.store.wordings import fetch_wordings

F = TypeVar("F", bound=Callable[..., Any])


def with_labels(command: F) -> F:
    """The options `--labels` and `--stored`."""
    stored = click.option("--stored", is_flag=True, help="With --labels: the labels in the store too.")
    labels = click.option("--labels", multiple=True, help="Label files (JSONL); else the labels in the store.")
    return labels(stored(command))


class Gathered(NamedTuple):
    """Labels, and how many of the store's may be of another run's responses and were left out."""

    labels: list[Label]
    n_others: int


def gather_labels(
    root: Path, files: tuple[str, ...], connection: Connection, run_id: str, *, stored: bool = False
) -> Gathered:
    """Labels on a run: of files, else of the store; where both have one of the same person and question, the file's.

    Whoever names files says that they are of this run. The store's labels name no run: where runs answered otherwise,
    only those count that can be of no other.

    Raises:
        InputError: a pattern names no file, or a file is broken.
    """
    given = list(load_labels(root, files, "--labels")) if files else []
    kept, n_others = [], 0
    if stored or not files:
        kept, n_others = labels_of_run(fetch_labels(connection), run_id, fetch_wordings(connection))
        kept += fetch_review_labels(connection, run_id)
    return Gathered(list({label_key(one): one for one in (*kept, *given)}.values()), n_others)
