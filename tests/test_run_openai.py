"""A run whose candidate and judge are asked through an OpenAI-compatible endpoint."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.journal import read_entries
from tests.build import reply_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text
from tests.flow import FINDINGS, KEY, LIGHTS, REPLY, clinic, dispositions, facts, prepare, schema_of


def split(requests: list[Body]) -> tuple[list[Body], list[Body]]:
    """What candidates were asked, and what judges were asked."""
    return [one for one in requests if schema_of(one) is None], [one for one in requests if schema_of(one) is not None]


def assert_strict(schema: dict[str, Any] | None) -> None:
    """Every key of a reply is demanded, and no other allowed: what the providers' strict modes accept."""
    assert schema is not None
    assert list(reply_json()) == list(schema["properties"]) == schema["required"]
    assert (False, ["yes", "no", "cannot_tell"]) == (
        schema["additionalProperties"],
        schema["properties"]["answer"]["enum"],
    )


def files_with(text: str, root: Path) -> list[str]:
    """Every file under the folder that holds the text."""
    whole = [one for one in root.rglob("*") if one.is_file()]
    assert {"journal.jsonl", "caveat.duckdb", "c.yaml"} <= {one.name for one in whole}
    return [str(one) for one in whole if text.encode() in one.read_bytes()]


@pytest.fixture
def ran(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> tuple[Workspace, Endpoint]:
    here = serve(clinic)
    env = prepare(workspace, *LIGHTS, provider="openai", model="gpt-x", base_url=here.openai_url)
    assert facts(workspace, "run", "config/c.yaml", env=env)["complete"]
    return workspace, here


def test_items_end_as_the_judge_found_them(ran: tuple[Workspace, Endpoint]) -> None:
    assert dispositions(ran[0]) == LIGHTS


def test_a_candidate_is_asked_for_free_text_with_its_own_system_prompt(ran: tuple[Workspace, Endpoint]) -> None:
    system = {"role": "system", "content": "Be careful."}
    expected = [
        {"model": "gpt-x", "max_tokens": 900, "messages": [system, {"role": "user", "content": f"The light is {one}."}]}
        for one in LIGHTS
    ]
    assert expected == sorted(split(ran[1].requests)[0], key=lambda one: list(LIGHTS).index(prompt_text(one)[25:-1]))


def test_a_judge_is_asked_for_a_strict_json_schema(ran: tuple[Workspace, Endpoint]) -> None:
    judged = split(ran[1].requests)[1]
    assert 3 == len(judged)
    for body in judged:
        assert {"model", "messages", "max_tokens", "response_format"} == body.keys()
        assert ["system", "user"] == [message["role"] for message in body["messages"]]
        assert REPLY in body["messages"][1]["content"]
        assert ("json_schema", True) == (
            body["response_format"]["type"],
            body["response_format"]["json_schema"]["strict"],
        )
        assert_strict(schema_of(body))


def test_the_key_comes_from_the_environment_and_stands_in_no_file(ran: tuple[Workspace, Endpoint]) -> None:
    workspace, here = ran
    assert {f"Bearer {KEY}"} == {headers["Authorization"] for headers in here.headers}
    assert [] == files_with(KEY, workspace.root)


def test_the_journal_keeps_every_reply_word_for_word_with_its_tokens(ran: tuple[Workspace, Endpoint]) -> None:
    entries = [entry for entry, _ in read_entries(ran[0].root / "data/runs/c/journal.jsonl")]
    calls = [entry["call"] for entry in entries if entry.get("call")]
    replies = [orjson.dumps(one).decode() for one in FINDINGS.values()] + 3 * [REPLY]
    assert sorted(replies) == sorted(call["text"] for call in calls)
    assert {(11, 7, "gpt-x")} == {(call["input_tokens"], call["output_tokens"], call["model"]) for call in calls}


@pytest.mark.parametrize(
    "answer",
    [
        # a gateway's error pages show the request's headers, whatever status they come with
        pytest.param(lambda: Answer(status=400, raw=orjson.dumps({"error": {"message": f"bad key {KEY}"}})), id="400"),
        pytest.param(lambda: Answer(raw=orjson.dumps({"error": f"Bearer {KEY}"})), id="200-json"),
        pytest.param(lambda: Answer(raw=f"<p>Bearer {KEY}".encode(), content_type="text/html"), id="200-html"),
    ],
)
def test_a_key_that_an_error_quotes_back_stands_in_no_file(
    workspace: Workspace, serve: Callable[[Say], Endpoint], answer: Callable[[], Answer]
) -> None:
    env = prepare(workspace, "green", provider="openai", model="m", base_url=serve(lambda _: answer()).openai_url)
    assert {"call_failed": 1} == facts(workspace, "run", "config/c.yaml", env=env)["responses"]
    assert [] == files_with(KEY, workspace.root)
