"""Quoted words inside a response, as pieces that a page can mark."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.verdict import Span


class Piece(NamedTuple):
    """A stretch of the text, quoted or not."""

    text: str
    marked: bool


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The whole text, in order, cut where quotes begin and end; quotes that touch or overlap become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    found: list[Piece] = []
    at = 0
    for start, end in merged:
        found += [Piece(text[at:start], marked=False), Piece(text[start:end], marked=True)]
        at = end
    return [piece for piece in [*found, Piece(text[at:], marked=False)] if piece.text]
