"""Which providers have batches, and how theirs are reached."""

from collections.abc import Callable, Mapping

from domain.model import Endpoint
from judges.batches.anthropic_batches import anthropic_batches
from judges.batches.api import BatchApi
from judges.batches.openai_batches import openai_batches
from judges.connect import api_key

_APIS: dict[str, Callable[[str, str | None, int], BatchApi]] = {
    "openai": openai_batches,
    "anthropic": anthropic_batches,
}


def has_batches(endpoint: Endpoint) -> bool:
    """Whether the provider takes batches; a server behind a `base_url` may still say that it does not."""
    return endpoint.provider in _APIS


def connect_batches(endpoint: Endpoint, environ: Mapping[str, str], attempts: int) -> BatchApi:
    """The batches of an endpoint that has them. Nothing is sent yet.

    Raises:
        InputError: the key is not in the environment.
    """
    return _APIS[endpoint.provider](api_key(endpoint, environ), endpoint.base_url, attempts)
