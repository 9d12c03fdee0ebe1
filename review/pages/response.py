"""A response as sentences that can be ticked, in its own paragraphs and lists."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.verdict import Span
from judges.sentences import sentences


@dataclass(frozen=True, slots=True)
class Tick:
    """One sentence; its value names it in a form."""

    value: str
    text: str
    is_ticked: bool
    begins_paragraph: bool


def ticks_of(response: str, ticked: Sequence[str]) -> list[Tick]:
    """Every sentence of the response, in order."""
    found: list[Tick] = []
    end = 0
    for one in sentences(response):
        value = f"{one.start}-{one.end}"
        found.append(Tick(value, one.text, value in ticked, not found or "\n" in response[end : one.start]))
        end = one.end
    return found


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are quoted as a whole, or not at all."""

    text: str
    by_judges: bool
    by_readers: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence."""

    pieces: list[Piece]
    begins_paragraph: bool


def passages_of(response: str, judges: Collection[Span], readers: Collection[Span]) -> list[Passage]:
    """Every sentence of the response, in order, cut where what judges quoted and readers marked begins and ends."""
    found: list[Passage] = []
    end = 0
    for one in sentences(response):
        pieces = list(_pieces(response, (one.start, one.end), judges, readers))
        found.append(Passage(pieces, not found or "\n" in response[end : one.start]))
        end = one.end
    return found


def _pieces(
    response: str, within: tuple[int, int], judges: Collection[Span], readers: Collection[Span]
) -> Iterator[Piece]:
    inside = {place for one in (*judges, *readers) for place in (one.start, one.end) if within[0] < place < within[1]}
    places = sorted({*within, *inside})
    for start, end in itertools.pairwise(places):
        marked = [any(one.start <= start and end <= one.end for one in some) for some in (judges, readers)]
        yield Piece(response[start:end], *marked)
