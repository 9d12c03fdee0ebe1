"""The one layer that retries: few, counted, and only what is worth it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from judges.client import CallError, CallFailure, Completion, ModelRequest, Transport

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0

T = TypeVar("T")


class RetryingClient:
    """A `ModelClient` over one provider's transport; the SDKs' own retries are off."""

    def __init__(self, transport: Transport, attempts: int) -> None:
        self._transport = transport
        self._attempts = attempts

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """Ask up to `attempts` times; a failure that cannot pass by waiting is not repeated."""
        started = time.monotonic()
        try:
            completion, n = await self._transport.send(request), 1
        except CallError as error:
            outcome = await self._again(request, error)
            if isinstance(outcome, CallFailure):
                return outcome
            completion, n = outcome
        latency_s = time.monotonic() - started
        return replace(completion, text=_writable(completion.text), attempts=n, latency_s=latency_s)

    async def _again(self, request: ModelRequest, first: CallError) -> tuple[Completion, int] | CallFailure:
        """The attempts after the first: most calls never get here, and need not pay for it."""
        if not first.retryable or self._attempts == 1:
            return CallFailure(str(first), first.status)
        await asyncio.sleep(_wait_s(first, 1))
        retrying = _retrying(self._attempts, n_before=1)
        try:
            # retrying() would not await a bound method of a foreign type, so the call is wrapped here
            async for attempt in retrying:
                with attempt:
                    completion = await self._transport.send(request)
                    return completion, attempt.retry_state.attempt_number + 1
        except CallError as error:
            return CallFailure(str(error), error.status, int(retrying.statistics["attempt_number"]) + 1)
        raise AssertionError("tenacity either returns or raises")

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()


async def persist(send: Callable[[], Awaitable[T]], attempts: int) -> T:
    """What a call gives that may be made again without harm, after as many attempts as it needs.

    Raises:
        CallError: the last attempt failed too, or one that cannot pass by waiting.
    """
    async for attempt in _retrying(attempts):
        with attempt:
            return await send()
    raise AssertionError("tenacity either returns or raises")


def _retrying(attempts: int, n_before: int = 0) -> AsyncRetrying:
    """What is left of so many attempts, when some were made already."""

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return _wait_s(error if isinstance(error, CallError) else None, state.attempt_number + n_before)

    stop = stop_after_attempt(attempts - n_before)
    return AsyncRetrying(stop=stop, retry=retry_if_exception(_may_pass), wait=wait, reraise=True)


def _writable(text: str) -> str:
    """JSON can carry half of a surrogate pair; no file can. Such a half becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, CallError) and error.retryable


def _wait_s(error: CallError | None, n_attempts: int) -> float:
    """What the server asked for, else twice as long each time."""
    if error is not None and error.retry_after_s is not None:
        return error.retry_after_s
    return min(_FIRST_WAIT_S * 2 ** (n_attempts - 1), _LONGEST_WAIT_S)
