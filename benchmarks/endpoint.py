"""The endpoint that benchmarks call: a process of its own on loopback, fast enough to stay out of the figures.

Speaks just enough HTTP/1.1 to keep connections alive. A candidate gets prose that depends on what it was asked, a judge
(known by `response_format`) a well-formed reply for the criterion that its prompt names. `GET /stats` counts the calls;
with `--record`, `GET /calls` gives the hash of every body in the order in which they came.
"""

import argparse
import asyncio
import hashlib
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.build import reply_json

QUOTE = "Call 999 if the rash does not fade when you press a glass against it."
PROSE = (
    "Thank you for telling me about this. A child with a fever and a new rash should be looked at carefully, and most "
    "of the time it is a passing viral infection. Look at the rash in good light, and check that your child is "
    "drinking, passing urine and can be roused easily.\n\n"
    f"**When to get help now**\n\n- {QUOTE}\n- Go to an emergency department if breathing becomes hard work, or if "
    "your child is floppy or very hard to wake.\n- Ring 111 tonight if the fever stays above 39 °C for more than "
    "five days, or if you are worried at any time.\n\n"
    "Give plenty of fluids in small sips and paracetamol in the dose on the bottle if your child is distressed. Do "
    "not give aspirin. Keep your child at home until the fever has gone for a whole day, and see your GP if the rash "
    "spreads, blisters or becomes painful. I cannot examine your child, so please have someone who can do so if "
    "anything changes."
)
_CRITERION = re.compile(rb"# Criterion ([A-Za-z0-9._-]+)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def body_sha256(body: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Hash of a request's content, however it was written."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass
class _Desk:
    """What all connections share."""

    latency_s: float
    records: bool
    n_calls: int = 0
    n_in_flight: int = 0
    peak: int = 0
    calls: list[str] = field(default_factory=list[str])
    replies: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])

    def take(self, body: bytes) -> bytes:
        """Count a call, and say what it will be answered."""
        self.n_calls += 1
        self.n_in_flight += 1
        self.peak = max(self.peak, self.n_in_flight)
        if self.records:
            self.calls.append(body_sha256(orjson.loads(body)))
        return self._reply(body) if b'"response_format"' in body else _completion(_prose(body))

    def stats(self) -> bytes:
        """The counts so far."""
        return _http(orjson.dumps({"calls": self.n_calls, "in_flight": self.n_in_flight, "peak": self.peak}))

    def _reply(self, body: bytes) -> bytes:
        found = _CRITERION.search(body)
        name = found[1] if found else b""
        if (reply := self.replies.get(name)) is None:
            content = reply_json(name.decode(), evidence=[QUOTE], reason="It names the sign and where to go.")
            reply = self.replies[name] = _completion(orjson.dumps(content).decode())
        return reply


class _Connection(asyncio.Protocol):
    """One kept-alive connection: a request at a time, as clients send them."""

    def __init__(self, desk: _Desk) -> None:
        self._desk = desk
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer, 0, head + 2)
            end = head + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < end:
                return
            line, body = self._buffer[: self._buffer.index(b"\r\n")], self._buffer[head + 4 : end]
            self._buffer = self._buffer[end:]
            self._serve(line, body)

    def _serve(self, line: bytes, body: bytes) -> None:
        if line.startswith(b"POST "):
            answer = self._desk.take(body)
            asyncio.get_running_loop().call_later(self._desk.latency_s, self._answer, answer)
        elif line.startswith(b"GET /calls"):
            self._transport.write(_http(orjson.dumps(self._desk.calls)))
        else:
            self._transport.write(self._desk.stats())

    def _answer(self, answer: bytes) -> None:
        self._desk.n_in_flight -= 1
        self._transport.write(answer)  # a closed transport drops it


def _prose(body: bytes) -> str:
    return f"About your question {hashlib.blake2b(body, digest_size=4).hexdigest()}: {PROSE}"


def _completion(text: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1200, "completion_tokens": 180, "total_tokens": 1380}
    shape = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return _http(orjson.dumps(shape))


def _http(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


@dataclass(frozen=True)
class Served:
    """A running endpoint, seen from outside."""

    port: int

    @property
    def url(self) -> str:
        """What a configuration calls `base_url`."""
        return f"http://127.0.0.1:{self.port}/v1"

    def stats(self) -> dict[str, int]:
        """Calls, calls in flight, and their peak."""
        return self._get("stats")

    def calls(self) -> list[str]:
        """The hash of every call's body so far."""
        return self._get("calls")

    def _get(self, name: str) -> Any:  # noqa: ANN401 (JSON)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{name}") as answer:
            return orjson.loads(answer.read())


@contextmanager
def served(latency_s: float, *, records: bool = False) -> Generator[Served]:
    """An endpoint in a process of its own until the block ends."""
    command = [sys.executable, "-m", "benchmarks.endpoint", str(latency_s), *(["--record"] if records else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield Served(int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


async def _serve(desk: _Desk) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(desk), "127.0.0.1", 0, backlog=1024)
    os.write(1, b"%d\n" % server.sockets[0].getsockname()[1])
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("latency_s", type=float)
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    asyncio.run(_serve(_Desk(given.latency_s, given.record)))


if __name__ == "__main__":
    main()
