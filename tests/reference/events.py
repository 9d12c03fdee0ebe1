"""What people do that is kept, by the calls that keep it."""

import ast
import inspect
from collections.abc import Iterator

from tests.conftest import ROOT

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def kinds() -> list[tuple[str, str]]:
    """Each kind of event, and what the function that keeps it says of itself."""
    found = {
        (kind, _first_sentence(function))
        for package in ("pipeline", "review")
        for source in sorted((ROOT / package).rglob("*.py"))
        if "Deed(" in (text := source.read_text("utf-8"))
        for kind, function in _in_module(ast.parse(text))
    }
    return sorted(found)


def _in_module(module: ast.Module) -> Iterator[tuple[str, _Function]]:
    for function in (node for node in ast.walk(module) if isinstance(node, _Function)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == "Deed":
                yield from ((kind, function) for kind in _values(call.args[0], function, module))


def _values(given: ast.expr, function: _Function, module: ast.Module) -> Iterator[str]:
    """A text as it is given, or as it was assigned to the name that is given; what fills it in is cut out."""
    match given:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_values(one, function, module), *_values(other, function, module))
        case ast.Name(id=name):
            for node in (*ast.walk(function), *module.body):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                    yield from _values(node.value, function, module)
        case _:
            raise AssertionError(f"no kind of event can be told from {ast.unparse(given)}")


def _first_sentence(function: _Function) -> str:
    said = inspect.cleandoc(ast.get_docstring(function) or "").partition("\n\n")[0]
    assert said, f"{function.name} keeps an event and does not say what it is for"
    return said
