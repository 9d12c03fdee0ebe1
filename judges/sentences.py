"""Where sentences begin and end, by offsets into the text."""

import re
from functools import lru_cache
from typing import NamedTuple

_BOUNDARY = re.compile(r"(?<=[.!?])[\"'”’)*]*\s+(?=[\"'“‘(*]*[A-Z0-9])|\s*\n+\s*(?:[-*•#>]+\s+|\d+[.)]\s+)?")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|e\.g|i\.e|etc|vs|approx|No)\.$")


class Sentence(NamedTuple):
    """`text` is `whole[start:end]`."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=512)
def sentences(whole: str) -> tuple[Sentence, ...]:
    """Split at sentence ends, line ends and list items; white space between sentences belongs to none."""
    found: list[Sentence] = []
    start = 0
    for boundary in _BOUNDARY.finditer(whole):
        if _ABBREVIATION.search(whole, start, boundary.start()):
            continue
        _add(found, whole, start, boundary.start())
        start = boundary.end()
    _add(found, whole, start, len(whole))
    return tuple(found)


def _add(found: list[Sentence], whole: str, start: int, end: int) -> None:
    text = whole[start:end]
    start += len(text) - len(text.lstrip())
    if text := text.strip():
        found.append(Sentence(start, start + len(text), text))
