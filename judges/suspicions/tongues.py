"""A passage in another language or script than the rest of the response, known by its commonest words or letters."""

import re
import unicodedata
from collections.abc import Set as AbstractSet

_WORD = re.compile(r"[^\W\d_]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SENTENCE = re.compile(r"[^.!?\n;:]+")
_COMMON = {
    "English": "the and you is to of it that for are with if be not your this have or can as",
    "German": "der die das und ist nicht bitte diese dieser alle sie mit als für auf den ein eine werden wird",
    "French": "le la les des est et vous une dans que pour cette tous pas avec aux du veuillez sont toutes",
    "Spanish": "el los las que es una por para con todos esta este como del debe todas son responda",
    "Italian": "il gli che è una per con questa questo tutti della sono tutte alla rispondi di non le",
    "Portuguese": "o os que é uma por para com esta este todos como não são as dos responda todas",
    "Dutch": "de het een is niet alle deze dit met voor van en zijn op als aan",
    "Polish": "jest nie na wszystkie ta proszę to się jako odpowiedź oraz dla każde i w z",
    "Welsh": "y yr yn mae hwn hon pob ac ar i o ei am bod ateb na",
    "Turkish": "ve bu bir için tüm değil olarak ile her yanıt lütfen da de",
    "Swedish": "och är det att som alla inte denna detta för med på en den av",
    "Latin": "et est non omnia haec hoc ut ad sunt omnes quod cum responsum",
}
_ENGLISH, *_FOREIGN = (frozenset(words.split()) for words in _COMMON.values())
_TELLING = frozenset[str]().union(*_FOREIGN) - _ENGLISH - {"i"}
"""One of these stands in every sentence that is foreign by its words: none of its words is common in English. By an "i"
alone nothing is: in lower case, English says it too."""
_FEWEST_WORDS, _FEWEST_COMMON = 5, 3
_FEWEST_LETTERS = 6


def foreign_passage(response: str, letters: AbstractSet[str] | None = None) -> bool:
    """Whether a response that holds a plainly English sentence holds one that plainly is not.

    Args:
        response: the whole.
        letters: of an ordinary response all its words in lower case, as `letters_of` gives them: with none that tells
            of another language it is not searched.
    """
    if letters is not None and _TELLING.isdisjoint(letters):
        return False
    everything = _SENTENCE.findall(response.lower())
    return any(map(_is_foreign, everything)) and any(map(_is_english, everything))


def _is_english(sentence: str) -> bool:
    return sum(map(_ENGLISH.__contains__, _WORD.findall(sentence))) >= _FEWEST_COMMON


def _is_foreign(sentence: str) -> bool:
    if sum(map(_is_of_another_script, _BEYOND_ASCII.findall(sentence))) >= _FEWEST_LETTERS:
        return True
    if not _ENGLISH.isdisjoint(sentence.split()):  # nearly every sentence, and cheaper than to take it apart
        return False
    words = _WORD.findall(sentence)
    if len(words) < _FEWEST_WORDS or not _ENGLISH.isdisjoint(words):
        return False
    return any(sum(word in known for word in words) >= _FEWEST_COMMON for known in _FOREIGN)


def _is_of_another_script(letter: str) -> bool:
    if not letter.isalpha():
        return False
    name = unicodedata.name(letter, "")
    return not name.startswith(
        ("LATIN", "GREEK", "MICRO", "MODIFIER", "FEMININE", "MASCULINE", "DOUBLE-STRUCK", "SCRIPT", "MATHEMATICAL")
    )
