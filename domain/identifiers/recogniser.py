"""What a language model may find beside the rules: with one, more is found and never less."""

import re
from collections.abc import Iterator
from typing import Protocol

from domain.identifiers.detect import identifiers_in
from domain.identifiers.found import Identifier

_PROSE = re.compile(r"\S\s+\S")
"""Two words at least: ids and values of a choice are no sentences, and a model of language only guesses at them."""


class Recogniser(Protocol):
    """Finds what the rules cannot see. It travels to other processes, and gives the same there."""

    @property
    def said(self) -> str:
        """Which it is, in words: its model, versions and kinds."""
        ...

    @property
    def sha256(self) -> str:
        """Hash of everything that decides what it finds."""
        ...

    def refuse_elsewhere(self) -> None:
        """Make sure that this machine has the very same.

        Raises:
            InputError: it has none, or another.
        """
        ...

    def find(self, text: str) -> tuple[Identifier, ...]:
        """What it finds, in the order of the text."""
        ...


def all_in(text: str, recogniser: Recogniser | None) -> tuple[Identifier, ...]:
    """Everything that the rules find and, where there is a recogniser, what it finds apart from that."""
    found = identifiers_in(text)
    added = tuple(one for one in added_in(text, recogniser) if not any(one.overlaps(other) for other in found))
    return tuple(sorted(found + added, key=lambda one: one.start)) if added else found


def added_in(text: str, recogniser: Recogniser | None) -> Iterator[Identifier]:
    """What the recogniser finds; nothing without one, or in a text of one word."""
    if recogniser is not None and _PROSE.search(text):
        yield from recogniser.find(text)
