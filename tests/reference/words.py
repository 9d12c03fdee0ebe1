"""Markdown for pages that are written from the code."""

import re
from collections.abc import Iterable, Sequence

NOTE = "<!-- Written from the code; do not edit: make reference -->"


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """With what would break a table made harmless."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    """In a sentence or a cell."""
    return f"`{text}`"


def prose(text: str) -> str:
    """Text of a docstring or a help, on one line; what Markdown would read as marks is shown as it stands."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else re.sub(r"([*<])", r"\\\1", part) for part in parts)


def block(lines: str) -> str:
    """Lines as they stand."""
    return "\n".join(f"    {line}".rstrip() for line in lines.splitlines())
