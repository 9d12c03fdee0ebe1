"""An endpoint that is down ends the run, instead of failing a night's calls one by one."""

from domain.errors import EndpointDownError
from judges.client import CallFailure, Completion, ModelClient, ModelRequest

_OWN_FAULT = {400, 413, 422}
"""What an endpoint says of one request, not of itself."""
_IN_A_ROW = 8


class GuardedClient:
    """Counts failed calls in a row; after so many that nothing got through, the endpoint is taken to be down."""

    def __init__(self, client: ModelClient, name: str) -> None:
        self._client = client
        self._name = name
        self._n_failed = 0

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """The reply, or why there is none.

        Raises:
            EndpointDownError: this was one failed call too many in a row; it stays unasked for when the run goes on.
        """
        call = await self._client.ask(request)
        if isinstance(call, Completion):
            self._n_failed = 0
        elif call.status not in _OWN_FAULT:
            self._n_failed += 1
            if self._n_failed >= _IN_A_ROW:
                raise EndpointDownError(self._name, self._n_failed, call.detail)
        return call

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
