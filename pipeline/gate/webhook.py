"""A night's outcome to an address that somebody reads: counts and ids only, never clinical text."""

from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import orjson

from domain.errors import InputError

_TIMEOUT_S = 10.0


class _NoRedirect(HTTPRedirectHandler):
    """Nothing goes to an address that nobody named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 (urllib's signature)
        return None


def check_address(url: str) -> None:
    """Refuse what is no address on the web.

    Raises:
        InputError: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError("expected an address that begins with https:// or http://", key="--webhook")


def post(url: str, what: Mapping[str, Any]) -> str:
    """Send it as JSON, once; gives why that failed, or nothing. The address is not repeated: it often is a secret.

    Args:
        url: as `check_address` lets pass.
        what: the object.
    """
    request = Request(url, orjson.dumps(what), {"Content-Type": "application/json"})  # noqa: S310 (its scheme is checked)
    host = urlsplit(url).hostname
    try:
        with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_S):
            return ""
    except URLError as error:
        return f"the webhook at {host} failed: {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        return f"the webhook at {host} failed: {type(error).__name__}"
