"""Does a response speak to whoever checks it? Never a reason to clear: what is found sends it to a person.

A judge can be talked round by what it reads, and a reply that is well formed and quotes well does not show it. So the
response itself is looked at, without a model. It knows ways of doing this that are known; it is one wall among several.
"""

from functools import lru_cache

from judges.suspicions.shape import shapes_of
from judges.suspicions.shoptalk import about_itself
from judges.suspicions.sought import letters_of, words_of
from judges.suspicions.tongues import foreign_passage
from judges.suspicions.traps import quoted_advice
from judges.suspicions.views import decoded, disguised, is_ordinary, plain
from judges.suspicions.wording import FIELD_WORDS, FIELDS, PHRASES, ROOTS


@lru_cache(maxsize=512)
def suspicions_of(response: str) -> tuple[str, ...]:
    """Why a response may be meant to sway its judges, in words that begin with "it"; empty when nothing suggests that.

    Pure, and takes time in proportion to the text.
    """
    shown = plain(response)
    words = words_of(shown)
    letters = letters_of(words)
    found = [*_said(shown, words), *shapes_of(response)]
    if about_itself(shown, letters):
        found.append("speaks of itself and of how it is checked")
    passages = list(decoded(response))
    if any(_said(view, words_of(view)) for view in (*disguised(shown, ROOTS), *map(plain, passages))):
        found.append("hides words in a code")
    elif passages:
        found.append("holds an encoded passage")
    if foreign_passage(response, letters if is_ordinary(response) else None):
        found.append("holds a passage in another language than the rest")
    if quoted_advice(response):
        found.append("holds urgent advice in quotation marks, as if it were somebody else's")
    return tuple(f"it {reason}" for reason in dict.fromkeys(found))


def _said(view: str, words: frozenset[str]) -> list[str]:
    found = PHRASES.found_in(view, words)
    if not FIELD_WORDS.isdisjoint(words) and FIELDS.search(view):
        found.append("holds the words of a judge's reply")
    return found
