"""Canned replies, shipped for demos, dry runs and tests: no network, no model."""

from collections.abc import Mapping

from judges.client import CallError, Completion, ModelRequest


class ScriptedTransport:
    """Answers a request by what it is about."""

    def __init__(self, replies: Mapping[str, Completion]) -> None:
        self._replies = replies

    async def send(self, request: ModelRequest) -> Completion:
        """The scripted reply; a request that the script does not know fails, and is not retried."""
        try:
            return self._replies[request.about]
        except KeyError:
            raise CallError(f"the script has no reply for {request.about}") from None

    async def close(self) -> None:
        """Nothing to let go of."""
