"""What every command prints the same way."""

from pathlib import Path
from typing import Any

import click
import orjson

from domain import policy
from pipeline.files.whole import write_text
from pipeline.workspace import STORE

PROVISIONAL = policy.PROVISIONAL

AUTHORS_OWN = "The labels of 'author' are the authors' own: no clinician has reviewed them."

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout; messages go to stderr.")

in_store = click.option(
    "--store", default=STORE, show_default=True, metavar="PATH|URL", help="The store: a DuckDB file, or postgresql://…"
)


def print_json(value: dict[str, Any]) -> None:
    """The one object that a machine reads."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def say(text: str) -> None:
    """A message for people, kept off stdout."""
    click.echo(text, err=True)


def write_page(target: Path, html: str) -> None:
    """A page to a file.

    Raises:
        InputError: it cannot be written.
    """
    write_text(target, html)
