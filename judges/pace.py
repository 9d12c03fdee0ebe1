"""How fast one endpoint may be asked: as many calls at once as it bears, as many a minute as it allows.

The provider's own headers rule; a configured limit is a ceiling on top of them. When the endpoint says that it is too
much, everybody waits as long as it asked, and half as many go on.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from judges.client import CallError, Completion, ModelRequest, Transport
from judges.transports.faults import duration_s

_SAFETY = 0.97
"""Share of a limit that is used: two clocks never agree, and a refused call is wasted."""
_BURST_S = 0.5
"""Calls that may start at once, in seconds of the rate: small enough for servers that refill by the second."""
_CHARACTERS_PER_TOKEN = 4
_REPLY_TOKENS = 400
_TOO_MUCH = {429, 503, 529}
_REQUESTS = ("x-ratelimit-{}-requests", "anthropic-ratelimit-requests-{}")
_TOKENS = ("x-ratelimit-{}-tokens", "anthropic-ratelimit-tokens-{}", "anthropic-ratelimit-input-tokens-{}")


@dataclass(frozen=True, slots=True)
class Share:
    """One worker's part of every limit, where several ask the same endpoints: all parts together are the whole."""

    number: int = 0
    of: int = 1

    def places(self, n: int) -> int:
        """Of so many calls in flight."""
        return n // self.of + (self.number < n % self.of)


WHOLE = Share()


class _Rate:
    """A rate in units a minute, spread evenly: each taking says how long to wait for its turn."""

    def __init__(self, clock: Callable[[], float], n_shares: int) -> None:
        self._ceiling: float | None = None
        self._n_shares = n_shares
        self._clock = clock
        self._per_s: float | None = None
        self._next_at = 0.0

    def lower_ceiling(self, ceiling: float | None) -> None:
        """A configured limit; the lowest holds."""
        if ceiling is not None and (self._ceiling is None or ceiling < self._ceiling):
            self._ceiling = ceiling
            self._per_s = ceiling * _SAFETY / 60 / self._n_shares

    def learn(self, limit: float) -> None:
        """The provider says what it allows in a minute."""
        allowed = min(limit, self._ceiling) if self._ceiling else limit
        self._per_s = allowed * _SAFETY / 60 / self._n_shares

    @property
    def is_limited(self) -> bool:
        """Whether any limit is known."""
        return self._per_s is not None

    def take(self, n: float) -> float:
        """Seconds to wait before n units may be used."""
        if self._per_s is None:
            return 0.0
        now = self._clock()
        start = max(self._next_at, now - _BURST_S)
        self._next_at = start + n / self._per_s
        return max(0.0, start - now)

    def give_back(self, n: float) -> None:
        """Units that were taken and not used (or, negative, used and not taken)."""
        if self._per_s is not None:
            self._next_at -= n / self._per_s


class Pace:
    """The pace of one endpoint, shared by all that ask it."""

    def __init__(
        self,
        most_in_flight: int,
        *,
        per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        share: Share = WHOLE,
    ) -> None:
        self._share = share
        self._most = 0
        self._allowed = 0.0
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._clock = clock
        self._calls = _Rate(clock, share.of)
        self._tokens = _Rate(clock, share.of)
        self._resume_at = 0.0
        self._eased_at = -1.0
        self.widen(most_in_flight, per_minute=per_minute, tokens_per_minute=tokens_per_minute)

    def widen(self, n: int, *, per_minute: float | None = None, tokens_per_minute: float | None = None) -> None:
        """Another candidate or judge asks the same endpoint: n more calls may be in flight, under its limits too."""
        self._most += self._share.places(n)
        self._allowed += self._share.places(n)
        self._calls.lower_ceiling(per_minute)
        self._tokens.lower_ceiling(tokens_per_minute)

    @property
    def allowed(self) -> int:
        """Calls that may be in flight now."""
        return max(1, int(self._allowed))

    @property
    def most(self) -> int:
        """Calls that may be in flight while the endpoint bears them all."""
        return self._most

    @property
    def pause_s(self) -> float:
        """Seconds for which the endpoint has asked to be left alone, from now on."""
        return max(0.0, self._resume_at - self._clock())

    async def enter(self, request: ModelRequest) -> float:
        """Wait for a place and a turn; gives the tokens that were reserved."""
        await self._take_place()
        reserved = _estimate(request) if self._tokens.is_limited else 0.0
        wait = max(self._calls.take(1), self._tokens.take(reserved), self._resume_at - self._clock())
        try:
            while wait > 0:
                await asyncio.sleep(wait)
                wait = self._resume_at - self._clock()
        except asyncio.CancelledError:
            self.leave()
            raise
        return reserved

    async def _take_place(self) -> None:
        while self._in_flight >= self.allowed:
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                await place
            except asyncio.CancelledError:
                if not place.cancelled():  # it was given already: to the next
                    self._wake()
                raise
        self._in_flight += 1

    def leave(self) -> None:
        """Give the place back."""
        self._in_flight -= 1
        self._wake()

    def _wake(self) -> None:
        """Whoever has waited longest may look whether there is a place."""
        while self._waiting and self._in_flight < self.allowed:
            if not (place := self._waiting.popleft()).done():
                place.set_result(None)
                break

    def went_well(self, completion: Completion, reserved: float) -> None:
        """One more may be tried after a round without complaint; unused tokens go back."""
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)
        if reserved:
            self._tokens.give_back(reserved - completion.usage.input_tokens - completion.usage.output_tokens)

    def went_wrong(self, error: CallError) -> None:
        """Ease off where the endpoint says that it is too much, once for all the calls that were in flight."""
        now = self._clock()
        if error.retry_after_s is not None:
            self._resume_at = max(self._resume_at, now + error.retry_after_s)
        if error.status in _TOO_MUCH and now > self._eased_at:
            self._allowed = max(1.0, self._allowed / 2)
            self._eased_at = max(self._resume_at, now + 1.0)

    def note(self, headers: Mapping[str, str]) -> None:
        """Learn from a provider's rate-limit headers."""
        for rate, names in ((self._calls, _REQUESTS), (self._tokens, _TOKENS)):
            for name in names:
                if (limit := headers.get(name.format("limit"))) is None:
                    continue
                if limit.isdecimal() and int(limit) > 0:
                    rate.learn(int(limit))
                if headers.get(name.format("remaining")) == "0":
                    self._resume_at = max(
                        self._resume_at, self._clock() + duration_s(headers.get(name.format("reset")))
                    )
                break


class PacedTransport:
    """A transport that keeps an endpoint's pace, and cuts what hangs."""

    def __init__(self, transport: Transport, pace: Pace, timeout_s: float) -> None:
        self._transport = transport
        self._pace = pace
        self._timeout_s = timeout_s

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt, when its turn has come."""
        reserved = await self._pace.enter(request)
        try:
            async with asyncio.timeout(self._timeout_s):
                completion = await self._transport.send(request)
            self._pace.went_well(completion, reserved)
        except TimeoutError:
            raise CallError(f"no whole answer within {self._timeout_s:g} seconds", retryable=True) from None
        except CallError as error:
            self._pace.went_wrong(error)
            raise
        else:
            return completion
        finally:
            self._pace.leave()

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()


def _estimate(request: ModelRequest) -> float:
    """Tokens that a call will use, before anybody has counted them."""
    sent = sum(len(part) for turn in request.turns for part in turn.parts)
    return sent / _CHARACTERS_PER_TOKEN + _REPLY_TOKENS
