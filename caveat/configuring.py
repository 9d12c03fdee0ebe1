"""A configuration out of a file or out of Python, as strict one way as the other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import ValidationError

from domain.errors import InputError
from pipeline.config import Config, load_config
from pipeline.files.explain import input_error
from pipeline.workspace import in_workspace

Given = Config | Mapping[str, Any] | Path | str
"""A configuration, its keys and values, or its file."""

_HERE = Path("the configuration given")
"""What errors name in place of a file."""


def configured(root: Path, given: Given, changes: Mapping[str, Any]) -> Config:
    """The configuration, with changes: an object's keys one by one, anything else as a whole.

    Args:
        root: the workspace.
        given: a file is looked for in the workspace first.
        changes: by key, in the file's words.

    Raises:
        InputError: names the file (or that it was given), the key and what was expected.
    """
    if isinstance(given, Path | str):
        given = load_config(in_workspace(root, Path(given)))
    if isinstance(given, Config):
        if not changes:
            return given
        given = given.model_dump(mode="json", by_alias=True, exclude_unset=True)
    try:
        return Config.model_validate_json(orjson.dumps(_merged(given, changes)))
    except ValidationError as error:
        raise input_error(error, _HERE, lambda _: None) from None
    except TypeError as error:
        raise InputError(f"holds a value that no configuration has: {error}", file=_HERE) from None


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            value = _merged(cast("Mapping[str, Any]", before), cast("Mapping[str, Any]", value))  # noqa: PLW2901
        merged[key] = value
    return merged
