"""Text in CSV that no spreadsheet takes for a formula, and back again, without loss.

A spreadsheet runs a cell that begins with = + - @ (in full width too, and behind white space or control characters). So
a text that begins so, or with an apostrophe, gets one apostrophe in front; to read it, one is taken off again. Numbers
are no text and stay as they are.
"""

import re

MARK = "'"
COLUMN = "escaped_with"
"""A last column that says so of each row, so that whoever reads the file need not guess."""

_RISKY = re.compile(r"['\t\r\n\0]|[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]")


def escaped(text: str) -> str:
    """The text as it may stand in a cell."""
    return MARK + text if _RISKY.match(text) else text


def unescaped(cell: str) -> str:
    """The text that stood there."""
    return cell.removeprefix(MARK)
