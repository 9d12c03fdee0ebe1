"""What the providers' SDKs have in common: they are generated alike, so one transport serves them all.

Sends through the SDK with its parsed response objects skipped: they are most of its cost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from judges.client import Completion, ModelRequest
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


class SdkTransport:
    """One provider's API through its SDK."""

    def __init__(
        self,
        sdk: Any,  # noqa: ANN401 (a module)
        client: Any,  # noqa: ANN401 (its client class)
        dialect: Dialect,
        *,
        wiring: Wiring,
    ) -> None:
        self._sdk = sdk
        self._dialect = dialect
        self._key = wiring.api_key

        async def observe(response: Any) -> None:  # noqa: ANN401 (the SDK's own type of response)
            wiring.observe(response.headers)

        self._client = client(
            api_key=wiring.api_key,
            base_url=wiring.base_url,
            max_retries=0,
            timeout=wiring.timeout_s,
            http_client=sdk.DefaultAioHttpClient(timeout=wiring.timeout_s, event_hooks={"response": [observe]}),
        )

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        body = self._dialect.body(request)
        try:
            raw = await self._client.post(self._dialect.path, body=body, cast_to=bytes)
        except self._sdk.APIStatusError as error:
            answer = error.response
            return self._dialect.read(error.status_code, answer.headers, answer.content, secret=self._key)
        except self._sdk.APIError as error:  # time-outs and connection faults among them
            raise call_error(error, secret=self._key) from None
        return self._dialect.read(_OK, {}, raw, secret=self._key)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
