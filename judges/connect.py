"""From a specification to something that can be asked: the one place where providers are chosen by name."""

from collections.abc import Mapping

from domain.errors import InputError
from domain.model import Endpoint
from judges.client import Completion, ModelClient, Transport
from judges.retry import RetryingClient
from judges.transports.anthropic_messages import anthropic_transport
from judges.transports.litellm_chat import LitellmTransport
from judges.transports.openai_chat import openai_transport
from judges.transports.scripted import ScriptedTransport

_TRANSPORTS = {"openai": openai_transport, "anthropic": anthropic_transport, "litellm": LitellmTransport}


def connect(
    provider: str,
    endpoint: Endpoint,
    *,
    environ: Mapping[str, str],
    timeout_s: float,
    attempts: int,
    script: Mapping[str, Completion] | None = None,
) -> ModelClient:
    """A client for this endpoint. Nothing is sent yet.

    Raises:
        InputError: the key is not in the environment, or the provider's package is not installed.
    """
    transport: Transport
    if provider == "scripted":
        transport = ScriptedTransport(script or {})
    else:
        key = api_key(endpoint, environ)
        transport = _TRANSPORTS[provider](api_key=key, base_url=endpoint.base_url, timeout_s=timeout_s)
    return RetryingClient(transport, attempts)


def api_key(endpoint: Endpoint, environ: Mapping[str, str]) -> str:
    """The endpoint's key from the environment; a placeholder where the endpoint needs none.

    Raises:
        InputError: `api_key_env` names a variable that is not set.
    """
    if endpoint.api_key_env is None:
        return "none"
    if key := environ.get(endpoint.api_key_env, "").strip():
        return key
    raise InputError(f"the environment variable {endpoint.api_key_env} (api_key_env of {endpoint.model}) is not set")
