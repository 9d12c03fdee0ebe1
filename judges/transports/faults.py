"""What an HTTP fault means: whether it may pass by waiting, how long the server asked to wait, and what to say."""

import email.utils
import re
import time
from collections.abc import Mapping
from datetime import datetime

from judges.client import CallError

_LONGEST_DETAIL = 300
_LONGEST_RETRY_AFTER_S = 120.0
_SHORTEST_SECRET = 6
"""Shorter ones are placeholders for endpoints without a key, and ordinary words."""
_DURATION = re.compile(r"(?<![\dT:-])(\d+(?:\.\d+)?)(ms|s|m|h)(?![a-z])")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_TOO_MANY, _SERVER_FAULT = 429, 500
_MAY_PASS = {408, 409, 425, _TOO_MANY}
_LASTS = {"insufficient_quota"}
"""Codes of a 429 that no waiting lifts."""


def status_error(status: int, headers: Mapping[str, str], message: str, *, secret: str, code: str = "") -> CallError:
    """An HTTP answer that is an error; `code` is the provider's own name for it."""
    retryable = (status in _MAY_PASS or status >= _SERVER_FAULT) and code not in _LASTS
    detail = f"HTTP {status}: {_without(secret, message)}"
    return CallError(detail, status=status, retryable=retryable, retry_after_s=retry_after_s(headers))


def call_error(error: BaseException, *, secret: str) -> CallError:
    """No answer at all: refused, reset, timed out."""
    cause = error.__cause__
    detail = f"{type(error).__name__}: {error}" + (f" ({type(cause).__name__}: {cause})" if cause else "")
    return CallError(_without(secret, detail), retryable=True)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asked to wait, from `retry-after-ms` or `Retry-After` (seconds or a date); at most
    two minutes, and None where it asked for nothing that can be read."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return min(milliseconds / 1000, _LONGEST_RETRY_AFTER_S)
    value = headers.get("retry-after")
    if value is None:
        return None
    if (seconds := _number(value)) is not None:
        return min(seconds, _LONGEST_RETRY_AFTER_S)
    try:
        at = email.utils.parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, at - time.time()), _LONGEST_RETRY_AFTER_S)


def duration_s(text: str | None) -> float:
    """Seconds until a limit is lifted, from "6m0s", "120ms", a number or an RFC 3339 time; 0.0 where nothing reads."""
    if text is None:
        return 0.0
    if (seconds := _number(text)) is not None:
        return min(seconds, _LONGEST_RETRY_AFTER_S)
    if parts := _DURATION.findall(text):
        return min(sum(float(n) * _UNIT_S[unit] for n, unit in parts), _LONGEST_RETRY_AFTER_S)
    try:
        at = datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0
    return min(max(0.0, at - time.time()), _LONGEST_RETRY_AFTER_S)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else -1.0
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _without(secret: str, text: str) -> str:
    """Providers quote keys back in their errors; ours are not written anywhere."""
    return (text.replace(secret, "[key]") if len(secret) >= _SHORTEST_SECRET else text)[:_LONGEST_DETAIL]
