"""The last wall before a provider: a prompt that could say who somebody is does not leave, whoever made it up.

Texts are looked at where they are read, with sentences that name file and line. This looks at what is about to be sent,
so that no road past those places, old or new, leads out.
"""

from functools import lru_cache

from domain.identifiers.gate import IdentifierGate
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.prompt import unmarked

_PARTS_KEPT, _MARKED_KEPT = 4096, 512
"""Prompts share most of their parts, and all of them once their marks are off: each is looked at about once."""


class Wall:
    """Looks at every part of every prompt by the rules, and at each text that it quotes by the gate's recogniser."""

    def __init__(self, gate: IdentifierGate) -> None:
        self._gate = gate
        look = lru_cache(_PARTS_KEPT)(gate.problem_in_prompt)

        def look_unmarked(part: str) -> str | None:
            return look(unmarked(part))

        self._look = lru_cache(_MARKED_KEPT)(look_unmarked)

    def problem(self, request: ModelRequest) -> str | None:
        """Why the request may not be sent, in words that do not repeat it; None where it may."""
        looked = (self._look(part) for turn in request.turns for part in turn.parts)
        found = next((problem for problem in looked if problem is not None), None)
        found = found or self._gate.recognised_in(request.quoted)
        return None if found is None else f"not sent: the prompt {found}"


class WalledClient:
    """A client that is only asked what may leave."""

    def __init__(self, client: ModelClient, wall: Wall) -> None:
        self._client = client
        self._wall = wall

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply, or why there is none."""
        if (problem := self._wall.problem(request)) is not None:
            return CallFailure(problem)
        return await self._client.ask(request)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
