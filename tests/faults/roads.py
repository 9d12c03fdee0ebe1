"""One attempt at a call, by any road to a model."""

import asyncio

from domain.identifiers.gate import IdentifierGate
from judges.client import CallFailure, ModelRequest, Turn
from judges.connect import CallLimits, Connector
from judges.wall import Wall
from tests.build import candidate

TIMEOUT_S = 1.0


def ask(provider: str, transport: str, base_url: str, timeout_s: float = TIMEOUT_S, *, model: str = "m") -> CallFailure:
    """One attempt; what comes must be a failure."""
    endpoint = candidate(provider=provider, model=model, transport=transport, base_url=base_url)
    request = ModelRequest(model=model, turns=(Turn("user", ("Hello",)),), params={"max_tokens": 10}, schema=None)

    async def once() -> object:
        client = Connector(CallLimits(timeout_s, 1, 1), {}, Wall(IdentifierGate())).connect("a", provider, endpoint)
        try:
            return await client.ask(request)
        finally:
            await client.close()

    said = asyncio.run(once())
    assert isinstance(said, CallFailure), said
    return said
