"""The base of everything that is read from a file: frozen, strict, no unknown key; and its content hash."""

import hashlib
from functools import cached_property
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints

MAX_TEXT = 200_000
"""Characters in one text field. A longer one is an error (in a file) or goes to a person (from a model)."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]
"""Text with something in it besides white space."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$")]
"""An id: letters, digits and . _ : / @ + -, at most 200 characters, safe in a file, a page and a query."""


class Record(BaseModel):
    """A value that comes from a file. Equal content gives an equal `sha256`, whatever the order of keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @cached_property
    def sha256(self) -> str:
        """Hash of the canonical JSON of the content, defaults included."""
        return content_sha256(self.model_dump(mode="json"))


def content_sha256(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Hash of a JSON value, independent of the order of keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def text_sha256(text: str) -> str:
    """Hash of a text's UTF-8 bytes (a lone surrogate, which JSON can carry, is kept distinct)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
