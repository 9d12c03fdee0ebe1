"""How bad the potential harm of a violation is, for one patient."""

from enum import StrEnum


class Severity(StrEnum):
    """Single-patient ladder after DCB0129: one death or permanent injury is `major`; many patients are the safety
    officer's step, not a judge's."""

    MINOR = "minor"
    SIGNIFICANT = "significant"
    CONSIDERABLE = "considerable"
    MAJOR = "major"

    @property
    def rank(self) -> int:
        """0 for minor to 3 for major."""
        return list(Severity).index(self)
