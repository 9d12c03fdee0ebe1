"""From a specification to something that can be asked: the one place where providers are chosen by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.errors import InputError
from domain.model import Endpoint
from judges.circuit import GuardedClient
from judges.client import Completion, ModelClient, Transport
from judges.pace import WHOLE, Pace, PacedTransport, Share
from judges.retry import RetryingClient
from judges.secrets import DiscreetTransport, Secrets, secret_named
from judges.transports.anthropic_messages import anthropic_transport, direct_messages
from judges.transports.litellm_chat import LitellmTransport
from judges.transports.openai_chat import direct_chat, openai_transport
from judges.transports.scripted import ScriptedTransport
from judges.transports.sdk import Wiring
from judges.wall import Wall, WalledClient

_TRANSPORTS: dict[tuple[str, str], Callable[[Wiring], Transport]] = {
    ("openai", "sdk"): openai_transport,
    ("openai", "direct"): direct_chat,
    ("anthropic", "sdk"): anthropic_transport,
    ("anthropic", "direct"): direct_messages,
    ("litellm", "sdk"): LitellmTransport,
}

_LimitedTogether = tuple[str, str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class CallLimits:
    """What every call of a run may take."""

    timeout_s: float
    attempts: int
    concurrency: int


class Connector:
    """Connects a run's endpoints. Those that share a model behind one address and key share its pace: a provider's
    limits count them together."""

    def __init__(self, limits: CallLimits, environ: Mapping[str, str], wall: Wall, share: Share = WHOLE) -> None:
        self._limits = limits
        self._wall = wall
        self._share = share
        self._environ = environ
        self._secrets = Secrets()
        self._paces: dict[_LimitedTogether, Pace] = {}

    def connect(self, name: str, provider: str, endpoint: Endpoint) -> ModelClient:
        """A client for this endpoint. Nothing is sent yet.

        Raises:
            InputError: the key is not in the environment, the provider's package is not installed, or the provider
                cannot be reached the way the configuration asks.
        """
        build = _TRANSPORTS.get((provider, endpoint.transport))
        if build is None:
            raise InputError(f"the provider {provider} has no transport {endpoint.transport!r}; leave it out")
        pace = self._pace(provider, endpoint)
        key = api_key(endpoint, self._environ)
        self._secrets.add(key)
        wiring = Wiring(key, endpoint.base_url, self._limits.timeout_s, pace.note)
        transport = PacedTransport(DiscreetTransport(build(wiring), self._secrets), pace, self._limits.timeout_s)
        return WalledClient(GuardedClient(RetryingClient(transport, self._limits.attempts), name), self._wall)

    def pace_of(self, provider: str, endpoint: Endpoint) -> Pace | None:
        """The pace at which this endpoint is asked; None where it was not connected."""
        return self._paces.get(_limited_together(provider, endpoint))

    def _pace(self, provider: str, endpoint: Endpoint) -> Pace:
        pace = self._paces.setdefault(_limited_together(provider, endpoint), Pace(0, share=self._share))
        pace.widen(
            endpoint.concurrency or self._limits.concurrency,
            per_minute=endpoint.per_minute,
            tokens_per_minute=endpoint.tokens_per_minute,
        )
        return pace


def _limited_together(provider: str, endpoint: Endpoint) -> _LimitedTogether:
    return provider, endpoint.base_url, endpoint.api_key_env, endpoint.model


def scripted(replies: Mapping[str, Completion]) -> ModelClient:
    """A client that says what a script holds."""
    return RetryingClient(ScriptedTransport(replies), attempts=1)


def api_key(endpoint: Endpoint, environ: Mapping[str, str]) -> str:
    """The endpoint's key from the environment or the secrets file; a placeholder where the endpoint needs none.

    Raises:
        InputError: `api_key_env` names a variable that neither has, or the secrets file is not as it must be.
    """
    if endpoint.api_key_env is None:
        return "none"
    if key := secret_named(endpoint.api_key_env, environ):
        return key
    raise InputError(f"the environment variable {endpoint.api_key_env} (api_key_env of {endpoint.model}) is not set")
