"""The one seam to the models: a request in, a completion or a typed failure out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from domain.record import content_sha256


class Finish(StrEnum):
    """How a completion ended."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. Its parts are joined as they stand; a part boundary marks the end of a prefix worth caching."""

    role: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole message."""
        return "".join(self.parts)


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """Everything that determines a reply, and nothing else but what it is about."""

    model: str
    turns: tuple[Turn, ...]
    params: Mapping[str, object]
    schema: Mapping[str, Any] | None = None
    """JSON schema that the reply must have; None for free text."""
    repeat: int = 0
    about: str = ""
    """For people and scripts: the scenario or criterion; not sent, and no part of the key."""

    def key(self, endpoint: str) -> str:
        """Hash of the content that determines the reply from this endpoint."""
        turns = [(turn.role, turn.text) for turn in self.turns]
        return content_sha256([endpoint, self.model, turns, dict(self.params), self.schema, self.repeat])


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider counted them; 0 where it said nothing."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model said."""

    text: str
    finish: Finish = Finish.STOP
    model: str = ""
    """The model as the provider names it, which can be more exact than what was asked for."""
    provider_fingerprint: str = ""
    usage: Usage = field(default_factory=Usage)
    attempts: int = 1
    latency_s: float = 0.0
    usd: float | None = None
    """What it cost, where the run knows the price."""
    road: str = ""
    """`batch` where it came by a provider's batch, at its price; else it was asked by itself."""


@dataclass(frozen=True, slots=True)
class CallFailure:
    """A call from which nothing came, after every retry."""

    detail: str
    status: int | None = None
    attempts: int = 1


class CallError(Exception):
    """Raised inside a client for one failed attempt; never leaves the seam."""

    def __init__(
        self, detail: str, *, status: int | None = None, retryable: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.retryable = retryable
        self.retry_after_s = retry_after_s


class Transport(Protocol):
    """One provider's API: sends once, raises `CallError`."""

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class ModelClient(Protocol):
    """What judges and candidates ask; never raises for a failed call."""

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply, or why there is none."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
