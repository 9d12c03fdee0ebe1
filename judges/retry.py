"""The one layer that retries: few, counted, and only what is worth it."""

import time
from dataclasses import replace

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from judges.client import CallError, CallFailure, Completion, ModelRequest, Transport

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0


class RetryingClient:
    """A `ModelClient` over one provider's transport; the SDKs' own retries are off."""

    def __init__(self, transport: Transport, attempts: int) -> None:
        self._transport = transport
        self._attempts = attempts

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """Ask up to `attempts` times; a failure that cannot pass by waiting is not repeated."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._attempts), retry=retry_if_exception(_may_pass), wait=_wait, reraise=True
        )
        started = time.monotonic()
        try:
            # retrying() would not await a bound method of a foreign type, so the call is wrapped here
            async for attempt in retrying:
                with attempt:
                    completion = await self._transport.send(request)
                    number = attempt.retry_state.attempt_number
                    latency_s = time.monotonic() - started
                    return replace(completion, text=_writable(completion.text), attempts=number, latency_s=latency_s)
        except CallError as error:
            number = retrying.statistics.get("attempt_number", 1)
            return CallFailure(str(error), error.status, int(number))
        raise AssertionError("tenacity either returns or raises")

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()


def _writable(text: str) -> str:
    """JSON can carry half of a surrogate pair; no file can. Such a half becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, CallError) and error.retryable


def _wait(state: RetryCallState) -> float:
    """What the server asked for, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, CallError) and error.retry_after_s is not None:
        return error.retry_after_s
    return min(_FIRST_WAIT_S * 2 ** (state.attempt_number - 1), _LONGEST_WAIT_S)
