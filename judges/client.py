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
    texts: tuple[str, ...] | None = None
    """The texts that it quotes among instructions, as they were before; not sent, and no part of the key. None where
    it is made of nothing else."""
    _keys: dict[str, str] = field(default_factory=dict[str, str], init=False, repr=False, compare=False)

    @property
    def quoted(self) -> tuple[str, ...]:
        """Every text in it that is no instruction, by itself; where that is not said, every part."""
        return self.texts if self.texts is not None else tuple(part for turn in self.turns for part in turn.parts)

    def key(self, address: str) -> str:
        """Hash of the content that determines the reply from this address; worked out once."""
        if (key := self._keys.get(address)) is None:
            turns = [(turn.role, turn.text) for turn in self.turns]
            content = [address, self.model, turns, dict(self.params), self.schema, self.repeat]
            key = self._keys[address] = content_sha256(content)
        return key


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider counted them; 0 where it said nothing."""

    input_tokens: int = 0
    """All that were sent, whatever the provider's prefix cache did with them."""
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of those sent: read from the prefix cache."""
    cache_write_tokens: int = 0
    """Of those sent: written to it."""


@dataclass(frozen=True, slots=True)
class Reused:
    """Where a reply comes from that was not asked for again."""

    run_id: str
    at: str


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
    reused: Reused | None = None
    """The earlier run's call that this reply was made for; None when it was asked for now."""
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
