"""The gate's one question: what in this text could say who somebody is?

A cheap look decides which rules are worth their time: a text without an @ has no e-mail address. So a response of 1,100
characters takes some tens of microseconds (docs/identifiers.md).
"""

import re
from collections.abc import Callable, Iterator

from domain.identifiers.contacts import email, phone, postcode, street
from domain.identifiers.found import Identifier, IdentifierKind
from domain.identifiers.numbers import hospital_number, named_nhs_number, national_insurance, ten_digits
from domain.identifiers.people import date_of_birth, titled_name

_Rule = Callable[[str], Iterator[Identifier]]

_SHORTEST = 5
"""As in "Mr Ng" and "E16AN"."""
_DIGIT = re.compile(r"\d")
_LONG = re.compile(r"\d[\d ()./\u00a0\u2009\u202f\u2010-\u2013-]{4,}\d")
_BIRTH = ("birth", "born", "dob", "d.o.b", "d o b", "d. o. b")
_ON_LONG: tuple[_Rule, ...] = (named_nhs_number, ten_digits, phone, national_insurance)

_RANK: dict[str, int] = {kind: rank for rank, kind in enumerate(IdentifierKind)}


def identifiers_in(text: str) -> tuple[Identifier, ...]:
    """Every identifier, in the order of the text; of two that overlap the longer.

    Pure, and takes time in proportion to the text.
    """
    if len(text) < _SHORTEST or not (found := list(_found(text))):
        return ()
    kept: list[Identifier] = []
    for one in sorted(found, key=lambda one: (one.start, _RANK[one.kind])):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
        elif one.end - one.start > kept[-1].end - kept[-1].start:
            kept[-1] = one
    return tuple(kept)


def _found(text: str) -> Iterator[Identifier]:
    if "@" in text:
        yield from email(text)
    yield from titled_name(text)
    # all the others hold digits, of which a text has few: where a pattern begins with one it is tried there only
    digits = [hit.start() for hit in _DIGIT.finditer(text)]
    if not digits:
        return
    yield from postcode(text, digits)
    yield from street(text, digits)
    if any(_LONG.match(text, at) for at in digits):
        for rule in _ON_LONG:
            yield from rule(text)
    yield from hospital_number(text, digits)
    lowered = text.lower()
    if any(cue in lowered for cue in _BIRTH):
        yield from date_of_birth(text)
