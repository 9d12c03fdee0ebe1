"""What somebody wrote in a form that could say who a person is: it is given back to them and kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.identifiers.found import Identifier
from domain.identifiers.recogniser import Recogniser, all_in
from review.words import FIELDS


@dataclass(frozen=True, slots=True)
class Written:
    """One text that cannot be kept, as it was written."""

    name: str
    label: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class Identified:
    """The form again: what must be mended, and what goes with it unchanged."""

    action: str
    written: list[Written]
    others: list[tuple[str, str]]


def identified(
    action: str, form: Mapping[str, Sequence[str]], token: str, recogniser: Recogniser | None = None
) -> Identified | None:
    """The form as it is given back; None where all of it may be kept.

    Args:
        action: where it was sent.
        form: what was filled in.
        token: the field that proves where the form is from; the page has its own.
        recogniser: looks beside the rules, where the workspace has one on.
    """
    pairs = [(name, value) for name, values in form.items() if name != token for value in values]
    found = {pair: held for pair in pairs if (held := all_in(pair[1], recogniser))}
    if not found:
        return None
    written = [Written(name, FIELDS.get(name, "What you wrote"), value, _said(held))
               for (name, value), held in found.items()]  # fmt: skip
    return Identified(action, written, [pair for pair in pairs if pair not in found])


def _said(found: tuple[Identifier, ...]) -> str:
    listed = ", ".join(map(str, found[:3]))
    return f"This holds {listed}. Nothing about a real person belongs here: take it out, or write it without"
