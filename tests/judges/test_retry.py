"""What is tried again, how often, and after how long."""

import asyncio
from collections.abc import Callable
from contextvars import Context

import pytest

from judges.client import CallError, CallFailure, Completion, ModelRequest, Turn
from judges.retry import RetryingClient
from judges.transports.scripted import ScriptedTransport

REQUEST = ModelRequest("m", (Turn("user", ("Hello.",)),), {}, about="s1/X-1")
DONE = Completion("done")


class Script:
    """A transport that gives or raises one outcome after the other."""

    def __init__(self, *outcomes: Completion | CallError) -> None:
        self.left = list(outcomes)
        self.closed = False

    async def send(self, request: ModelRequest) -> Completion:
        assert request is REQUEST
        outcome = self.left.pop(0)
        if isinstance(outcome, CallError):
            raise outcome
        return outcome

    async def close(self) -> None:
        self.closed = True


class Clock(asyncio.SelectorEventLoop):
    """An event loop in which waiting is noted and over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self.waits.append(delay)
        return super().call_later(0, callback, *args, context=context)


def _busy(status: int | None = 503, after: float | None = 0.0) -> CallError:
    return CallError("busy", status=status, retryable=True, retry_after_s=after)


def _wrong() -> CallError:
    return CallError("wrong", status=400)


def _ask(attempts: int, *outcomes: Completion | CallError) -> tuple[Completion | CallFailure, int]:
    """What came of it, and how many outcomes were never asked for."""
    script = Script(*outcomes)
    return asyncio.run(RetryingClient(script, attempts).ask(REQUEST)), len(script.left)


@pytest.mark.parametrize("faults", [0, 1, 2, 3])
def test_a_passing_fault_is_tried_again_and_every_attempt_is_counted(faults: int) -> None:
    outcome, left = _ask(4, *[_busy() for _ in range(faults)], DONE)
    assert isinstance(outcome, Completion)
    assert ("done", faults + 1, 0) == (outcome.text, outcome.attempts, left)


FAILS: dict[str, tuple[int, list[Completion | CallError], CallFailure, int]] = {
    "a lasting fault at once": (4, [_wrong(), DONE], CallFailure("wrong", 400, 1), 1),
    "a lasting fault after a passing one": (4, [_busy(), _wrong(), DONE], CallFailure("wrong", 400, 2), 1),
    "passing faults to the end": (3, [_busy(429), _busy(500), _busy(), DONE], CallFailure("busy", 503, 3), 1),
    "one attempt allowed": (1, [_busy(429), DONE], CallFailure("busy", 429, 1), 1),
    "no status": (2, [_busy(None), _busy(None)], CallFailure("busy", None, 2), 0),
}


@pytest.mark.parametrize(("attempts", "outcomes", "expected", "left"), FAILS.values(), ids=FAILS.keys())
def test_what_does_not_pass_is_a_failure_with_its_last_fault(
    attempts: int, outcomes: list[Completion | CallError], expected: CallFailure, left: int
) -> None:
    assert (expected, left) == _ask(attempts, *outcomes)


def test_a_clients_calls_are_counted_apart_even_at_once() -> None:
    async def both() -> list[Completion | CallFailure]:
        client = RetryingClient(Script(_busy(), _busy(), DONE, DONE), 3)
        return list(await asyncio.gather(client.ask(REQUEST), client.ask(REQUEST)))

    outcomes = asyncio.run(both())
    assert [2, 2] == [one.attempts for one in outcomes]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param([None, None, None], [0.5, 1.0, 2.0], id="doubles"),
        pytest.param([None] * 9, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0], id="up to half a minute"),
        pytest.param([7.0, 0.25, 120.0], [7.0, 0.25, 120.0], id="as the server asked"),
        pytest.param([0.0, 0.0], [], id="not at all, if the server asked for none"),
        pytest.param([None, 7.0, None], [0.5, 7.0, 2.0], id="each as it comes"),
    ],
)
def test_between_attempts_it_waits_as_long_as_the_server_asked_or_twice_as_long_each_time(
    asked: list[float | None], expected: list[float]
) -> None:
    clock = Clock()
    script = Script(*[_busy(after=after) for after in asked], DONE)
    with asyncio.Runner(loop_factory=lambda: clock) as runner:
        outcome = runner.run(RetryingClient(script, 10).ask(REQUEST))
    assert (len(asked) + 1, expected) == (outcome.attempts, [one for one in clock.waits if one])


def test_closing_a_client_closes_its_transport() -> None:
    script = Script()
    asyncio.run(RetryingClient(script, 1).close())
    assert script.closed


def test_a_scripted_reply_is_found_by_what_the_request_is_about() -> None:
    outcome = asyncio.run(RetryingClient(ScriptedTransport({"s1/X-1": DONE}), 1).ask(REQUEST))
    assert "done" == getattr(outcome, "text", None)


def test_a_request_that_the_script_does_not_know_fails_without_another_attempt() -> None:
    outcome = asyncio.run(RetryingClient(ScriptedTransport({}), 5).ask(REQUEST))
    assert CallFailure("the script has no reply for s1/X-1", None, 1) == outcome
