"""Requests of any kind over the table of routes: right and wrong methods, paths, queries, forms, headers and bodies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from review.ask import Row

FIELDS = (
    "value", "severity", "missing", "missing_what", "sentence", "risk", "who", "why", "escalation", "quality",
    "could_still", "choice-1", "because-1", "part", "field", "kind", "item", "criterion", "body", "reason", "changed",
    "criteria", "to", "due", "person_id", "minutes", "because", "noted", "topic", "outcome", "origin", "back_to",
    "example", "number", "quietly",
)  # fmt: skip
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\"'>\u202e"
_VALUES = (
    "", "violated", "satisfied", "major", "yes", "no", "1", "0", "-1", "9" * 40, "1e9", "0-5", "3-1", "0-99999", "X-1",
    "flag", "dispute", "feedback", "escalate", "set_aside", "change_request", "2026-12-04", "2026-99-99", "person:p",
    "person:", "role:lead", "\x00", "\ud7ff\U0001f9ea", "a" * 5000, "../../etc", "%s%n", "//evil.example", "https://evil.example/",
    "' OR 1=1 --", HOSTILE,
)  # fmt: skip
_TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json",
    "text/plain; charset=utf-99", "",
)  # fmt: skip
_METHODS = ("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")


@dataclass(frozen=True)
class Sending:
    """One request."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class Source:
    """Requests, the same for the same seed."""

    def __init__(self, rows: Sequence[Row], known: Sequence[str], seed: int) -> None:
        """Of these routes and ids that there are."""
        self._rows, self._known = rows, known
        self._chance = Random(seed)  # noqa: S311 (requests, not secrets)

    def next(self, token: str) -> Sending:
        """Another; it carries the form token that the browser has, mostly."""
        chance = self._chance
        row = chance.choice(self._rows)
        method = row.method if chance.random() < 0.8 else chance.choice(_METHODS)
        headers: dict[str, str] = {}
        body = b""
        if method in ("POST", "PUT", "PATCH"):
            body, headers["content-type"] = self._body(token)
        if chance.random() < 0.05:
            headers["cookie"] = chance.choice(("caveat_session=\xff", "caveat_session=", "=;;=", "x" * 3000))
        return Sending(method, self._path(row), body, headers)

    def _path(self, row: Row) -> str:
        path = re.sub(r"\{[^}]*\}", lambda found: self._place(found[0]), row.path)
        return path + (f"?{self._pairs()}" if self._chance.random() < 0.4 else "")

    def _place(self, name: str) -> str:
        if ":int" in name:
            return self._chance.choice(("1", "2", "3", "0", "9" * 30, "-1", "x", "1e3"))
        return quote(self._chance.choice((*self._known, *_VALUES)), safe="")

    def _pairs(self) -> str:
        names = self._chance.sample(FIELDS, self._chance.randint(0, 6))
        values = (*_VALUES, *self._known)
        return urlencode([(one, self._chance.choice(values)) for one in names + names[: self._chance.choice((0, 1))]])

    def _body(self, token: str) -> tuple[bytes, str]:
        if self._chance.random() < 0.8:
            return f"form_token={quote(token)}&{self._pairs()}".encode(), _TYPES[0]
        return self._chance.randbytes(self._chance.choice((0, 1, 40, 3000))), self._chance.choice(_TYPES)
