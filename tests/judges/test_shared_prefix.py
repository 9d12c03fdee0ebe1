"""Everything that the calls about one response share comes first, byte for byte, so that providers can cache it."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import JudgeSpec
from domain.question import Question
from judges.client import ModelRequest, Turn
from judges.judge import ModelJudge
from judges.transports.anthropic_messages import anthropic_transport, messages_body
from judges.transports.openai_chat import CHAT, dialect_at, openai_transport, own_chat_body
from judges.transports.sdk import Wiring
from tests.build import asked, criterion, rubric, scenario
from tests.judges.test_prompt import PROMPTS

JUDGES = [JudgeSpec(judge_id=one, provider="openai", model=one) for one in ("a", "b")]
words = st.text(min_size=1, max_size=60).filter(str.strip)


def requests(case: str, response: str, questions: list[str]) -> list[ModelRequest]:
    """Every judge on every criterion of one response, some of which may not apply."""
    found: list[ModelRequest] = []
    for number, text in enumerate(questions):
        one = criterion(f"X-{number}", ("commission", "omission")[number % 2], question=text)
        of = scenario(messages=[{"role": "user", "content": case}])
        one_question = Question(of, response, "r1", rubric(), one, one.severity.default, number % 2 == 0)
        found += [asked(ModelJudge(spec, PROMPTS), one_question) for spec in JUDGES]
    return found


@given(words, words, st.lists(words, min_size=2, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_all_calls_about_one_response_share_the_bytes_up_to_the_criterion(
    case: str, response: str, questions: list[str]
) -> None:
    calls = requests(case, response, questions)
    chats = [orjson.dumps(own_chat_body(one)["messages"]) for one in calls]
    prefix = orjson.dumps("".join(calls[0].turns[1].parts[:-1]))[:-1]
    assert 1 == len({chat[: chat.index(prefix) + len(prefix)] for chat in chats})
    messages = [messages_body(one) for one in calls]
    assert 1 == len({orjson.dumps([one["system"], one["messages"][0]["content"][0]]) for one in messages})
    assert 1 == len({own_chat_body(one)["prompt_cache_key"] for one in calls})


def marks(value: Any) -> int:
    """Cache breakpoints in a body."""
    return orjson.dumps(value).count(b'"cache_control"')


def test_breakpoints_stand_behind_system_and_case_and_nowhere_else() -> None:
    for body in (messages_body(one) for one in requests("A rash.", "Rest.", ["One?", "Two?"])):
        case, rest = body["messages"][0]["content"]
        assert (1, 1, 0, 2) == (marks(body["system"][-1]), marks(case), marks(rest), marks(body))


def test_several_system_turns_take_one_breakpoint_of_the_four_that_there_are() -> None:
    turns = (*(Turn("system", (f"{number}",)) for number in range(6)), Turn("user", ("Hi.",)))
    body = messages_body(ModelRequest("m", turns, {}))
    assert (1, 1) == (marks(body), marks(body["system"][-1]))


@pytest.mark.parametrize(
    ("base_url", "is_own"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://localhost:8000/v1", False),
        ("https://notapi.openai.com.example.org/v1", False),
        ("https://mine.openai.azure.com/openai/v1", False),
    ],
)
def test_only_openai_itself_is_sent_a_field_that_others_may_refuse(base_url: str | None, is_own: bool) -> None:  # noqa: FBT001
    body = dialect_at(base_url).body(requests("A rash.", "Rest.", ["One?", "Two?"])[0])
    assert is_own == ("prompt_cache_key" in body)
    assert is_own != (dialect_at(base_url) is CHAT)


def test_calls_are_sent_together_by_response_and_a_configured_key_rules() -> None:
    keys = {
        own_chat_body(requests("A rash.", text, ["One?"])[0])["prompt_cache_key"] for text in ("Rest.", "Call 999.")
    }
    assert 2 == len(keys)
    turns = (Turn("user", ("The case.", "The question.")),)
    assert "mine" == own_chat_body(ModelRequest("m", turns, {"prompt_cache_key": "mine"}))["prompt_cache_key"]
    assert "prompt_cache_key" not in own_chat_body(ModelRequest("m", (Turn("user", ("Hi.",)),), {}))


@pytest.mark.parametrize(
    ("build", "variable", "expected"),
    [
        (openai_transport, "OPENAI_BASE_URL", "https://api.openai.com/v1/"),
        (anthropic_transport, "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    ],
)
def test_an_address_in_the_environment_does_not_stand_in_for_the_configurations(
    monkeypatch: pytest.MonkeyPatch, build: Any, variable: str, expected: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9/elsewhere")
    transport = build(Wiring("key", None, 1.0, lambda _: None))
    assert expected == str(transport._client.base_url)


KEYS: dict[str, ModelRequest] = {
    "model": ModelRequest("m2", (Turn("user", ("Hi.",)),), {}),
    "text": ModelRequest("m", (Turn("user", ("Ho.",)),), {}),
    "role": ModelRequest("m", (Turn("system", ("Hi.",)),), {}),
    "parameters": ModelRequest("m", (Turn("user", ("Hi.",)),), {"temperature": 1}),
    "schema": ModelRequest("m", (Turn("user", ("Hi.",)),), {}, {"type": "object"}),
    "repeat": ModelRequest("m", (Turn("user", ("Hi.",)),), {}, repeat=1),
}


@pytest.mark.parametrize("other", KEYS.values(), ids=KEYS.keys())
def test_a_call_is_keyed_by_all_that_determines_its_reply(other: ModelRequest) -> None:
    one = ModelRequest("m", (Turn("user", ("Hi.",)),), {})
    assert one.key("openai ") not in {other.key("openai "), one.key("openai http://localhost"), one.key("anthropic ")}


def test_what_a_call_is_about_and_where_its_parts_end_is_no_part_of_its_key() -> None:
    one, other = (
        ModelRequest("m", (Turn("user", parts),), {}, about=about)
        for parts, about in ((("Hi.",), "a"), (("H", "i."), "b"))
    )
    assert one.key("openai ") == other.key("openai ")
