"""Which labels a command goes by: those of files, of the store, or both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from domain.scenario import Label
from pipeline.inputs import label_key, load_labels
from pipeline.store.connection import Connection
from pipeline.store.labels import fetch_labels

F = TypeVar("F", bound=Callable[..., Any])


def with_labels(command: F) -> F:
    """The options `--labels` and `--stored`."""
    stored = click.option("--stored", is_flag=True, help="With --labels: the labels in the store too.")
    labels = click.option("--labels", multiple=True, help="Label files (JSONL); else the labels in the store.")
    return labels(stored(command))


def gather_labels(root: Path, files: tuple[str, ...], connection: Connection, *, stored: bool) -> list[Label]:
    """Labels of files, else of the store; where both have one of the same person and question, the file's counts.

    Raises:
        InputError: a pattern names no file, or a file is broken.
    """
    given = list(load_labels(root, files, "--labels")) if files else []
    kept = fetch_labels(connection) if stored or not files else []
    return list({label_key(one): one for one in (*kept, *given)}.values())
