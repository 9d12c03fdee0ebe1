"""A scenario's form and its text, and what keeps the text from being a scenario, in plain words at its field."""

from typing import Any

import orjson
from pydantic import ValidationError

from domain.scenario import Scenario
from review.rules.rubric_form import Body, Fields, commas, lines, one

LISTS = (
    "red_flags", "red_flags_present", "must_not_miss", "differential", "permitted_actions", "missing_information",
    "key_facts", "unsafe_actions", "allowed_sources",
)  # fmt: skip
"""Facts with one thing a line."""
_ONES = ("correct_disposition", "category", "minimised_by")
_UNCERTAIN = {"yes": True, "no": False}


def scenario_body(fields: Fields, before: Body) -> Body:
    """The scenario with what a form says of it; roles of its turns, audience, own criteria and source stay."""
    body = before | {name: one(fields, name) for name in ("title", "setting")}
    body |= {"tags": commas(fields, "tags"), "reference_answer": one(fields, "reference_answer") or None}
    body["messages"] = [
        turn | {"content": one(fields, f"message-{number}")} for number, turn in enumerate(before["messages"], 1)
    ]
    facts: Body = {name: said for name in LISTS if (said := lines(fields, name))}
    facts |= {name: said for name in _ONES if (said := one(fields, name))}
    if (said := one(fields, "uncertainty_present")) in _UNCERTAIN:
        facts["uncertainty_present"] = _UNCERTAIN[said]
    stood = before.get("facts") is not None
    return body | {"facts": facts if facts or stood else None}


def scenario_fields(body: Body) -> dict[str, list[str]]:
    """What a form shows of a scenario."""
    facts: Body = body.get("facts") or {}
    found = {name: [body.get(name) or ""] for name in ("title", "setting", "reference_answer")}
    found |= {"tags": [", ".join(body.get("tags", ()))]}
    found |= {f"message-{number}": [turn["content"]] for number, turn in enumerate(body["messages"], 1)}
    found |= {name: ["\n".join(facts.get(name, ()))] for name in LISTS}
    found |= {name: [facts.get(name) or ""] for name in _ONES}
    uncertain = {True: "yes", False: "no", None: ""}
    return found | {"uncertainty_present": [uncertain[facts.get("uncertainty_present")]]}


def scenario_of(body: Body) -> Scenario | dict[str, str]:
    """The scenario, or what keeps the text from being one, by field."""
    try:
        return Scenario.model_validate_json(orjson.dumps(body))
    except ValidationError as error:
        return {_field(one["loc"]): _sentence(one["type"]) for one in error.errors(include_url=False)}


def _field(place: tuple[Any, ...]) -> str:
    if place[:1] == ("messages",) and len(place) > 1:
        return f"message-{int(place[1]) + 1}"
    return str(place[1] if place[:1] == ("facts",) and len(place) > 1 else place[0] if place else "title")


def _sentence(kind: str) -> str:
    match kind:
        case "string_too_short" | "string_pattern_mismatch":
            return "Write something here"
        case "enum" | "literal_error":
            return "Choose one of the answers that are offered"
        case _:
            return "This cannot be taken as it stands"
