"""A phrase that is sought only in a text that holds its words: nearly every search of nearly every text is spared."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from judges.phrases import phrase_pattern

_PART = re.compile(r"\(([^()]*)\)|([^\s()]+)")
_GAP = "..."
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Sought:
    """A phrase without stars, and what a text must hold for it to be there."""

    needed: tuple[frozenset[str], ...]
    """Of each part, the words that its alternatives begin with, in lower case."""
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, phrase: str) -> Self:
        """The phrase as it is sought."""
        parts = [choice or word for choice, word in _PART.findall(phrase) if word != _GAP]
        needed = (frozenset(_WORD.findall(one.lower())[0] for one in part.split("|")) for part in parts)
        return cls(tuple(needed), phrase_pattern((phrase,)))

    def stands_in(self, view: str, words: AbstractSet[str]) -> bool:
        """Whether the phrase is there.

        Args:
            view: a text in lower case.
            words: all its words, as `words_of` gives them.
        """
        for alternatives in self.needed:  # a generator costs more than what it spares
            if alternatives.isdisjoint(words):
                return False
        return self.pattern.search(view) is not None


def words_of(view: str) -> frozenset[str]:
    """Every word of a text."""
    return frozenset(_WORD.findall(view))
