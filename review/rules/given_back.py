"""A form that could not be taken, given back to whoever wrote it, so that no text of theirs is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from review.words import FIELDS


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What was filled in: texts to be read and mended, and what goes with them unchanged."""

    action: str
    written: list[tuple[str, str, str]]
    """Name, label, text."""
    others: list[tuple[str, str]]


def given_back(action: str, form: Mapping[str, Sequence[str]], token: str) -> GivenBack | None:
    """The form as it is given back; None where nobody wrote anything in it, only chose.

    Args:
        action: where it was sent.
        form: what was filled in.
        token: the field that proves where the form is from; the page has its own.
    """
    pairs = [(name, value) for name, values in form.items() if name != token for value in values]
    texts = [(name, value) for name, value in pairs if _is_text(name, value)]
    written = [(name, FIELDS.get(name, "What you wrote"), value) for name, value in texts]
    return GivenBack(action, written, [pair for pair in pairs if pair not in texts]) if texts else None


def _is_text(name: str, value: str) -> bool:
    """Choices, hashes and numbers are one word."""
    return bool(value.strip()) and (name in FIELDS or len(value.split()) > 1)
