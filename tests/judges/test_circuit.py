"""When failed calls mean that the endpoint is down."""

import asyncio

import pytest

from domain.errors import EndpointDownError
from judges.circuit import GuardedClient
from judges.client import CallFailure, Completion, ModelRequest, Turn

REQUEST = ModelRequest("m", (Turn("user", ("Hello.",)),), {})
DOWN, OWN, DONE = CallFailure("refused"), CallFailure("too long", 400), Completion("done")


class Replies:
    """A client that gives one outcome after the other."""

    def __init__(self, *outcomes: Completion | CallFailure) -> None:
        self._left = list(outcomes)

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        assert request is REQUEST
        return self._left.pop(0)

    async def close(self) -> None: ...


def _asked(*outcomes: Completion | CallFailure) -> int:
    """How many were answered before the circuit opened."""

    async def story() -> int:
        client = GuardedClient(Replies(*outcomes), "judge gpt")
        for n in range(len(outcomes)):
            try:
                await client.ask(REQUEST)
            except EndpointDownError:
                return n
        return len(outcomes)

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param([DOWN] * 20, 7, id="down"),
        pytest.param([CallFailure("no such key", 401)] * 20, 7, id="a-wrong-key"),
        pytest.param(([DOWN] * 7 + [DONE]) * 3, 24, id="a-success-in-between"),
        pytest.param([OWN] * 20, 20, id="faults-of-the-requests-themselves"),
        pytest.param([DOWN, OWN] * 10, 14, id="own-faults-do-not-close-it"),
    ],
)
def test_the_circuit_opens_after_so_many_failures_in_a_row(
    outcomes: list[Completion | CallFailure], expected: int
) -> None:
    assert expected == _asked(*outcomes)


def test_the_sentence_names_the_endpoint_and_what_it_said_last() -> None:
    error = EndpointDownError("judge gpt", 8, "HTTP 503: busy")
    assert 3 == error.exit_code
    assert "judge gpt: 8 calls in a row failed" in str(error)
    assert "HTTP 503: busy" in str(error)
