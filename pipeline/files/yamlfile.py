"""YAML into a record: YAML 1.2's idea of true and false, no duplicate key, and a line for every error."""

import re
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import orjson
import yaml
from pydantic import ValidationError

from domain.errors import InputError
from domain.record import Record
from pipeline.files.explain import Place, input_error, input_errors
from pipeline.files.text import read_text

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where PyYAML has it: ten times as fast."""

_DEEPEST = 40

R = TypeVar("R", bound=Record)


class _Loader(_Base):
    """Words such as yes, no, on and off stay words, dates stay text: `unsafe_answer: no` means what it says."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
        for first, resolvers in _Base.yaml_implicit_resolvers.items()
    }


for _word in ("true", "false"):
    _Loader.yaml_implicit_resolvers.setdefault(_word[0], []).append(
        ("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"))
    )


def load_yaml(kind: type[R], path: Path) -> R:
    """Read one record.

    Raises:
        InputError: the file does not parse, has a key twice or a key too many, or a value of the wrong type.
    """
    node, body = _parsed(path)
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise input_error(error, path, lambda place: _line_of(node, place), kind) from None


def yaml_problems(kind: type[Record], path: Path) -> list[InputError]:
    """Everything for which `load_yaml` would refuse the file; nothing where it reads. A file that does not parse has
    one problem, the first."""
    try:
        node, body = _parsed(path)
    except InputError as error:
        return [error]
    try:
        kind.model_validate_json(body)
    except ValidationError as error:
        return input_errors(error, path, lambda place: _line_of(node, place), kind)
    return []


def line_in(path: Path, place: Place) -> int | None:
    """The line of a place in a file that reads.

    Raises:
        InputError: it does not parse.
    """
    return _line_of(_parsed(path)[0], place)


def _parsed(path: Path) -> tuple[yaml.Node, bytes]:
    """The file's nodes, which know their lines, and its content as JSON."""
    text = read_text(path)
    try:
        _bound(text, path)
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise InputError("is empty", file=path)
        _check(node, path)
        return node, orjson.dumps(yaml.load(text, Loader=_Loader))  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(f"does not parse as YAML: {error.problem}", file=path, line=line) from None
    except yaml.YAMLError as error:
        raise InputError(f"does not parse as YAML: {error}", file=path) from None
    except (TypeError, ValueError, KeyError) as error:
        raise InputError(f"holds a value that no configuration has: {error}", file=path) from None


def _bound(text: str, path: Path) -> None:
    """Refuse aliases (a small file could grow without end through them) and endless nesting, event by event: the
    loader itself recurses without a bound."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if depth > _DEEPEST:
            raise InputError("is nested too deeply", file=path, line=line)
        if isinstance(event, yaml.AliasEvent):
            raise InputError("anchors and aliases are not accepted; repeat the value", file=path, line=line)


def _check(node: yaml.Node, path: Path) -> None:
    """Refuse a key that stands twice: the later would win in silence."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _check(child, path)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Any] = set()
        for name, child in node.value:
            if name.value in seen:
                raise InputError("the key stands twice", file=path, line=name.start_mark.line + 1, key=str(name.value))
            seen.add(name.value)
            _check(child, path)


def _line_of(node: yaml.Node, place: Place) -> int | None:
    """The line of the deepest part of the place that exists in the file."""
    line = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            hit = next(((name, child) for name, child in node.value if name.value == str(part)), None)
            if hit is None:
                return line
            line, node = hit[0].start_mark.line + 1, hit[1]
            continue
        else:
            return line
        line = node.start_mark.line + 1
    return line
