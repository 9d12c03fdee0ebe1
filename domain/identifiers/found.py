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


class NamedKind(StrEnum):
    """What a recogniser may find beside the rules, where a team switches one on; the values are Presidio's."""

    PERSON = "PERSON"
    LOCATION = "LOCATION"
    ORGANIZATION = "ORGANIZATION"
    NRP = "NRP"

    @property
    def words(self) -> str:
        """The kind as a sentence has it."""
        return _NAMED_WORDS[self]


_NAMED_WORDS = {
    NamedKind.PERSON: "a person's name",
    NamedKind.LOCATION: "a place's name",
    NamedKind.ORGANIZATION: "an organisation's name",
    NamedKind.NRP: "a nationality, a religion or a political group",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier in a text. It does not hold the words themselves, so that no message can repeat them."""

    kind: IdentifierKind | NamedKind
    start: int
    end: int

    def __str__(self) -> str:
        return f"what looks like {self.kind.words} (characters {self.start + 1} to {self.end})"

    def overlaps(self, other: "Identifier") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end
