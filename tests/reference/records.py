"""Tables of what a file may hold, out of the types that read it."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tests.reference.words import code, prose, table

_RANGES = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
    "minItems": "(at least {})",
}

_EVERYWHERE = {
    "schema_": "What the file is, and in which version.",
    "scenario_id": "Names the scenario.",
    "candidate_id": "Names the candidate.",
    "criterion_id": "Names the criterion; of a rubric's, no other rubric of the run has it.",
    "rubric_id": "Names the rubric.",
    "reviewer_id": "Names whoever labelled, without saying who that is.",
    "judge_id": "Names the judge.",
    "item_id": "Names the item, as it was exported.",
    "case_id": "Names the case.",
    "practice_id": "Names the practice item.",
    "hazard_id": "Names the hazard.",
    "repeat": "Which of several responses to the same scenario.",
    "version": "Three numbers with dots; a change makes a new one.",
    "title": "For people.",
    "status": "Only `approved` with a named clinician in `approved_by`.",
    "approved_by": "Who approved this version.",
    "tags": "Words by which rubrics and people's scopes choose.",
}
"""Keys that mean the same in every file."""


def parts(*records: type[BaseModel]) -> Iterator[str]:
    """A part for each type and for all that it is made of, each once, the outermost first."""
    waiting, seen = list(records), set[type[BaseModel]]()
    while waiting:
        record = waiting.pop(0)
        if record in seen:
            continue
        seen.add(record)
        yield f"## {record.__name__}"
        yield prose(_first_paragraph(record))
        yield table(("Key", "Type", "Default", "Means"), _rows(record))
        waiting += _inside(record)


def meanings(record: type[BaseModel]) -> dict[str, str]:
    """By field: the docstring that stands after it, in the class or in one that it builds on."""
    found: dict[str, str] = {}
    for one in reversed(record.__mro__[: record.__mro__.index(BaseModel)]):
        found |= {name: said for name, said in docstrings_of(one).items() if said or name not in found}
    return found


def docstrings_of(one: type) -> dict[str, str]:
    """What stands after each field or value in a class's own source; empty where nothing does."""
    body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for field, after in zip(body.body, [*body.body[1:], ast.Pass()], strict=True):
        if isinstance(field, ast.AnnAssign | ast.Assign):
            name = field.target if isinstance(field, ast.AnnAssign) else field.targets[0]
            said = ast.get_docstring(ast.Module([after], [])) if isinstance(after, ast.Expr) else None
            found[ast.unparse(name)] = said or ""
    return found


def _rows(record: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    said = meanings(record)
    schema = record.model_json_schema(by_alias=True)
    for name, field in record.model_fields.items():
        key = field.alias or name
        default = field.get_default(call_default_factory=True, validated_data={})
        shown = "required" if default is PydanticUndefined else _default(default)
        yield (
            code(key),
            _type(schema["properties"][key], schema.get("$defs", {})),
            shown,
            prose(said[name] or _EVERYWHERE[name]),
        )


def _default(value: Any) -> str:
    if isinstance(value, BaseModel):
        return "its own defaults"
    if value is None or value in ("", (), {}):
        return "none"
    return code(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode().strip('"'))


def _type(schema: dict[str, Any], defined: dict[str, Any]) -> str:
    """In words; another type of the page is linked."""
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2], defined)
    if "anyOf" in schema:
        return " or ".join(_type(one, defined) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema or "const" in schema:
        return " ".join(code(str(one)) for one in schema.get("enum", [schema.get("const")]))
    return " ".join(
        [_name(schema, defined), *(said.format(schema[key]) for key, said in _RANGES.items() if key in schema)]
    )


def _named(name: str, defined: dict[str, Any]) -> str:
    """A type that the page has too, or a choice of values."""
    return _type(defined[name], defined) if "enum" in defined[name] else f"[{name}](#{name.lower()})"


def _name(schema: dict[str, Any], defined: dict[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'], defined)}"
    if schema.get("type") == "object":
        values: Any = schema.get("additionalProperties")
        return "map" if values in (None, True) else f"map of {_type(values, defined)}"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return {"date": "date", "date-time": "time"}.get(schema.get("format", ""), names.get(schema.get("type", ""), "any"))


def _first_paragraph(record: type[BaseModel]) -> str:
    return inspect.cleandoc(record.__doc__ or "").partition("\n\n")[0]


def _inside(record: type[BaseModel]) -> list[type[BaseModel]]:
    """The types of its fields, those inside lists and choices too."""
    return [one for field in record.model_fields.values() for one in _models(field.annotation)]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for one in getattr(annotation, "__args__", ()):
        yield from _models(one)
