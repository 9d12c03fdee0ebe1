"""A run whose candidate and judge are asked through litellm, in a process of its own: its import takes seconds."""

import importlib.util
from collections.abc import Callable
from contextlib import ExitStack

import orjson
import pytest

from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text
from tests.faults.wire import bomb, endless, moved, packed, wired
from tests.flow import KEY, LIGHTS, REPLY, clinic, dispositions, prepare, schema_of, start
from tests.test_run_openai import assert_strict, files_with, split

ASK = """
import sys
from tests.faults.roads import ask

for url in sys.argv[3:]:
    print(ask("litellm", "sdk", url, timeout_s=20, model="openai/gpt-x").detail)
"""
WHY = 'litellm is optional and not installed: pip install "caveat[litellm]"'
pytestmark = pytest.mark.skipif(importlib.util.find_spec("litellm") is None, reason=WHY)


def _with_a_fault(body: Body) -> Answer:
    if schema_of(body) is not None and "The light is out." in prompt_text(body):
        return Answer(status=400, raw=orjson.dumps({"error": {"message": f"bad key {KEY}"}}))
    return clinic(body)


def test_a_run_through_litellm_asks_in_openais_shape_and_ends_as_the_judge_found(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    here = serve(_with_a_fault)
    env = prepare(workspace, *LIGHTS, "out", provider="litellm", model="openai/gpt-x", base_url=here.openai_url)
    process = start(workspace, "run", "config/c.yaml", "--json", **env)
    said, wrong = process.communicate()
    assert 3 == process.returncode, wrong
    assert "Traceback" not in wrong
    assert {**LIGHTS, "out": "borderline"} == dispositions(workspace)
    assert [] == files_with(KEY, workspace.root)
    assert {f"Bearer {KEY}"} == {headers["Authorization"] for headers in here.headers}
    asked, judged = split(here.requests)
    assert (4, 4, {"gpt-x"}) == (len(asked), len(judged), {body["model"] for body in here.requests})
    for body in judged:
        assert body["response_format"]["json_schema"]["strict"]
        assert_strict(schema_of(body))
        assert REPLY in body["messages"][1]["content"]
    assert {"call_failed": 1} == orjson.loads(said)["judge_failures"]


def test_an_answer_without_end_a_packed_one_and_a_redirect_are_failed_calls(workspace: Workspace) -> None:
    packed()
    with ExitStack() as stack:
        lines = [stack.enter_context(wired(fault)) for fault in (endless, bomb, moved)]
        process = start(workspace, *(f"http://127.0.0.1:{one.port}" for one in lines), code=ASK)
        said, wrong = process.communicate()
    assert [
        "the endpoint's answer is longer than 4,194,304 bytes",
        "the endpoint's answer is packed, though it was asked for as it is",
        "HTTP 307: the endpoint sends to another address",
    ] == said.splitlines(), wrong
    assert [1, 1, 1] == [len(one.lines) for one in lines]
    assert all(one.n_sent < 32 * 1024 * 1024 for one in lines)
