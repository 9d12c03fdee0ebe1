"""Calls to a provider's batch API through its SDK: faults as `CallError`, retried where a repetition costs nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson

from judges.client import CallError
from judges.retry import persist
from judges.secrets import Secrets, without
from judges.transports.faults import call_error, status_error
from judges.transports.sdk import Sdk

_TIMEOUT_S = 600.0
"""For one call: a hundred megabytes go up in one."""

T = TypeVar("T")


class SdkCalls:
    """The SDKs are generated alike, so one set of calls serves them all; their own retries are off."""

    def __init__(self, sdk: Sdk, api_key: str, base_url: str | None, attempts: int) -> None:
        self._sdk = sdk.module
        self._key = api_key
        self._attempts = attempts
        # whom texts are sent to is the configuration's to say, not a redirect's
        self.client = sdk.connect(api_key, base_url, _TIMEOUT_S, follow_redirects=False)

    async def get(self, path: str, **query: object) -> object:
        """Ask for something; repeated as often as the run allows."""

        async def send() -> object:
            with self.faults():
                said = await self.client.get(path, cast_to=object, options={"params": query})
                return orjson.loads(Secrets([self._key]).hidden(orjson.dumps(said).decode()))

        return await self.again(send)

    async def again(self, send: Callable[[], Awaitable[T]]) -> T:
        """A call that costs nothing, repeated as often as the run allows."""
        return await persist(send, self._attempts)

    async def post(self, path: str, **options: Any) -> object:  # noqa: ANN401 (the SDK's own options)
        """Submit something, once."""
        with self.faults():
            return await self.client.post(path, cast_to=object, **options)

    async def stream(self, opened: Any) -> AsyncIterator[bytes]:  # noqa: ANN401 (the SDK's streamed response)
        """A body in pieces."""
        with self.faults():
            async with opened as response:
                async for piece in without(self._key, response.iter_bytes()):
                    yield piece

    @contextmanager
    def faults(self) -> Generator[None]:
        """Whatever goes wrong inside becomes a `CallError`."""
        try:
            yield
        except (CallError, GeneratorExit):
            raise
        except self._sdk.APIStatusError as error:
            raise status_error(error.status_code, error.response.headers, error.message, secret=self._key) from None
        except Exception as error:  # noqa: BLE001 (while a body streams, the SDKs let their HTTP library's faults through)
            raise call_error(error, secret=self._key) from None

    async def close(self) -> None:
        """Let go of connections."""
        await self.client.close()
