"""One text as different readers would see it: what is written in disguise is looked through before words are sought."""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]+"
)
"""No width, or only a direction: what is left without them is what a model may read."""

_LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁһӏԛԝүАВЕКМНОРСТУХІЈЅԌԚԜοΟαΑΒεΕΖΗιΙκΚΜΝνρΡτΤυΥχΧɑɡıǀ",
    "abekmhopctyxijsdhlqwyABEKMHOPCTYXIJSGQWoOaABeEZHiIkKMNvpPtTuYxXagil",
)
"""Cyrillic, Greek and other letters that pass for Latin ones."""

_ORDINARY = frozenset(map(chr, range(128))) | frozenset("’‘“”–—•£°é")
"""Of these advice is made: none is hidden, looks like another, or has another form."""

_LEET = str.maketrans("@4310578$!", "aaeiostbsi")
_LEET_WORD = re.compile(r"(?=\w*[a-zA-Z])(?=\w*[0-9@$!])[\w@$!]{3,}")
_BESIDE_A_LETTER = re.compile(r"[0-9@$!](?:(?<=[^\W0-9].)|(?=[^\W0-9]))")
"""Stands in every such word, and is found sooner."""
_SPACED = re.compile(r"(?<!\w)(?:[A-Za-z][ .\-_*]){5,}[A-Za-z](?!\w)")
_IN_SPACED = re.compile(r"[ .\-_*][A-Za-z][ .\-_*][A-Za-z][ .\-_*]")
"""Stands in every such stretch, and is found sooner."""
_SHORTEST_BASE64 = 24
_BASE64 = re.compile(rf"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{{{_SHORTEST_BASE64},4000}}={{0,2}}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"[0-9a-fA-F](?<![0-9A-Za-z].)[0-9a-fA-F][ :]?(?:[0-9a-fA-F]{2}[ :]?){11,1999}(?![0-9A-Za-z])")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,8}\U000e007f")
_WORDS = re.compile(r"[a-z]{2,}(?:[ ,.:;'\"-]+[a-z]{2,}){2,}", re.IGNORECASE)


@lru_cache(maxsize=8)
def is_ordinary(text: str) -> bool:
    """Whether a text is made of plain letters and typographic marks alone: nothing in it passes for another letter."""
    return text.isascii() or _ORDINARY.issuperset(text)


def plain(text: str) -> str:
    """Lower case, one form of each letter, without what has no width."""
    if is_ordinary(text):
        return text.replace("’", "'").lower()
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_LOOK_ALIKES)
    return shown.replace("’", "'").lower()


def without_flags(text: str) -> str:
    """The text without the flags of countries, which are the one honest use of tag characters."""
    return _FLAG.sub("", text)


def disguised(shown: str, roots: tuple[str, ...]) -> Iterator[str]:
    """A plain text as it reads with a disguise taken off, for each disguise under which one of the roots stands."""
    if any(root[::-1] in shown for root in roots):
        yield shown[::-1]
    if any(root in shown for root in _rotated(roots)):
        yield codecs.encode(shown, "rot13")
    if (spelt := _spelt_out(shown)) != shown:
        yield from _holding(roots, spelt)
    if _IN_SPACED.search(shown) and (spaced := _SPACED.findall(shown)):
        yield from _holding(roots, " ".join(re.sub(r"[^a-z]", "", one) for one in spaced))


@cache
def _rotated(roots: tuple[str, ...]) -> list[str]:
    return [codecs.encode(root, "rot13") for root in roots]


def _spelt_out(shown: str) -> str:
    """With the numbers and signs inside words read as letters. Only around such a sign is there a word to look at."""
    pieces: list[str] = []
    at = 0
    for hit in _BESIDE_A_LETTER.finditer(shown):
        start = hit.start()
        if start < at:
            continue
        while start > at and _is_in_word(shown[start - 1]):
            start -= 1
        end = hit.end()
        while end < len(shown) and _is_in_word(shown[end]):
            end += 1
        pieces += (shown[at:start], _LEET_WORD.sub(lambda word: word[0].translate(_LEET), shown[start:end]))
        at = end
    return "".join(pieces) + shown[at:]


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character in "_@$!"


def _holding(roots: Sequence[str], view: str) -> Iterator[str]:
    if any(root in view for root in roots):
        yield view


def decoded(text: str) -> Iterator[str]:
    """What passages in base64, in hexadecimal or in Unicode's tag characters say, where they say words."""
    if not is_ordinary(text):
        for found in _TAGS.findall(without_flags(text)):
            yield "".join(chr(ord(one) - 0xE0000) for one in found)
    if max(map(len, text.split()), default=0) >= _SHORTEST_BASE64:
        for found in _BASE64.findall(text):
            yield from _words(partial(_from_base64, found))
    for found in _HEX.findall(text):
        yield from _words(partial(bytes.fromhex, re.sub(r"[ :]", "", found)))


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def _words(decode: Callable[[], bytes]) -> Iterator[str]:
    try:
        said = decode().decode("utf-8")
    except (binascii.Error, ValueError):
        return
    if said.isprintable() and _WORDS.search(said):
        yield said
