"""An endpoint that misbehaves below HTTP's manners: it writes bytes as a fault says, until the other side goes away."""

import asyncio
import gzip
import ssl
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from functools import cache

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_MIB = 1024 * 1024


class Line:
    """To whoever called; counts what was sent."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.n_sent = 0
        self.heard = b""
        self.is_cut = asyncio.Event()
        self._writer = writer

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()
        self.n_sent += len(content)

    def cut(self) -> None:
        self.is_cut.set()
        self._writer.transport.abort()


Fault = Callable[[Line], Awaitable[None]]


async def endless(line: Line) -> None:
    """Bytes without end, as fast as they are taken; a server can stop at 64 MiB, and the test has failed by then."""
    await line.send(CHUNKED)
    while line.n_sent < 64 * _MIB:
        await line.send(b"10000\r\n" + b" " * 65536 + b"\r\n")


async def bomb(line: Line) -> None:
    """A few hundred KiB that unpack to 256 MiB."""
    length = f"Content-Encoding: gzip\r\nContent-Length: {len(packed())}\r\n\r\n"
    await line.send(HEAD + length.encode() + packed())


@cache
def packed() -> bytes:
    """Made before anybody waits for it."""
    return gzip.compress(b" " * (256 * _MIB), compresslevel=1)


async def slow(line: Line) -> None:
    """A byte now and then: no read ever times out, and the answer never ends."""
    await line.send(CHUNKED)
    while True:
        await line.send(b"1\r\n \r\n")
        await asyncio.sleep(0.02)


async def silent(line: Line) -> None:
    """Takes the call and says nothing."""
    await line.is_cut.wait()


async def hung_up(line: Line) -> None:
    """Breaks off in the middle of the body that it announced."""
    await line.send(HEAD + b'Content-Length: 900\r\n\r\n{"choices": [')


async def no_http(line: Line) -> None:
    """Speaks another protocol."""
    await line.send(b"220 mail.invalid ESMTP\r\n")


async def moved(line: Line) -> None:
    """Sends whoever asks, and what they ask, somewhere else."""
    head = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\n\r\n"
    await line.send(head)


async def page(line: Line) -> None:
    """A captive portal or a proxy's page under 200."""
    body = b"<!doctype html><html><title>Sign in to the network</title></html>"
    await line.send(HEAD.replace(b"application/json", b"text/html") + b"Content-Length: %d\r\n\r\n" % len(body) + body)


async def half(line: Line) -> None:
    """A body that is whole by its length and no whole JSON."""
    body = b'{"choices": [{"message": {"content": "Rest and dri'
    await line.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)


class Wire:
    """Where it listens, and how much it got rid of."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.port = 0
        self.lines: list[Line] = []

    @property
    def n_sent(self) -> int:
        return sum(line.n_sent for line in self.lines)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(writer)
        self.lines.append(line)
        with suppress(ConnectionError):
            line.heard = await reader.read(65536)  # a request, or the greeting of TLS
            await self._fault(line)
        writer.close()

    def cut(self) -> None:
        for line in self.lines:
            line.cut()


@contextmanager
def wired(fault: Fault, tls: ssl.SSLContext | None = None) -> Generator[Wire]:
    """Serve in a thread of its own until the block ends."""
    loop, ready, stop, one = asyncio.new_event_loop(), threading.Event(), asyncio.Event(), Wire(fault)

    async def serve() -> None:
        server = await asyncio.start_server(one.answer, "127.0.0.1", 0, ssl=tls)
        one.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        one.cut()
        await server.wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield one
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
