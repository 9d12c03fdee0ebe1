"""What the providers' SDKs have in common: they are generated alike, so one transport serves them all.

Sends through the SDK with its parsed response objects skipped: they are most of its cost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from judges.client import Completion, ModelRequest
from judges.transports.bounds import bounded
from judges.transports.dialect import Dialect
from judges.transports.faults import call_error

_OK = 200


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a transport is built with."""

    api_key: str
    base_url: str | None
    timeout_s: float
    observe: Callable[[Mapping[str, str]], None]
    """Is shown the headers of every answer."""


@dataclass(frozen=True, slots=True)
class Sdk:
    """A provider's SDK, and where the provider itself listens."""

    module: Any
    client: Any
    """Its asynchronous client class."""
    url: str

    def connect(self, api_key: str, base_url: str | None, timeout_s: float, **http: Any) -> Any:  # noqa: ANN401 (its own)
        """A client whose retries are off; `http` goes to its HTTP client.

        The address is said, else the SDK takes one from the environment that no configuration and no key knows of.
        """
        return self.client(
            api_key=api_key,
            base_url=base_url or self.url,
            max_retries=0,
            timeout=timeout_s,
            http_client=self.module.DefaultAioHttpClient(timeout=timeout_s, **http),
        )


class SdkTransport:
    """One provider's API through its SDK."""

    def __init__(self, sdk: Sdk, dialect: Dialect, wiring: Wiring) -> None:
        self._sdk = sdk.module
        self._dialect = dialect
        self._key = wiring.api_key

        async def observe(response: Any) -> None:  # noqa: ANN401 (the SDK's own type of response)
            wiring.observe(response.headers)
            # the SDK would read without end; it takes what is kept here, httpx2's own place for a body, instead
            response._content = await bounded(response.aiter_bytes())  # noqa: SLF001

        # whom a text is sent to is the configuration's to say, not a redirect's
        http = {"event_hooks": {"response": [observe]}, "follow_redirects": False}
        self._client = sdk.connect(wiring.api_key, wiring.base_url, wiring.timeout_s, **http)

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        body = self._dialect.body(request)
        try:
            raw = await self._client.post(self._dialect.path, body=body, cast_to=bytes)
        except self._sdk.APIStatusError as error:
            answer = error.response
            return self._dialect.read(error.status_code, answer.headers, answer.content, secret=self._key)
        except (self._sdk.APIError, aiohttp.ClientError, OSError) as error:
            # time-outs and connection faults; some of aiohttp's reach us as they are, such as an answer that is no HTTP
            raise call_error(error, secret=self._key) from None
        return self._dialect.read(_OK, {}, raw, secret=self._key)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
