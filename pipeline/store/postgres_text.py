"""PostgreSQL's ways with text: numbered placeholders, bytewise order, and no NUL.

Its TEXT cannot hold U+0000, which a model's reply can. Such a character is stored behind a mark and restored on
reading, so that what a model said comes back as it was, and offsets into it hold.
"""

import re
from functools import lru_cache
from itertools import count
from typing import Any

from psycopg.abc import Buffer
from psycopg.types.array import ListDumper
from psycopg.types.string import StrDumperUnknown, TextLoader

_MARK = "\ufdd0"
"""Unicode keeps it free for a program's own use; one that stands in a text is marked as well."""
_NUL = "\0"
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|\?")
_TEXT = re.compile(r"(?<!AS )\bTEXT\b")


@lru_cache(maxsize=512)
def numbered(sql: str) -> bytes:
    """SQL with its `?` as `$1`, `$2` …; what is quoted or a comment stays."""
    numbers = count(1)
    return _TOKEN.sub(lambda hit: f"${next(numbers)}" if hit[0] == "?" else hit[0], sql).encode()


def ordered_bytewise(script: str) -> str:
    """A migration whose columns sort as in DuckDB, whatever the server's locale."""
    return _TEXT.sub('TEXT COLLATE "C"', script)


def marked(text: str) -> str:
    """Text without NUL, from which `restored` gives the same text back."""
    if _NUL not in text and _MARK not in text:
        return text
    return text.replace(_MARK, _MARK + "1").replace(_NUL, _MARK + "0")


def restored(text: str) -> str:
    """What was marked."""
    return text.replace(_MARK + "0", _NUL).replace(_MARK + "1", _MARK) if _MARK in text else text


class MarkingDumper(StrDumperUnknown):
    """Text on its way to the server."""

    def dump(self, obj: str) -> Buffer | None:
        """As bytes."""
        return super().dump(marked(obj))


class TextsDumper(ListDumper):
    """Lists on their way to the server. psycopg's own takes three quarters of the CPU that feeding a journal needs."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        """As an array's text."""
        if not isinstance(self.sub_dumper, MarkingDumper):
            return super().dump(obj)
        return ("{" + ",".join("NULL" if text is None else _quoted(text) for text in obj) + "}").encode()


def _quoted(text: str) -> str:
    escaped = marked(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class RestoringLoader(TextLoader):
    """Text on its way back."""

    def load(self, data: Buffer) -> str | bytes:
        """As it was."""
        text = super().load(data)
        return restored(text) if isinstance(text, str) else text
