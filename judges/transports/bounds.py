"""How much of an answer is taken: an endpoint must not be able to fill our memory."""

from collections.abc import AsyncIterable

from judges.client import CallError

_MOST_BYTES = 4 * 1024 * 1024
"""Of one body, unpacked: far above any reply, and a bound on what an endpoint can make us hold."""


async def bounded(chunks: AsyncIterable[bytes]) -> bytes:
    """The whole body.

    Args:
        chunks: unpacked already.

    Raises:
        CallError: it is longer than any reply; the rest was not read.
    """
    kept: list[bytes] = []
    n = 0
    async for chunk in chunks:
        n += len(chunk)
        if n > _MOST_BYTES:
            raise CallError(f"the endpoint's answer is longer than {_MOST_BYTES:,} bytes")
        kept.append(chunk)
    return b"".join(kept)
