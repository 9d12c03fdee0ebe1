"""Text in XLSX: a cell holds 32,767 characters, counted as UTF-16, and a format of escapes with one trap."""

import re
from collections.abc import Iterator

LONGEST = 32_767
_LOOKS_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}(?=_x[0-9A-Fa-f]{4}_)")
"""XLSX writes a control character as `_x0001_`, and a text that looks like that with its first underscore escaped. Two
that share an underscore would be read back wrong, so the text is cut between them."""


def parts_of(text: str) -> Iterator[str]:
    """Pieces that each fit into a cell and are read back as they are; put together they are the text."""
    start = 0
    for hit in _LOOKS_ESCAPED.finditer(text):
        yield from _pieces(text[start : hit.end()])
        start = hit.end()
    yield from _pieces(text[start:], at_least_one=start == 0)


def _pieces(text: str, *, at_least_one: bool = False) -> Iterator[str]:
    """Cut where the next character no longer fits."""
    start = size = 0
    for at, character in enumerate(text):
        width = 1 + (character > "\uffff")
        if size + width > LONGEST:
            yield text[start:at]
            start, size = at, 0
        size += width
    if start < len(text) or at_least_one:
        yield text[start:]
