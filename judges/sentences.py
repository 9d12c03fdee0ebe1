"""Where sentences begin and end, by offsets into the text. Takes time in proportion to the text, whatever it holds."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]+")
_LIST_MARK = re.compile(r"\s*(?:[-•#>]+\s+|\*\s+|\d{1,3}[.)]\s+)?")
_END = re.compile(r"[.!?…][\"'”’)\]*_]*(?=\s)")
_BEGIN = re.compile(r"\s+[\"'“‘(\[*_]*[A-Z0-9]")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|e\.g|i\.e|etc|vs|approx|No)\.$")
_LONGEST_ABBREVIATION = 8


class Sentence(NamedTuple):
    """`text` is `whole[start:end]`."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=512)
def sentences(whole: str) -> tuple[Sentence, ...]:
    """Split at sentence ends, line ends and list items; white space between sentences belongs to none."""
    return tuple(one for line in _LINE.finditer(whole) for one in _in_line(whole, line.start(), line.end()))


def _in_line(whole: str, start: int, end: int) -> Iterator[Sentence]:
    if (mark := _LIST_MARK.match(whole, start, end)) is not None:
        start = mark.end()
    for stop in _END.finditer(whole, start, end):
        after = stop.end()
        if _BEGIN.match(whole, after, end) and not _is_abbreviation(whole, start, stop.start() + 1):
            yield from _trimmed(whole, start, after)
            start = after
    yield from _trimmed(whole, start, end)


def _is_abbreviation(whole: str, start: int, end: int) -> bool:
    return _ABBREVIATION.search(whole[max(start, end - _LONGEST_ABBREVIATION) : end]) is not None


def _trimmed(whole: str, start: int, end: int) -> Iterator[Sentence]:
    text = whole[start:end]
    start += len(text) - len(text.lstrip())
    if text := text.strip():
        yield Sentence(start, start + len(text), text)
