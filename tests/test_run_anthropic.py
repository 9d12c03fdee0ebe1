"""A run whose candidate and judge are asked through Anthropic's messages API."""

from collections.abc import Callable

import pytest

from pipeline.journal import read_entries
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import KEY, LIGHTS, REPLY, clinic, dispositions, facts, prepare, schema_of
from tests.test_run_openai import assert_strict, files_with, split


@pytest.fixture
def ran(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> tuple[Workspace, Endpoint]:
    here = serve(clinic)
    env = prepare(workspace, *LIGHTS, provider="anthropic", model="claude-x", base_url=here.anthropic_url)
    assert facts(workspace, "run", "config/c.yaml", env=env)["complete"]
    return workspace, here


def test_items_end_as_the_judge_found_them(ran: tuple[Workspace, Endpoint]) -> None:
    assert dispositions(ran[0]) == LIGHTS


def test_a_candidate_is_asked_for_free_text_with_the_system_prompt_apart(ran: tuple[Workspace, Endpoint]) -> None:
    asked = split(ran[1].requests)[0]
    assert 3 == len(asked)
    for body in asked:
        assert {"model", "max_tokens", "messages", "system"} == body.keys()
        assert ("claude-x", 900) == (body["model"], body["max_tokens"])
        mark = {"cache_control": {"type": "ephemeral"}}
        assert [{"type": "text", "text": "Be careful.", **mark}] == body["system"]
        assert ["user"] == [message["role"] for message in body["messages"]]


def test_a_judge_is_asked_for_a_json_schema_with_the_case_as_a_prefix_worth_caching(
    ran: tuple[Workspace, Endpoint],
) -> None:
    judged = split(ran[1].requests)[1]
    assert 3 == len(judged)
    for body in judged:
        assert ("json_schema", 1500) == (body["output_config"]["format"]["type"], body["max_tokens"])
        assert_strict(schema_of(body))
        [message] = body["messages"]
        case, question = message["content"]
        assert ({"type": "ephemeral"}, False) == (case["cache_control"], "cache_control" in question)
        assert REPLY in case["text"]
        assert "# Criterion X-1" in question["text"]


def test_the_key_comes_from_the_environment_and_stands_in_no_file(ran: tuple[Workspace, Endpoint]) -> None:
    workspace, here = ran
    assert {f"Bearer {KEY}"} == {headers["Authorization"] for headers in here.headers}
    assert [] == files_with(KEY, workspace.root)


def test_thinking_is_no_part_of_the_reply_and_cached_tokens_are_counted(ran: tuple[Workspace, Endpoint]) -> None:
    entries = [entry for entry, _ in read_entries(ran[0].root / "data/runs/c/journal.jsonl")]
    calls = [entry["call"] for entry in entries if entry.get("call")]
    assert {REPLY} == {entry["body"] for entry in entries if entry["kind"] == "response"}
    assert {(14, 7, 3)} == {(one["input_tokens"], one["output_tokens"], one["cached_tokens"]) for one in calls}


@pytest.mark.parametrize(
    ("finish", "expected"),
    [("max_tokens", "truncated"), ("refusal", "refused"), ("pause_turn", "call_failed"), ("tool_use", "call_failed")],
)
def test_a_judge_that_does_not_end_its_turn_gives_no_verdict(
    workspace: Workspace, serve: Callable[[Say], Endpoint], finish: str, expected: str
) -> None:
    def say(body: Body) -> Answer:
        return Answer(clinic(body).text, finish=None if schema_of(body) is None else finish)

    env = prepare(workspace, "green", provider="anthropic", model="m", base_url=serve(say).anthropic_url)
    assert {expected: 1} == facts(workspace, "run", "config/c.yaml", env=env)["judge_failures"]
    assert {"green": "borderline"} == dispositions(workspace)
