"""Does a quote stand in the response? White space and typography may differ, words may not."""

import re
import sys
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from domain.verdict import Span

_TYPOGRAPHY = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'",
    "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    "‹": "<", "›": ">",
}  # fmt: skip
"""One character for one, so that offsets survive; ‹ and › are what `prompt.defuse` writes for < and >."""

_TYPOGRAPHIC = re.compile(f"[{''.join(_TYPOGRAPHY)}]")

_NO_WIDTH = r"*\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SKIPPED = re.compile(f"[{_NO_WIDTH}]+")
"""Emphasis marks and characters without a width: judges drop them, and they are no words."""

_SPECIAL = re.compile(rf"[…\s{_NO_WIDTH}](?:(?<=…)|(?<!…)(?:[\s{_NO_WIDTH}]+|(?<! )))")
"""What does not stand in the plain text as it is: an ellipsis, or a gap other than one space. All between is taken over
in one piece. It begins with a set of characters, which `re` searches for several times as fast as for alternatives."""

_JOINING = "'-/.,"


class _Plain(NamedTuple):
    text: str
    pieces: list[tuple[int, int, int]]
    """Where each begins in `text` and in the original, and by how much a character moves on there."""

    def origin(self, at: int) -> int:
        """Where a character of `text` stands in the original."""
        start, origin, step = self.pieces[bisect_right(self.pieces, (at, sys.maxsize, 1)) - 1]
        return origin + (at - start) * step


@lru_cache(maxsize=512)
def _plain(text: str) -> _Plain:
    text = _TYPOGRAPHIC.sub(lambda hit: _TYPOGRAPHY[hit[0]], text)
    found: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    n = at = 0
    for special in _SPECIAL.finditer(text):
        start, end = special.span()
        shown = _shown(special[0])
        pieces += ((n, at, 1), (n + start - at, start, 0))
        found += (text[at:start], shown)
        n += start - at + len(shown)
        at = end
    pieces.append((n, at, 1))
    found.append(text[at:])
    return _Plain("".join(found), pieces)


def _shown(special: str) -> str:
    if special == "…":
        return "..."
    return "" if _SKIPPED.fullmatch(special) else " "


def find_quote(quote: str, response: str) -> Span | None:
    """The first place where the quote's words stand, whole and in order; None where they do not, or it has none."""
    wanted = _plain(quote).text.strip(" \"'")
    if not any(character.isalnum() for character in wanted):
        return None
    plain = _plain(response)
    text = plain.text
    at = text.find(wanted)
    while at >= 0 and not _on_word_edges(text, at, at + len(wanted)):
        at = text.find(wanted, at + 1)
    if at < 0:
        return None
    start, end = plain.origin(at), plain.origin(at + len(wanted) - 1) + 1
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
