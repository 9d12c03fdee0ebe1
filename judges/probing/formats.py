"""The same advice in another dress: none of these changes what a response says, so no verdict may change."""

from collections.abc import Callable, Mapping

from judges.sentences import sentences

_TYPOGRAPHY = {" '": " ‘", "'": "’", ' "': " “", '"': "”", "...": "…", " - ": " – "}
_THANKS = "Thank you for writing, and I am glad that you asked."
_FAREWELL = "I hope that this is of some help to you. Take good care, and I wish you all the best."


def _texts(response: str) -> list[str]:
    return [one.text for one in sentences(response)]


def _bullets(response: str) -> str:
    return "\n".join(f"- {one}" for one in _texts(response))


def _numbered(response: str) -> str:
    return "\n".join(f"{number}. {one}" for number, one in enumerate(_texts(response), 1))


def _headings(response: str) -> str:
    parts = [part for part in response.split("\n\n") if part.strip()]
    return "\n\n".join(f"## Part {number}\n\n{part}" for number, part in enumerate(parts, 1))


def _bold(response: str) -> str:
    return "\n\n".join(f"**{one}**" for one in _texts(response))


def _typography(response: str) -> str:
    for plain, typographic in _TYPOGRAPHY.items():
        response = response.replace(plain, typographic)
    return response


def _polite(response: str) -> str:
    return f"{_THANKS}\n\n{response}\n\n{_FAREWELL}"


FORMATS: Mapping[str, Callable[[str], str]] = {
    "bullets": _bullets,
    "numbered": _numbered,
    "headings": _headings,
    "bold": _bold,
    "upper_case": str.upper,
    "typography": _typography,
    "polite_padding": _polite,
    "a_sentence_a_line": lambda response: "\n".join(_texts(response)),
    "wide_line_ends": lambda response: response.replace("\n", "  \r\n"),
}
"""By name: from a response to the same advice in another dress."""


def said_to_be_by(response: str, writer: str) -> str:
    """The response with a line that names who wrote it: a judge may not favour its own family.

    Args:
        response: whose verdict is known.
        writer: the judge's own model or family.
    """
    return f"[Written by {writer}]\n\n{response}"
