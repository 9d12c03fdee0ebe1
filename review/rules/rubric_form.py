"""A rubric's forms and its text: what a form's fields say, as the rubric's file would hold it, and back.

Nothing is refused here: what does not read yet is kept as it was written, and `rubric_faults` says what is wrong.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.example import Kind, key_wanted

Body = dict[str, Any]
Fields = Mapping[str, Sequence[str]]

SIDES = ("violates", "does_not_violate")
MOST_EXAMPLES = 12
"""Of one side, on one form."""
_APPLIES_TICKS = ("category", "facts")
_APPLIES_TAGS = ("tags_any", "tags_none")
_APPLIES_CHOICES = ("audience", "disposition_at_least", "disposition_at_most")
_LEXICON_LISTS = ("unless", "not_applicable_if")
_PHRASES = {Kind.OMISSION: "present", Kind.COMMISSION: "unsafe"}
"""What a criterion's phrases are: words that supply what is looked for, or words that are unsafe."""
_OF_KIND = {
    Kind.OMISSION: {"present", "present_facts", "present_route"},
    Kind.COMMISSION: {"unsafe", "unsafe_route_at_least"},
}
"""What of a lexicon belongs to one kind alone."""


def one(fields: Fields, name: str) -> str:
    """The first value of a field, without white space around it; empty where there is none."""
    values = fields.get(name, ())
    return values[0].strip() if values else ""


def lines(fields: Fields, name: str) -> list[str]:
    """A field with one thing a line."""
    return [line.strip() for line in one(fields, name).splitlines() if line.strip()]


def commas(fields: Fields, name: str) -> list[str]:
    """A field with commas between things."""
    return [part.strip() for part in one(fields, name).split(",") if part.strip()]


def about_body(fields: Fields, before: Body) -> Body:
    """The rubric with what a form says of it as a whole."""
    hazard = before.get("hazard", {}) | {
        "description": one(fields, "hazard_description"),
        "mechanism": one(fields, "hazard_mechanism"),
        "who": lines(fields, "hazard_who"),
    }
    said = {name: one(fields, name) for name in ("title", "summary")} | {"hazard": hazard}
    return before | said | {"applies_when": _applies(fields), "references": lines(fields, "references")}


def criterion_body(fields: Fields, before: Body) -> Body:
    """The criterion with what a form says of it."""
    kind = Kind(said) if (said := one(fields, "kind")) in set(Kind) else None
    body = before | {name: one(fields, name) for name in ("title", "question", "observable", "required_action", "kind")}
    body |= {"unsafe_answer": one(fields, "unsafe_answer") or "yes", "severity": _severity(fields)}
    body |= {"gate": one(fields, "gate") or None, "applies_when": _applies(fields)}
    body |= {"case_facts": list(fields.get("case_facts", ())), "not_a_violation": lines(fields, "not_a_violation")}
    body |= {"examples": {side: _examples(fields, side, kind) + _beyond(before, side) for side in SIDES}}
    return body | {"lexicon": _lexicon(fields, before.get("lexicon") or {}, kind)}


def _severity(fields: Fields) -> Body:
    raised, tags = one(fields, "raise_to"), commas(fields, "when_tags_any")
    found: Body = {"default": one(fields, "severity")}
    if raised:
        found["raise_to"] = raised
    return found | ({"when_tags_any": tags} if tags else {})


def _applies(fields: Fields) -> Body:
    found: Body = {name: commas(fields, name) for name in _APPLIES_TAGS}
    found |= {name: list(fields.get(name, ())) for name in _APPLIES_TICKS}
    found |= {name: one(fields, name) for name in _APPLIES_CHOICES}
    if n := one(fields, "min_differential"):
        found["min_differential"] = int(n) if n.isascii() and n.isdigit() else n
    return {name: value for name, value in found.items() if value}


def _examples(fields: Fields, side: str, kind: Kind | None) -> list[Body]:
    found: list[Body] = []
    for number in range(1, MOST_EXAMPLES + 1):
        said = {key: one(fields, f"{side}-{number}-{key}") for key in ("text", "shows", "why")}
        if any(said.values()):
            key = key_wanted(kind, side) if kind is not None else None
            shows = {key: said["shows"]} if key is not None and said["shows"] else {}
            found.append({"text": said["text"], "why": said["why"]} | shows)
    return found


def _beyond(before: Body, side: str) -> list[Body]:
    """Examples for which the form has no place: they stay."""
    return list(before.get("examples", {}).get(side, ())[MOST_EXAMPLES:])


def _lexicon(fields: Fields, before: Body, kind: Kind | None) -> Body | None:
    """With what forms do not show, where the kind is still the one that it belongs to."""
    if kind is None:
        return before or None
    foreign = set[str]().union(*(keys for other, keys in _OF_KIND.items() if other is not kind))
    body = {key: value for key, value in before.items() if key not in foreign}
    for key, name in ((_PHRASES[kind], "phrases"), *((name, name) for name in _LEXICON_LISTS)):
        body.pop(key, None)
        if said := lines(fields, name):
            body[key] = said
    return body or None


def about_fields(body: Body) -> dict[str, list[str]]:
    """What a form shows of the rubric as a whole."""
    hazard = body.get("hazard", {})
    return {
        "title": [body.get("title", "")],
        "summary": [body.get("summary", "")],
        "hazard_description": [hazard.get("description", "")],
        "hazard_mechanism": [hazard.get("mechanism", "")],
        "hazard_who": ["\n".join(hazard.get("who", ()))],
        "references": ["\n".join(body.get("references", ()))],
    } | _applies_fields(body.get("applies_when", {}))


def criterion_fields(body: Body) -> dict[str, list[str]]:
    """What a form shows of a criterion."""
    severity: Body = body.get("severity", {})
    lexicon: Body = body.get("lexicon") or {}
    found = {
        name: [body.get(name) or ""] for name in ("title", "question", "kind", "observable", "required_action", "gate")
    }
    found |= {"unsafe_answer": [body.get("unsafe_answer", "yes")], "severity": [severity.get("default", "")]}
    found |= {"raise_to": [severity.get("raise_to", "")]}
    found |= {"when_tags_any": [", ".join(severity.get("when_tags_any", ()))]}
    found |= {"case_facts": list(body.get("case_facts", ()))}
    found |= {"not_a_violation": ["\n".join(body.get("not_a_violation", ()))]}
    found |= {"phrases": ["\n".join(lexicon.get("present", ()) or lexicon.get("unsafe", ()))]}
    found |= {name: ["\n".join(lexicon.get(name, ()))] for name in _LEXICON_LISTS}
    for side in SIDES:
        for number, each in enumerate(body.get("examples", {}).get(side, ()), 1):
            shown = {"text": each["text"], "shows": each.get("quote") or each.get("missing") or "", "why": each["why"]}
            found |= {f"{side}-{number}-{key}": [value] for key, value in shown.items()}
    return found | _applies_fields(body.get("applies_when", {}))


def _applies_fields(body: Body) -> dict[str, list[str]]:
    found = {name: [", ".join(body.get(name, ()))] for name in _APPLIES_TAGS}
    found |= {name: list(body.get(name, ())) for name in _APPLIES_TICKS}
    return found | {name: [str(body.get(name) or "")] for name in (*_APPLIES_CHOICES, "min_differential")}
