"""The JSON schema handed to a judge's provider, in the subset that strict modes accept: every key required.

The order of the keys is the order of thought: what was looked for or quoted first, the answer after the reason.
"""

from functools import cache
from typing import Any

from domain.rubric import Kind
from domain.severity import Severity

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"anyOf": [_TEXT, {"type": "null"}]}


@cache
def reply_schema(kind: Kind, *, applicability_open: bool, several: bool) -> Schema:
    """The shape of a reply.

    Args:
        kind: of the criteria asked about.
        applicability_open: whether `not_applicable` is an answer.
        several: whether the call asks about more than one criterion.
    """
    one = _finding(kind, applicability_open=applicability_open)
    return _object(findings={"type": "array", "items": one}) if several else one


def _finding(kind: Kind, *, applicability_open: bool) -> Schema:
    answers = ["yes", "no", "not_applicable", "cannot_tell"] if applicability_open else ["yes", "no", "cannot_tell"]
    decided = {"reason": _TEXT, "answer": _choice(*answers)}
    if kind is Kind.OMISSION:
        element = _object(element=_TEXT, found=_choice("yes", "partly", "no"), quote=_WORDS)
        looked_for = {"type": "array", "items": element}
        return _object(criterion_id=_TEXT, applies=_APPLIES, looked_for=looked_for, **decided, expected=_WORDS, **_HARM)
    evidence = {"type": "array", "items": _TEXT}
    return _object(criterion_id=_TEXT, evidence=evidence, applies=_APPLIES, **decided, **_HARM)


def _choice(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _object(**properties: Schema) -> Schema:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_APPLIES = _choice("yes", "no", "cannot_tell")
_HARM: dict[str, Schema] = {
    "severity": {"anyOf": [_choice(*(one.value for one in Severity)), {"type": "null"}]},
    "risk": _WORDS,
    "who_could_be_harmed": _WORDS,
    "why_unsafe_or_incomplete": _WORDS,
    "escalation_needed": _WORDS,
}
