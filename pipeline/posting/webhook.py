"""A message to a Slack-compatible webhook."""

from collections.abc import Mapping
from typing import Any

import httpx2

from domain.errors import InputError, PostingError
from pipeline.site import is_secure

_WAIT_S = 15.0
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""What Slack would read as a mention or a link."""


def check_address(address: str) -> None:
    """Refuse an address at which others could listen.

    Raises:
        InputError: it is no https address, nor one on this machine.
    """
    if not is_secure(address):
        raise InputError("the webhook's address is none that can be trusted; expected https://…")


def post(address: str, text: str, facts: Mapping[str, Any] | None = None) -> None:
    """Post a text, in which nothing is markup.

    Args:
        address: a secret.
        text: for people.
        facts: beside it, for machines.

    Raises:
        InputError: the address is none that can be trusted.
        PostingError: it was not taken. The address is not repeated.
    """
    check_address(address)
    try:
        with httpx2.Client(timeout=_WAIT_S, follow_redirects=False) as client:
            reply = client.post(address, json={"text": text.translate(_MARKUP), **(facts or {})})
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise PostingError(f"the webhook cannot be reached ({type(error).__name__})") from None
    if not reply.is_success:
        raise PostingError(f"the webhook answered with {reply.status_code}")
