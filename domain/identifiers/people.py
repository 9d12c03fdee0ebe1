"""Who somebody is by name or birth. Names without a title are not seen: nothing tells them from eponyms and places."""

import re
from collections.abc import Iterator

from domain.identifiers.found import Identifier, IdentifierKind

_BIG, _SMALL = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_NAME = rf"[{_BIG}](?:[{_SMALL}]|['’][{_BIG}][{_SMALL}])[\w'’-]*"
_INITIALS = rf"(?:[{_BIG}]\.? ?){{1,3}}"
_PARTICLE = r"(?:(?:van|von|de|der|den|da|di|du|la|le|al|el|bin|ibn|ap|ter|st|St)[ -]){0,2}"
_TITLED = re.compile(
    rf"(?:M(?<!\w.)(?:rs?|s|iss|x)|D(?<!\w.)(?:r|ame)|P(?<!\w.)rof(?:essor)?|S(?<!\w.)ister|N(?<!\w.)urse|L(?<!\w.)ady|"
    rf"R(?<!\w.)ev(?:erend)?)\.?\s(?:\s?)({_INITIALS}(?={_PARTICLE}{_NAME}))?({_PARTICLE}{_NAME})"
)
_SHOUTED = re.compile(r"M(?<!\w.)(?:RS?|ISS)\.? (?:[A-Z]\.? )?([A-Z][A-Z'’-]{2,})\b")
_MUTED = re.compile(r"m(?<!\w.)rs?\.? ([a-z][a-z'’-]{2,})\b")
_NO_NAME = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december practitioner practitioners specialist specialists prescriber associate consultant manager
    led line advice advisor adviser society helpline university chat world google who said says will and the dr mrs
    imaging angiography angiogram scan scans scanning spectroscopy elastography enterography venography enterogram
    guided cholangiopancreatography arthrogram urography mammography sequences images image findings report scanner
    """.split()  # noqa: SIM905 (words read better than a list of them)
)
"""Words that follow what only looks like a title: a nurse practitioner, MR imaging, miss Monday's dose."""

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_DATE = (
    r"(?:\d{1,2}[/.\- ]\d{1,2}[/.\- ](?:\d{4}|\d{2})|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -](?:{_MONTHS})\.?,?[ -](?:\d{{4}}|\d{{2}})|"
    rf"(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})(?![\w/])"
)
_CUE = r"\b(?:d\.?\s?o\.?\s?b\b\.?|date[ -]of[ -]birth|birth[ -]?date|birthday|birth|born)"
_LEADS_TO = r"(?:\s+(?:is|was|on|of|the|my|date|as|given|recorded)){0,3}\s*[:=(,–-]?\s*(?:the )?"
_COMES_AFTER = r"[ ,]*[(–-]?\s*(?:is (?:my|his|her|their) )?(?:d\.?o\.?b\b|date of birth|birthday)"
_BORN = re.compile(f"{_CUE}{_LEADS_TO}({_DATE})", re.IGNORECASE)
_BORN_AFTER = re.compile(rf"(?<![\w/])({_DATE}){_COMES_AFTER}", re.IGNORECASE)


def titled_name(text: str) -> Iterator[Identifier]:
    """Mr, Mrs, Ms, Miss, Mx, Dr, Prof and their like, with a name."""
    for hit in _TITLED.finditer(text):
        if not _is_no_name(hit[2]):
            yield Identifier(IdentifierKind.TITLED_NAME, hit.start(), hit.end())
    for pattern, beginnings in ((_SHOUTED, ("MR", "MI")), (_MUTED, ("mr",))):
        for hit in pattern.finditer(text) if any(one in text for one in beginnings) else ():
            if not _is_no_name(hit[1]):
                yield Identifier(IdentifierKind.TITLED_NAME, hit.start(), hit.end())


def _is_no_name(word: str) -> bool:
    return re.sub(r"['’]s$", "", word.lower()) in _NO_NAME


def date_of_birth(text: str) -> Iterator[Identifier]:
    """A whole date that the text says somebody was born on."""
    for pattern in (_BORN, _BORN_AFTER):
        for hit in pattern.finditer(text):
            yield Identifier(IdentifierKind.DATE_OF_BIRTH, hit.start(1), hit.end(1))
