"""What was found: kinds of identifiers, and where one stands."""

from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What could say who somebody is."""

    NHS_NUMBER = "nhs_number"
    CHI_NUMBER = "chi_number"
    HC_NUMBER = "hc_number"
    NI_NUMBER = "ni_number"
    HOSPITAL_NUMBER = "hospital_number"
    DATE_OF_BIRTH = "date_of_birth"
    TITLED_NAME = "titled_name"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"

    @property
    def words(self) -> str:
        """The kind as a sentence has it."""
        return _WORDS[self]


_WORDS = {
    IdentifierKind.NHS_NUMBER: "an NHS number",
    IdentifierKind.CHI_NUMBER: "a CHI number",
    IdentifierKind.HC_NUMBER: "a Health and Care number",
    IdentifierKind.NI_NUMBER: "a National Insurance number",
    IdentifierKind.HOSPITAL_NUMBER: "a hospital number",
    IdentifierKind.DATE_OF_BIRTH: "a date of birth",
    IdentifierKind.TITLED_NAME: "a name with a title",
    IdentifierKind.ADDRESS: "a street address",
    IdentifierKind.POSTCODE: "a postcode",
    IdentifierKind.PHONE: "a phone number",
    IdentifierKind.EMAIL: "an e-mail address",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier in a text. It does not hold the words themselves, so that no message can repeat them."""

    kind: IdentifierKind
    start: int
    end: int

    def __str__(self) -> str:
        return f"what looks like {self.kind.words} (characters {self.start + 1} to {self.end})"
