"""The two hot APIs without their SDKs: bytes in, bytes out, over one pool of connections. For vLLM judges above all."""

from collections.abc import Callable, Mapping

import aiohttp
import orjson

from judges.client import Completion, ModelRequest
from judges.transports.bounds import bounded
from judges.transports.dialect import Dialect
from judges.transports.faults import call_error


class DirectTransport:
    """One endpoint over aiohttp."""

    def __init__(
        self,
        dialect: Dialect,
        *,
        url: str,
        headers: Mapping[str, str],
        secret: str,
        observe: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._dialect = dialect
        self._url = url
        self._headers = {"Content-Type": "application/json", **headers}
        self._secret = secret
        self._observe = observe
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt; how long it may take is its caller's to say."""
        content = orjson.dumps(self._dialect.body(request))
        try:
            # whom a text is sent to is the configuration's to say, not a redirect's
            async with self._pool().post(self._url, data=content, allow_redirects=False) as response:
                body = await bounded(response.content.iter_any())
        except (aiohttp.ClientError, OSError) as error:
            raise call_error(error, secret=self._secret) from None
        self._observe(response.headers)
        return self._dialect.read(response.status, response.headers, body, secret=self._secret)

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None:  # made here, because it belongs to the loop that runs
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=None)
            self._session = aiohttp.ClientSession(headers=self._headers, connector=connector, timeout=timeout)
        return self._session

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
