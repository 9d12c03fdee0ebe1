"""A passage in another language or script than the rest of the response, known by its commonest words or letters."""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
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
_FEWEST_WORDS, _FEWEST_COMMON = 5, 3
_FEWEST_LETTERS = 6


def foreign_passage(response: str) -> bool:
    """Whether a response that holds a plainly English sentence holds one that plainly is not."""
    everything = [_WORD.findall(one) for one in _SENTENCE.findall(response.lower())]
    return any(map(_is_english, everything)) and any(map(_is_foreign, everything))


def _is_english(words: list[str]) -> bool:
    return not _ENGLISH.isdisjoint(words) and sum(map(_ENGLISH.__contains__, words)) >= _FEWEST_COMMON


def _is_foreign(words: list[str]) -> bool:
    letters = "".join(words)
    if not letters.isascii() and sum(map(_is_of_another_script, letters)) >= _FEWEST_LETTERS:
        return True
    if len(words) < _FEWEST_WORDS or not _ENGLISH.isdisjoint(words):
        return False
    return any(sum(word in known for word in words) >= _FEWEST_COMMON for known in _FOREIGN)


def _is_of_another_script(letter: str) -> bool:
    if letter.isascii():
        return False
    name = unicodedata.name(letter, "")
    return not name.startswith(
        ("LATIN", "GREEK", "MICRO", "MODIFIER", "FEMININE", "MASCULINE", "DOUBLE-STRUCK", "SCRIPT", "MATHEMATICAL")
    )
