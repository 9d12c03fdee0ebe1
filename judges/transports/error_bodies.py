"""What a provider says in the body of an error, whichever of the published shapes it has."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import orjson

_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_BAD_REQUEST = 400
_ERRORS = range(400, 600)
_STATUS = {"rate_limit_error": 429, "api_error": 500, "timeout_error": 504, "overloaded_error": 529}
"""Of an error that came under another status."""


@dataclass(frozen=True, slots=True)
class Said:
    """An error in the provider's words."""

    message: str
    code: str = ""
    """The provider's own name for it, where it gives one."""
    status: int | None = None
    """As the body states it."""

    def __str__(self) -> str:
        return f"{self.message} ({self.code})" if self.code else self.message

    def is_filter(self, status: int | None) -> bool:
        """Whether a content filter withheld the request: Azure's way to say so is an error."""
        return status == _BAD_REQUEST and self.code == "content_filter"


def said_in(body: bytes) -> Said:
    """What the body of an error says."""
    text = body.decode("utf-8", "replace").strip()
    if is_page(body):
        title = _TITLE.search(text)
        return Said(f"an HTML page: {title[1].strip()}" if title else "an HTML page")
    try:
        return said_by(orjson.loads(body))
    except ValueError:
        return Said(_one_line(text) or "an empty body")


def said_by(value: object) -> Said:
    """The same of a body that is parsed already."""
    outer = _table(value)
    error = outer.get("error") or outer
    if isinstance(error, str):
        return Said(_one_line(error))
    inner = _table(error)
    inner = _table(inner.get("error")) or inner  # Anthropic's batches wrap a request's error once more
    message = _first_text(inner.get("message"), inner.get("detail")) or _dumped(value)
    code = _first_text(inner.get("code"), inner.get("type"))
    return Said(_one_line(message), _one_line(code), _status(inner.get("code")) or _STATUS.get(code))


def error_in(body: bytes) -> Said | None:
    """The error in a body that came as if all were well; None where there is none."""
    try:
        value = orjson.loads(body)
    except ValueError:
        return None
    return said_by(value) if _table(value).get("error") else None


def is_page(body: bytes) -> bool:
    """Whether a gateway or a web interface answered with a page of its own."""
    return body[:64].lstrip().startswith(b"<")


def _table(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _status(code: object) -> int | None:
    return code if isinstance(code, int) and code in _ERRORS else None


def _dumped(value: object) -> str:
    try:
        return json.dumps(value)
    except RecursionError:
        return "an error that is nested too deeply to be shown"


def _first_text(*values: object) -> str:
    return next((one for one in values if isinstance(one, str) and one), "")


def _one_line(text: str) -> str:
    """Without line breaks, and without half of a surrogate pair, which can be read but never be written."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
