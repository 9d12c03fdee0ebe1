"""Keys: where they are looked up, and that what comes back from a provider never holds one.

A key stands in the environment, or in a file that CAVEAT_SECRETS names and that nobody else can read: one NAME=value a
line. Providers quote keys back in errors, and a model that was given one may repeat it: whatever an endpoint says goes
through here before it is kept or shown anywhere.
"""

import os
import re
import stat
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from domain.errors import InputError
from judges.client import CallError, Completion, ModelRequest, Transport

FILE = "CAVEAT_SECRETS"
MASK = "[key]"
_SHORTEST = 6
"""Shorter ones are placeholders for endpoints without a key, and ordinary words."""
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secret_named(name: str, environ: Mapping[str, str]) -> str:
    """The value of a secret, from the environment or else from the secrets file; empty where neither has it.

    Raises:
        InputError: the secrets file is missing, broken, or can be read by others.
    """
    if value := environ.get(name, "").strip():
        return value
    file = environ.get(FILE, "").strip()
    return read_secrets(Path(file)).get(name, "") if file else ""


def read_secrets(path: Path) -> dict[str, str]:
    """All secrets of a file; no message repeats any of it.

    Raises:
        InputError: it is missing, broken, or can be read by others.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise InputError("can be read by others; take their rights away: chmod 600", file=path, key=FILE)
            lines = file.read().splitlines()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path, key=FILE) from None
    except UnicodeDecodeError:
        raise InputError("expected UTF-8 text", file=path, key=FILE) from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            if (hit := _LINE.fullmatch(line.strip())) is None:
                raise InputError("expected NAME=value", file=path, line=number, key=FILE)
            found[hit[1]] = hit[2].strip().strip("\"'")
    return found


class Secrets:
    """The keys of a run's endpoints, as they are connected."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys: set[str] = set()
        for key in keys:
            self.add(key)

    def add(self, key: str) -> None:
        """One more that must not be seen."""
        if len(key) >= _SHORTEST:
            self._keys.add(key)

    def stands_in(self, *texts: str) -> bool:
        """Whether any text holds any of them."""
        return any(key in text for key in self._keys for text in texts)

    def hidden(self, text: str) -> str:
        """The text without any of them."""
        for key in self._keys:
            text = text.replace(key, MASK)
        return text


class DiscreetTransport:
    """A transport whose completions and faults hold no key."""

    def __init__(self, transport: Transport, secrets: Secrets) -> None:
        self._transport = transport
        self._secrets = secrets

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        hidden = self._secrets.hidden
        try:
            said = await self._transport.send(request)
        except CallError as error:
            error.args = (hidden(str(error)),)
            raise
        if not self._secrets.stands_in(said.text, said.model, said.provider_fingerprint):
            return said
        return replace(
            said,
            text=hidden(said.text),
            model=hidden(said.model),
            provider_fingerprint=hidden(said.provider_fingerprint),
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()


async def without(key: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A body in pieces without the key, also where it lies across two of them."""
    if len(key) < _SHORTEST:
        async for piece in pieces:
            yield piece
        return
    secret, held = key.encode(), b""
    async for piece in pieces:
        held = (held + piece).replace(secret, MASK.encode())
        ready, held = held[: -len(secret)], held[-len(secret) :]
        yield ready
    yield held
