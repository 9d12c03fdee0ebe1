"""A phrase that is sought only in a text that holds its words: nearly every search of nearly every text is spared."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from judges.phrases import phrase_pattern

_PART = re.compile(r"\(([^()]*)\)|([^\s()]+)")
_GAP = "..."
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN_LETTERS = re.compile(r"[a-z]+")


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
        return any(self.pattern.match(view, at) for word in self.needed[0] & words for at in _places(word, view))

    @property
    def handle(self) -> frozenset[str]:
        """What to look for first: the part whose words are longest, since long words are rare."""
        return max(self.needed, key=lambda words: min(map(len, words)))


class Phrasebook:
    """Many phrases, each sought only where its handle stands.

    Args:
        phrases: what each group of them does, in words.
    """

    def __init__(self, phrases: Mapping[str, Iterable[Sought]]) -> None:
        self._entries = [(reason, one) for reason, some in phrases.items() for one in some]
        self._at: dict[str, list[int]] = {}
        for number, (_, one) in enumerate(self._entries):
            for word in one.handle:
                self._at.setdefault(word, []).append(number)
        self._handles = frozenset(self._at)

    def found_in(self, view: str, words: AbstractSet[str]) -> list[str]:
        """What the phrases do that stand in a text, in the book's order; arguments as of `Sought.stands_in`."""
        found: dict[str, None] = {}
        for number in sorted({number for word in words & self._handles for number in self._at[word]}):
            reason, one = self._entries[number]
            if reason not in found and one.stands_in(view, words):
                found[reason] = None
        return list(found)


def _places(word: str, view: str) -> Iterator[int]:
    """Where a phrase that begins with the word may begin: found sooner than a pattern finds it."""
    at = view.find(word)
    while at >= 0:
        yield at
        at = view.find(word, at + 1)


def words_of(view: str) -> frozenset[str]:
    """Every word of a text."""
    return frozenset(_WORD.findall(view))


def letters_of(words: AbstractSet[str]) -> frozenset[str]:
    """The words, and every run of letters, plain or accented, inside one that holds anything else.

    So whoever splits the text into words in another way finds none that is not here.
    """
    mixed = " ".join([one for one in words if not (one.isalpha() and one.isascii())])
    return frozenset(words).union(_LETTERS.findall(mixed), _PLAIN_LETTERS.findall(mixed))
