"""A real mail server on loopback that keeps what it gets, and refuses what a test tells it to."""

import asyncio
import queue
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.loopback import End, in_thread


@dataclass
class PostOffice:
    """Where it listens, and its letters in the order of their coming."""

    port: int = 0
    letters: queue.Queue[Message] = field(default_factory=queue.Queue[Message])
    refused: set[str] = field(default_factory=set[str])
    """Addresses that it does not know."""

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.put(message_from_bytes(envelope.content))
        return "250 OK"

    def next(self) -> Message:
        """The next letter; waits for it."""
        return self.letters.get(timeout=20)


@contextmanager
def post_office(**options: Any) -> Generator[PostOffice]:
    """Serve in a thread of its own until the block ends; options as aiosmtpd takes them."""
    office = PostOffice()

    async def begin() -> End:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(office, hostname="office", loop=loop, **options), "127.0.0.1", 0)
        office.port = server.sockets[0].getsockname()[1]

        async def end() -> None:
            server.close()
            await server.wait_closed()

        return end

    with in_thread(begin):
        yield office
