"""A message to a Slack-compatible webhook."""

import httpx2

from domain.errors import InputError, PostingError
from pipeline.site import is_secure

_WAIT_S = 15.0
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""What Slack would read as a mention or a link."""


def post(address: str, text: str) -> None:
    """Post a text, in which nothing is markup.

    Raises:
        InputError: the address is no https address.
        PostingError: it was not taken. The address is a secret and is not repeated.
    """
    if not is_secure(address):
        raise InputError("the webhook's address is none that can be trusted; expected https://…")
    try:
        with httpx2.Client(timeout=_WAIT_S, follow_redirects=False) as client:
            reply = client.post(address, json={"text": text.translate(_MARKUP)})
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise PostingError(f"the webhook cannot be reached ({type(error).__name__})") from None
    if not reply.is_success:
        raise PostingError(f"the webhook answered with {reply.status_code}")
