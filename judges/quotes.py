"""Does a quote stand in the response? White space and typography may differ, words may not."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from domain.verdict import Span

_TYPOGRAPHY = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "‹": "<", "›": ">",
    }
)  # fmt: skip
"""One character for one, so that offsets survive; ‹ and › are what `prompt.defuse` writes for < and >."""

_SKIPPED = re.compile(r"[*\u00ad\u200b\u200c\u200d\u2060\ufeff]+")
"""Emphasis marks and characters without a width: judges drop them, and they are no words."""

_SPECIAL = re.compile(rf"(?P<dots>…)|(?P<gap>(?:\s|{_SKIPPED.pattern}){{2,}}|[^\S ]|{_SKIPPED.pattern})")
"""What does not stand in the plain text as it is: all between is taken over in one piece."""

_JOINING = "'-/.,"


class _Plain(NamedTuple):
    text: str
    offsets: tuple[int, ...]
    """Where each character of `text` stood in the original."""


@lru_cache(maxsize=512)
def _plain(text: str) -> _Plain:
    text = text.translate(_TYPOGRAPHY)
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for special in _SPECIAL.finditer(text):
        start = special.start()
        pieces.append(text[at:start])
        offsets += range(at, start)
        if special["dots"] is not None:
            pieces.append("...")
            offsets += [start] * 3
        elif not _SKIPPED.fullmatch(special["gap"]):
            pieces.append(" ")
            offsets.append(start)
        at = special.end()
    pieces.append(text[at:])
    offsets += range(at, len(text))
    return _Plain("".join(pieces), tuple(offsets))


def find_quote(quote: str, response: str) -> Span | None:
    """The first place where the quote's words stand, whole and in order; None where they do not, or it has none."""
    wanted = _plain(quote).text.strip(" \"'")
    if not any(character.isalnum() for character in wanted):
        return None
    text, offsets = _plain(response)
    at = text.find(wanted)
    while at >= 0 and not _on_word_edges(text, at, at + len(wanted)):
        at = text.find(wanted, at + 1)
    if at < 0:
        return None
    start, end = offsets[at], offsets[at + len(wanted) - 1] + 1
    return Span(start, end, response[start:end])


def _on_word_edges(text: str, start: int, end: int) -> bool:
    """Whether neither end cuts through a word: "can" is not quoted from "can't", nor "5 mg" from "2.5 mg"."""
    cut_before = start > 0 and _in_word(text, start - 1) and _in_word(text, start)
    cut_after = end < len(text) and _in_word(text, end - 1) and _in_word(text, end)
    return not cut_before and not cut_after


def _in_word(text: str, at: int) -> bool:
    """Letters, digits and their accents; and a mark that joins two of them into one word or number."""
    character = text[at]
    if _is_letter(character):
        return True
    if character not in _JOINING or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if character in ".,":
        return before.isdigit() and after.isdigit()
    return _is_letter(before) and _is_letter(after)


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
