"""The last wall before a provider: what it stops, what it lets through, and that it stops nothing we authored."""

import asyncio

from domain.identifiers.gate import IdentifierGate
from domain.model import JudgeSpec
from domain.question import questions_of
from domain.record import text_sha256
from judges.client import CallFailure, Completion, ModelRequest, Turn
from judges.judge import ModelJudge, proceed
from judges.wall import Wall, WalledClient
from pipeline.config import load_config
from pipeline.inputs import Inputs, load_responses
from tests.conftest import ROOT
from tests.identified import EMAIL, PHONE

ASKED = f"Ring {PHONE}, she said."


class Asked:
    """A client that counts what reaches it."""

    def __init__(self) -> None:
        self.n = 0

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """Always the same."""
        self.n += 1
        return Completion(f"About {len(request.turns)} turns.")

    async def close(self) -> None:
        """Nothing to let go of."""


def request(*parts: str) -> ModelRequest:
    return ModelRequest("m", (Turn("system", ("Be careful.",)), Turn("user", parts)), {})


def test_a_prompt_that_could_say_who_somebody_is_reaches_no_client_and_its_words_stand_in_no_message() -> None:
    behind = Asked()
    walled = WalledClient(behind, Wall(IdentifierGate()))
    said = asyncio.run(walled.ask(request("A case. ", ASKED)))
    assert said == CallFailure("not sent: the prompt holds what looks like a phone number")
    assert isinstance(asyncio.run(walled.ask(request("A case.", " And more."))), Completion)
    assert 1 == behind.n


def test_what_an_allowed_text_holds_may_stand_in_prompts_that_quote_it_and_nothing_else_may() -> None:
    gate = IdentifierGate([text_sha256(ASKED)])
    assert gate.problem(ASKED) is None
    wall = Wall(gate)
    assert wall.problem(request(f"The case: {ASKED}")) is None
    assert wall.problem(request(f"The case: {ASKED} {EMAIL}")) == (
        "not sent: the prompt holds what looks like an e-mail address"
    )
    assert gate.problem(f"Another text with {PHONE}") is not None


def test_no_prompt_about_what_was_authored_is_stopped() -> None:
    inputs = Inputs(ROOT, load_config(ROOT / "config/demo.yaml"))
    judge = ModelJudge(JudgeSpec(judge_id="j", provider="openai", model="m"), inputs.prompts)
    responses = list(load_responses(ROOT, ("data/responses/*.jsonl",), "responses"))[::15]
    wall, n = Wall(IdentifierGate()), 0
    for one in responses:
        for question in questions_of(
            inputs.scenarios[one.scenario_id], one.response, inputs.rubrics, own_criteria=True
        ):
            asked = proceed(judge.judging([question]))
            assert isinstance(asked, ModelRequest)
            assert wall.problem(asked) is None
            n += 1
    assert n > 100
