"""Numbers that the health services and the state give to people, told apart by their checks and ranges.

Sources: NHS Data Dictionary, NHS NUMBER (modulus 11; numbers from 999 are for tests and issued to nobody); Public
Health Scotland, CHI number (date of birth, then a check of the same kind); Health and Social Care Northern Ireland
(320 to 399); HMRC NIM39110 (the form of a National Insurance number).
"""

import re
from collections.abc import Iterator, Sequence

from domain.identifiers.found import Identifier, IdentifierKind

_GAP = r"[ \u00a0\u2009\u202f.\-\u2010-\u2013]?"
_ALONE, _ENDS = r"(?<![\w+.,/-])", r"(?![\w/-]|[.,]\d)"
_TEN = re.compile(rf"{_ALONE}(?:\d{{3}}{_GAP}\d{{3}}|\d{{6}}){_GAP}\d{{4}}{_ENDS}")
_NI = re.compile(r"(?<!\w)[A-CEGHJ-TW-Z][A-CEGHJ-NP-TW-Z](?: ?\d{2}){3} ?[A-D](?!\w)", re.IGNORECASE)
_NO_NI = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
_WEIGHTS = range(10, 1, -1)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TEST_RANGE = "999"

_NHS_CUE = re.compile(
    r"NHS[ -]?(?:number|no\.?|num|#)[^\d\n]{0,16}(\d{3}" + _GAP + r"\d{3}" + _GAP + r"\d{4})(?!\d)", re.IGNORECASE
)
_HOSPITAL = re.compile(
    r"\b(?:hospital|patient|unit|case[ -]?notes?|medical record|record|MRN|hosp|PAS|clinic|episode|accession|sample|"
    r"lab(?:oratory)?|specimen|referral|UBRN|booking)\b"
    r"(?:[ -]?(?:number|no\b\.?|num|ref(?:erence)?|ID|identifier|#))?(?:\s+(?:is|was))?\s*[:#=]?\s*"
    r"(?=[A-Z\d-]*\d{4})(\d{4} \d{4} \d{4}|[A-Z]{0,4}[- ]?\d[\d/-]{4,11}[A-Z]?)(?![\w%])",
    re.IGNORECASE,
)  # fmt: skip
_FOUR = re.compile(r"\d{4}")
_REACH, _LONGEST = 100, 20
"""How far before its digits a hospital number is named, and more characters than one has."""
_SAYS_SO = re.compile(r"number|\bno\b|num|ref|\bID\b|identifier|#|MRN|UBRN|:", re.IGNORECASE)


def has_check(digits: str) -> bool:
    """Whether ten digits end in their modulus 11 check. One digit ten times passes the sum and is no number."""
    if len(set(digits)) == 1:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


def ten_digits(text: str) -> Iterator[Identifier]:
    """NHS, CHI and Health and Care numbers, by their check and range."""
    for hit in _TEN.finditer(text):
        digits = re.sub(r"\D", "", hit[0])
        kind = _kind_of(digits) if has_check(digits) else None
        if kind is not None:
            yield Identifier(kind, hit.start(), hit.end())


def _kind_of(digits: str) -> IdentifierKind | None:
    if digits.startswith(_TEST_RANGE):
        return None
    if 320 <= int(digits[:3]) <= 399:  # noqa: PLR2004 (the range of Northern Ireland)
        return IdentifierKind.HC_NUMBER
    day, month = int(digits[:2]), int(digits[2:4])
    if 1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1]:
        return IdentifierKind.CHI_NUMBER
    return IdentifierKind.NHS_NUMBER if digits[0] in "4679" else None


def named_nhs_number(text: str) -> Iterator[Identifier]:
    """Ten digits that the text itself calls an NHS number: with a digit wrong they still name somebody."""
    for hit in _NHS_CUE.finditer(text):
        digits = re.sub(r"\D", "", hit[1])
        if not digits.startswith(_TEST_RANGE) and len(set(digits)) > 1:
            yield Identifier(IdentifierKind.NHS_NUMBER, hit.start(1), hit.end(1))


def national_insurance(text: str) -> Iterator[Identifier]:
    """National Insurance numbers, HMRC's own example QQ 12 34 56 C among them."""
    for hit in _NI.finditer(text):
        if hit[0][:2].upper() not in _NO_NI:
            yield Identifier(IdentifierKind.NI_NUMBER, hit.start(), hit.end())


def hospital_number(text: str, digits: Sequence[int]) -> Iterator[Identifier]:
    """A number of at least five digits that the text calls a hospital's, patient's or sample's number.

    Only around four digits in a row is there one to look for, and nearly every text holds none.
    """
    at = 0
    for four in filter(None, (_FOUR.match(text, one) for one in digits)):
        end = four.end() + _LONGEST
        for hit in _HOSPITAL.finditer(text, max(at, four.start() - _REACH), end):
            if hit.end() == end < len(text):
                break  # cut off: its own digits come later
            at = hit.end()
            if _SAYS_SO.search(text, hit.start(), hit.start(1)):
                yield Identifier(IdentifierKind.HOSPITAL_NUMBER, hit.start(1), hit.end(1))
