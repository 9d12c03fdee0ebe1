"""How fast an endpoint is asked: in flight, a minute, and after it has said that it is too much."""

import asyncio

import pytest

from judges.client import CallError, Completion, ModelRequest, Turn, Usage
from judges.pace import Pace, PacedTransport, Share
from tests.clock import Clock, run

REQUEST = ModelRequest("m", (Turn("user", ("x" * 400,)),), {})
DONE = Completion("done", usage=Usage(100, 100))


async def _calls(pace: Pace, n: int, completion: Completion = DONE) -> None:
    async def one() -> None:
        reserved = await pace.enter(REQUEST)
        pace.went_well(completion, reserved)
        pace.leave()

    await asyncio.gather(*(one() for _ in range(n)))


def test_no_more_calls_are_in_flight_than_allowed() -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(3, clock=clock.time)
        inside = [asyncio.create_task(pace.enter(REQUEST)) for _ in range(5)]
        await asyncio.sleep(1)
        assert 3 == sum(one.done() for one in inside)
        pace.leave()
        await asyncio.sleep(1)
        assert 4 == sum(one.done() for one in inside)
        inside[-1].cancel()

    run(story)


def test_a_place_that_was_given_to_a_call_that_is_cancelled_goes_to_the_next() -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(1, clock=clock.time)
        await pace.enter(REQUEST)
        first, second = (asyncio.create_task(pace.enter(REQUEST)) for _ in range(2))
        await asyncio.sleep(1)
        pace.leave()
        first.cancel()
        async with asyncio.timeout(60):
            await second

    assert 1.0 == run(story)


@pytest.mark.parametrize(("per_minute", "n", "seconds"), [(60, 61, 61.3), (600, 301, 30.4), (None, 1000, 0.0)])
def test_calls_a_minute_stay_a_little_under_the_limit(per_minute: float | None, n: int, seconds: float) -> None:
    async def story(clock: Clock) -> None:
        await _calls(Pace(1000, per_minute=per_minute, clock=clock.time), n)

    assert run(story) == pytest.approx(seconds, rel=0.03, abs=0.01)


def test_tokens_a_minute_hold_calls_back_and_unused_ones_are_given_back() -> None:
    async def reserved(clock: Clock) -> None:
        await _calls(Pace(1, tokens_per_minute=60_000, clock=clock.time), 101, Completion("", usage=Usage(250, 250)))

    async def half_used(clock: Clock) -> None:
        await _calls(Pace(1, tokens_per_minute=60_000, clock=clock.time), 101, Completion("", usage=Usage(125, 125)))

    assert run(half_used) < 0.6 * run(reserved)


def test_the_providers_own_limit_is_learnt_from_its_headers_under_the_configured_ceiling() -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(1000, per_minute=120, clock=clock.time)
        pace.note({"x-ratelimit-limit-requests": "6000"})
        await _calls(pace, 121)
        assert 58 < clock.now - 1000 < 64
        pace.note({"anthropic-ratelimit-requests-limit": "60"})
        before = clock.now
        await _calls(pace, 31)
        assert 29 < clock.now - before < 33

    run(story)


@pytest.mark.parametrize("reset", ["20s", "20", "20000ms"])
def test_where_nothing_remains_everybody_waits_for_the_reset(reset: str) -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(10, clock=clock.time)
        pace.note(
            {
                "x-ratelimit-limit-requests": "60000",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": reset,
            }
        )
        await _calls(pace, 3)

    assert run(story) == pytest.approx(20, abs=0.1)


def test_too_much_halves_the_calls_in_flight_once_and_success_brings_them_back() -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(64, clock=clock.time)
        for _ in range(40):
            pace.went_wrong(CallError("busy", status=429, retryable=True, retry_after_s=2.0))
        assert 32 == pace.allowed
        await asyncio.sleep(3)
        pace.went_wrong(CallError("busy", status=503, retryable=True))
        assert 16 == pace.allowed
        await _calls(pace, 2000)
        assert 60 < pace.allowed <= 64

    run(story)


def test_everybody_waits_as_long_as_one_was_told() -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(4, clock=clock.time)
        pace.went_wrong(CallError("busy", status=429, retryable=True, retry_after_s=7.0))
        await _calls(pace, 4)

    assert run(story) == pytest.approx(7, abs=0.1)


def test_a_call_that_hangs_is_cut_and_may_be_tried_again() -> None:
    class Hung:
        async def send(self, request: ModelRequest) -> Completion:
            assert request is REQUEST
            await asyncio.Event().wait()
            return DONE

        async def close(self) -> None: ...

    async def story(clock: Clock) -> None:
        pace = Pace(1, clock=clock.time)
        with pytest.raises(CallError, match="no whole answer within 30 seconds") as caught:
            await PacedTransport(Hung(), pace, 30).send(REQUEST)
        assert caught.value.retryable
        await _calls(pace, 1)

    assert run(story) == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize("of", [1, 2, 3, 7])
@pytest.mark.parametrize("n", [7, 16, 100])
def test_the_shares_of_all_workers_are_the_whole(n: int, of: int) -> None:
    shares = [Share(number, of).places(n) for number in range(of)]
    assert n == sum(shares)
    assert max(shares) - min(shares) <= 1
    assert shares == [Pace(n, share=Share(number, of)).allowed for number in range(of)]


@pytest.mark.parametrize(
    ("configured", "header"), [(480, None), (None, "480"), (480, "6000"), (9000, "480")],
    ids=["configured", "learnt", "learnt above the ceiling", "learnt below the ceiling"],
)  # fmt: skip
@pytest.mark.parametrize("of", [1, 4])
def test_a_worker_asks_at_its_share_of_the_rate(configured: float | None, header: str | None, of: int) -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(1000, per_minute=configured, clock=clock.time, share=Share(0, of))
        if header is not None:
            pace.note({"x-ratelimit-limit-requests": header})
        await _calls(pace, 120 // of)

    assert run(story) == pytest.approx(15, rel=0.05)


def test_a_worker_uses_its_share_of_the_tokens() -> None:
    async def story(clock: Clock) -> None:
        pace = Pace(4, tokens_per_minute=240_000, clock=clock.time, share=Share(1, 4))
        await _calls(pace, 101, Completion("", usage=Usage(250, 250)))

    assert run(story) > 45
