"""The phrase language of a rubric's lexicon: what a clinician can read, turned into a pattern that cannot run away.

call 999                    these words, in this order, whole
worr* about                 a star ends a word: worry, worried, worrying
(go|get) to A&E             either
nothing ... worry about     up to six words in between
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_TOKEN = re.compile(r" ?\.\.\. ?|\*|\(|\||\)|\s+|['’]|.", re.DOTALL)
_PATTERNS = {
    "*": r"\w*",
    "(": "(?:",
    "|": "|",
    ")": ")",
    "'": "['’]",
    "’": "['’]",
}
_CHOICE = re.compile(r"\(([^()]*)\)")
_STRAY_STAR = re.compile(r"(?<![\w])\*|\*\w")
_MOST_GAPS = 3
"""Each gap may be anywhere, so the time to search grows with the power of their number."""

_GAP = r"\W+(?:\w+\W+){0,6}?"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_STEM = 5
"""Letters compared: enough to fold plurals and verb endings together, which is all that a baseline needs."""

_STOP_WORDS = frozenset(
    """
    a about after all also an and any are as at be because been before being but by can could did do does for from
    had has have having he her him his how i if in into is it its just like may me might more most my no nor not of
    on or other our out over own she should so some such than that the their them then there these they this those
    to too under until up very was we were what when where which while who whom why will with would you your
    """.split()  # noqa: SIM905 (a list of words reads best as words)
)


@lru_cache(maxsize=4096)
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One case-insensitive pattern that finds any of the phrases as whole words."""
    return re.compile("|".join(rf"(?<!\w){_translated(phrase)}(?!\w)" for phrase in phrases), re.IGNORECASE)


def _translated(phrase: str) -> str:
    pieces: list[str] = []
    for token in _TOKEN.findall(phrase.strip()):
        if token.strip() == "...":
            pieces.append(_GAP)
        elif token.isspace():
            pieces.append(r"\s+")
        else:
            pieces.append(_PATTERNS.get(token) or re.escape(token))
    return f"(?:{''.join(pieces)})"


@lru_cache(maxsize=8192)
def content_stems(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to their first letters."""
    words = (word.lower().replace("’", "'") for word in _WORD.findall(text))
    return frozenset(word[:_STEM] for word in words if word not in _STOP_WORDS)


def overlap(wanted: frozenset[str], found: frozenset[str]) -> float:
    """Share of the wanted stems that were found; 0.0 when nothing is wanted."""
    return len(wanted & found) / len(wanted) if wanted else 0.0


def check_phrases(phrases: Iterable[str]) -> str | None:
    """What is wrong with the first phrase that does not read, in one sentence; None when all do."""
    for phrase in phrases:
        if problem := _problem(phrase.strip()):
            return f"the phrase {phrase!r} does not read: {problem}"
    return None


def _problem(phrase: str) -> str | None:
    if not any(character.isalnum() for character in _CHOICE.sub("x", phrase)):
        return "it has no word"
    outside = _CHOICE.sub("", phrase)
    if set("(|)") & set(outside):
        return "brackets are not a pair around alternatives, as in (go|get)"
    if any(not choice.strip(" *") for group in _CHOICE.findall(phrase) for choice in group.split("|")):
        return "an alternative is empty"
    if _STRAY_STAR.search(phrase):
        return "a star ends a word, as in worr*"
    if phrase.count("...") > _MOST_GAPS:
        return f"at most {_MOST_GAPS} gaps ( ... ) are read"
    return None
