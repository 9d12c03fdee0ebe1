"""docs/reference/commands.md: every command as its `--help` has it."""

import inspect
from collections.abc import Iterator

import click

from pipeline.cli import caveat
from tests.reference.words import block, code, page, prose, table


def written() -> str:
    """The page."""
    return page("Commands", *_parts(caveat, "caveat", None))


def _parts(command: click.Command, path: str, parent: click.Context | None) -> Iterator[str]:
    """A command's own part, and those of the commands under it."""
    context = click.Context(command, parent, info_name=path.rpartition(" ")[2])
    depth = path.count(" ")
    if depth:
        yield f"{'#' * (depth + 1)} {path}"
    yield f"```text\n{' '.join([path, *command.collect_usage_pieces(context)])}\n```"
    yield from _said(command.help or "")
    if rows := [_option(one, context) for one in command.params if isinstance(one, click.Option)]:
        yield table(("Option", "Means"), rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _parts(below, f"{path} {name}", context)


def _said(text: str) -> Iterator[str]:
    """The help's paragraphs; those whose lines click keeps are shown as they stand."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        kept = paragraph.removeprefix("\b\n")
        if kept == paragraph:
            yield prose(paragraph)
            continue
        head, _, lines = kept.partition("\n")
        if head.endswith(":"):
            yield prose(head)
            kept = inspect.cleandoc("\n" + lines)
        yield block(kept)


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    record = option.get_help_record(context)
    assert record is not None, f"{context.command_path} hides {option.name}"
    return code(record[0]), prose(record[1])
