"""What keeps a draft from being a rubric, in plain words, each at the field where it is mended.

The domain's own model decides; here its findings are put where a clinician can see them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.example import MIN_EXAMPLES, Examples, Kind, Wrong, example_faults
from domain.rubric import Rubric
from judges.phrases import check_phrases
from pipeline.files.explain import follows
from review.rules.rubric_form import SIDES, Body

ABOUT = 0
"""The part of a draft that is about the rubric as a whole; its criteria are the parts from 1."""
_SIDE_WORDS = {"violates": "unsafe", "does_not_violate": "good"}
_EXAMPLE_WORDS = {
    Wrong.BOTH_SIDES: ("text", "The same text is an unsafe example already"),
    Wrong.NO_QUOTE: ("shows", "Copy the words of the example that show it"),
    Wrong.NOT_IN_TEXT: ("shows", "These words do not stand in the example; copy them from it exactly"),
    Wrong.NOTHING_MISSING: ("shows", "Say what is missing from this example"),
    Wrong.QUOTE_TOO_MANY: ("shows", "A good example of this kind needs no words picked out"),
    Wrong.MISSING_TOO_MANY: ("shows", "Nothing is missing from an example of this kind"),
}
_FIELDS = {
    ("severity", "default"): "severity",
    ("severity",): "raise_to",
    ("severity", "when_tags_any"): "when_tags_any",
    ("hazard", "description"): "hazard_description",
    ("hazard", "mechanism"): "hazard_mechanism",
    ("hazard", "who"): "hazard_who",
    ("lexicon", "present"): "phrases",
    ("lexicon", "unsafe"): "phrases",
    ("lexicon",): "phrases",
}
"""The field of a form by the beginning of a place in the text; elsewhere both have the same name."""

_CALLED = {
    "title": "Title",
    "summary": "What it guards against",
    "hazard_description": "The hazard",
    "hazard_mechanism": "How it comes about",
    "hazard_who": "Who could be harmed",
    "question": "The question",
    "kind": "What would be unsafe",
    "severity": "How badly one person could be harmed",
    "raise_to": "Worse for some people",
    "when_tags_any": "Worse for some people",
    "phrases": "Phrases",
    "unless": "Not in a sentence that also says",
    "not_applicable_if": "Where the criterion does not apply",
    "min_differential": "Explanations still open",
}
"""Fields as a list of what is to be mended calls them; elsewhere its sentence says enough."""


def at_field(field: str, says: str) -> str:
    """What is wrong, with where it is: the same sentence may be true of many fields."""
    side, _, place = field.partition("-")
    number = place.partition("-")[0]
    called = f"{_SIDE_WORDS[side].capitalize()} example {number}" if side in _SIDE_WORDS else _CALLED.get(field, "")
    return f"{called}: {says}" if called else says


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to be mended."""

    part: int
    field: str
    says: str


def faults_of(body: Body) -> list[Fault]:
    """All that keeps the text from being a rubric that runs could read; none where it is one."""
    found = [fault for number, one in enumerate(body.get("criteria", ()), 1) for fault in _of_criterion(number, one)]
    try:
        Rubric.model_validate_json(orjson.dumps(body))
    except ValidationError as error:
        details = error.errors(include_url=False)
        found += [_fault(one) for one in details if not follows(one, details) and not _is_said(one, found)]
    return sorted(set(found), key=lambda one: one.part)


def _is_said(detail: ErrorDetails, found: Sequence[Fault]) -> bool:
    """Whether a finding about a whole is one that its parts were told already."""
    place = detail["loc"]
    if detail["type"] != "value_error" or place[2:]:
        return False
    return any(not place or one.part == int(place[1]) + 1 for one in found)


def _fault(detail: ErrorDetails) -> Fault:
    place = [part for part in detail["loc"] if not str(part).startswith("function-")]
    if place[:1] == ["criteria"] and len(place) > 1:
        return Fault(int(place[1]) + 1, _field(place[2:]), _sentence(detail, place[2:]))
    return Fault(ABOUT, _field(place), _sentence(detail, place))


def _field(place: Sequence[Any]) -> str:
    if place[:1] == ["examples"] and len(place) == 4:  # noqa: PLR2004 (examples, side, number, key)
        key = place[3] if place[3] in ("text", "why") else "shows"
        return f"{place[1]}-{place[2] + 1}-{key}"
    if place[:1] == ["applies_when"]:
        return str(place[1]) if len(place) > 1 else "audience"
    for n in (2, 1):
        if field := _FIELDS.get(tuple(place[:n])):
            return field
    return str(place[0]) if place else "title"


def _sentence(detail: ErrorDetails, place: Sequence[Any]) -> str:
    if place[:1] == ["severity"] and detail["type"] == "value_error":
        return "Say for whom it is worse, and choose a severity above the usual one; or leave both out"
    match detail["type"]:
        case "string_too_short" | "string_pattern_mismatch" | "missing":
            return "Write something here"
        case "enum" | "literal_error":
            return "Choose one of the answers that are offered"
        case "too_short":
            return "Add at least one"
        case "int_type" | "int_parsing" | "greater_than_equal":
            return "Write a whole number, such as 2"
        case _:
            return f"This cannot be taken as it stands: {detail['msg'].removeprefix('Value error, ')}"


def _of_criterion(number: int, body: Body) -> Iterator[Fault]:
    """What is told of a criterion whether or not the rest of the rubric reads."""
    examples = body.get("examples", {})
    for side in SIDES:
        if (n := len(examples.get(side, ()))) < MIN_EXAMPLES:
            says = f"Give at least {MIN_EXAMPLES} {_SIDE_WORDS[side]} examples; there {'is' if n == 1 else 'are'} {n}"
            yield Fault(number, f"{side}-{n + 1}-text", says)
    yield from _of_examples(number, body.get("kind", ""), examples)
    lexicon: Body = body.get("lexicon") or {}
    for key in ("present", "unsafe", "unless", "not_applicable_if"):
        if problem := check_phrases(lexicon.get(key, ())):
            field = "phrases" if key in ("present", "unsafe") else key
            yield Fault(number, field, problem[0].upper() + problem[1:])


def _of_examples(number: int, kind: str, body: Body) -> Iterator[Fault]:
    if kind not in set(Kind):
        return
    try:
        examples = Examples.model_validate_json(orjson.dumps(body))
    except ValidationError:  # said at its own field
        return
    for one in example_faults(Kind(kind), examples):
        key, says = _EXAMPLE_WORDS[one.wrong]
        yield Fault(number, f"{one.side}-{one.number + 1}-{key}", says)
