"""How somebody is reached: phone, e-mail, postcode, street.

Numbers of services and not of people are left alone: 0300 to 0399, 0800 and 0808, 0844 and their like, short codes such
as 111 and 999, and North America's toll-free ones.
"""

import re
from collections.abc import Iterator, Sequence

from domain.identifiers.found import Identifier, IdentifierKind

_SEP = r"[ \u00a0\u2009\u202f.\-\u2010-\u2013]{0,2}"
_UK = re.compile(rf"(?<![\w.,/+(])(?:\+44{_SEP}(?:\(0\){_SEP})?|0044{_SEP}|\(?0)[127](?:\)?{_SEP}\d){{8,9}}(?![\w/])")
_ABROAD = re.compile(rf"\+(?!44)[1-9]\d{{0,2}}{_SEP}(?:\(?\d\)?{_SEP}){{6,12}}\d(?![\w/])")
_AMERICAN = re.compile(r"(?<![\w.+/-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w/-])")
_TOLL_FREE = re.compile(r"\D*1?\D*8(?:00|33|44|55|66|77|88)")
_UK_DIGITS, _ABROAD_DIGITS = range(10, 12), range(8, 16)

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\b")

_INWARD = re.compile(r"\d[A-Za-z]{2}(?!\w)")
_POSTCODE = re.compile(r"(?:^|(?<=\W))([A-Za-z]{1,2})\d[A-Za-z\d]?[ \u00a0]{0,2}\d[A-Za-z]{2}$")
_LONGEST_BEFORE = 7
_AREAS = frozenset(
    """
    AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB
    W WA WC WD WF WN WR WS WV YO ZE
    """.split()  # noqa: SIM905 (words read better than a list of them)
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_NEVER_INWARD = frozenset("CIKMOV")
_NO_AREA = "ZZ"
"""Whoever has no address or one abroad is given a postcode of this area, with letters that no other has."""

_STREET_TYPES = (
    "Street|Road|Avenue|Lane|Close|Drive|Crescent|Way|Court|Place|Terrace|Gardens|Grove|Hill|Park|Square|Mews|Rise|Row|"
    "Walk|Green|View|Parade|Villas|Wharf|Gate|Broadway|St|Rd|Ave|Ln|Cres"
)
_HOUSE = r"\d(?<![\w./:-]\d)\d{0,3}[A-Za-z]?,? "
_NO_STREET = (
    "in|on|of|to|at|by|the|a|an|times?|days?|hours?|minutes?|mins?|weeks?|months?|years?|miles?|km|mg|ml|steps?|people|"
    "from|and|or|down|up|along"
)
_STREET = re.compile(
    rf"{_HOUSE}(?:(?:[A-Z][\w'’.-]+ ){{1,3}}(?:{_STREET_TYPES})\b(?!-)"
    rf"|(?!(?:{_NO_STREET})\b)[a-z'’-]{{3,}} (?:street|road|avenue|crescent)\b)"
)


def phone(text: str) -> Iterator[Identifier]:
    """Phone numbers by which a person could be reached."""
    for hit in _UK.finditer(text):
        national = re.sub(r"^(?:0044|44|0)0?", "", re.sub(r"\D", "", hit[0]))
        if len(national) + 1 in _UK_DIGITS:
            yield _at(IdentifierKind.PHONE, hit)
    for hit in _ABROAD.finditer(text):
        if sum(one.isdigit() for one in hit[0]) in _ABROAD_DIGITS and not re.match(r"\+1\D*8", hit[0]):
            yield _at(IdentifierKind.PHONE, hit)
    for hit in _AMERICAN.finditer(text):
        if not _TOLL_FREE.match(hit[0]):
            yield _at(IdentifierKind.PHONE, hit)


def email(text: str) -> Iterator[Identifier]:
    """E-mail addresses."""
    for hit in _EMAIL.finditer(text):
        yield _at(IdentifierKind.EMAIL, hit)


def postcode(text: str, digits: Sequence[int]) -> Iterator[Identifier]:
    """Whole postcodes of an area that exists, or of none."""
    for tail in filter(None, (_INWARD.match(text, at) for at in digits)):
        start = max(0, tail.start() - _LONGEST_BEFORE)
        hit = _POSTCODE.search(text[start : tail.end()])
        if hit and _is_of_an_area(hit[1].upper(), tail[0][1:]):
            yield Identifier(IdentifierKind.POSTCODE, start + hit.start(1), tail.end())


def _is_of_an_area(area: str, letters: str) -> bool:
    if area == _NO_AREA:
        return True
    return area in _AREAS and letters not in _ORDINALS and not _NEVER_INWARD & set(letters.upper())


def street(text: str, digits: Sequence[int]) -> Iterator[Identifier]:
    """A house's number with its street."""
    for hit in filter(None, (_STREET.match(text, at) for at in digits)):
        yield _at(IdentifierKind.ADDRESS, hit)


def _at(kind: IdentifierKind, hit: re.Match[str]) -> Identifier:
    return Identifier(kind, hit.start(), hit.end())
