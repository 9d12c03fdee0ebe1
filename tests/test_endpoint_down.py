"""A night in which an endpoint goes, and comes back; and a person who stops the run."""

import signal
import threading
from collections.abc import Callable

import pytest
import yaml

from domain.errors import EndpointDownError
from pipeline.journal import read_entries
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import ENV, clinic, facts, invoke, journal, prepare, start

Serve = Callable[[Say], Endpoint]
LIGHTS = [f"green{n}" for n in range(30)]


def _ready(workspace: Workspace, here: Endpoint, **changes: object) -> None:
    endpoint = {"provider": "openai", "model": "m", "base_url": here.openai_url, **changes}
    prepare(workspace, *LIGHTS, criteria=1, **endpoint)


def _clinic(body: Body) -> Answer:
    """Every light is green."""
    one = dict(body)
    one["messages"] = [*body["messages"], {"role": "user", "content": "The light is green."}]
    return clinic(one)


@pytest.mark.parametrize("transport", ["sdk", "direct"])
def test_a_run_ends_incomplete_where_an_endpoint_is_down_and_goes_on_when_it_is_back(
    workspace: Workspace, serve: Serve, transport: str
) -> None:
    down = [False]
    here = serve(lambda body: Answer(status=503, raw=b"", headers={"retry-after": "0"}) if down[0] else _clinic(body))
    _ready(workspace, here, transport=transport)
    invoke(workspace, "run", "config/c.yaml", "--limit", "5", env=ENV)
    down[0] = True
    with pytest.raises(EndpointDownError, match="a: 8 calls in a row failed"):
        invoke(workspace, "run", "config/c.yaml", env=ENV)
    down[0] = False
    found = facts(workspace, "run", "config/c.yaml", env=ENV)
    assert (30, False) == (found["finished"], found["complete"])
    assert 23 <= found["dispositions"]["cleared"]
    assert 7 >= found["responses"]["call_failed"]


def test_what_others_were_asked_is_not_lost_when_an_endpoint_is_down(workspace: Workspace, serve: Serve) -> None:
    here = serve(lambda body: Answer(_clinic(body).text, delay_s=0.05))
    down = serve(lambda _: Answer(status=503, raw=b"", headers={"retry-after": "0"}))
    _ready(workspace, here, transport="direct")
    path = workspace.root / "config/c.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["judges"][0]["base_url"] = down.openai_url
    workspace.yaml("config/c.yaml", config)
    with pytest.raises(EndpointDownError, match="j: 8 calls in a row failed"):
        invoke(workspace, "run", "config/c.yaml", env=ENV)
    answered = [entry for entry in journal(workspace) if entry["kind"] == "response"]
    assert len(here.requests) == len(answered)
    assert {"completed"} == {entry["outcome"] for entry in answered}


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_signal_ends_the_run_cleanly_and_the_same_command_continues_it(
    workspace: Workspace, serve: Serve, signum: signal.Signals
) -> None:
    asked = threading.Event()

    def say(body: Body) -> Answer:
        asked.set()
        return Answer(_clinic(body).text, delay_s=0.02)

    here = serve(say)
    _ready(workspace, here)
    running = start(workspace, "run", "config/c.yaml", **ENV)
    assert asked.wait(60)
    running.send_signal(signum)
    said, wrong = running.communicate()
    assert (3, "") == (running.returncode, wrong)
    assert "STOPPED before the end" in said
    entries = [one for one, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl")]
    n_asked = len(here.requests)
    assert n_asked == sum(1 for one in entries if one.get("call"))
    found = facts(workspace, "run", "config/c.yaml", env=ENV)
    assert found["complete"]
    assert 60 == len(here.requests)


def test_the_direct_road_says_the_same_as_the_sdk(workspace: Workspace, serve: Serve) -> None:
    here = serve(_clinic)
    _ready(workspace, here, transport="direct")
    found = facts(workspace, "run", "config/c.yaml", env=ENV)
    assert (True, {"cleared": 30}) == (found["complete"], found["dispositions"])
    assert {f"Bearer {ENV['CAVEAT_TEST_KEY']}"} == {one["Authorization"] for one in here.headers}


def test_what_decides_the_road_is_no_part_of_the_run(workspace: Workspace, serve: Serve) -> None:
    here = serve(_clinic)
    _ready(workspace, here)
    invoke(workspace, "run", "config/c.yaml", "--limit", "5", env=ENV)
    _ready(workspace, here, transport="direct", concurrency=2, per_minute=100_000)
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(raw=b"x" * (5 * 1024 * 1024)), "longer than"),
        (Answer(raw=b"<html>", content_type="text/html"), "no chat completion"),
        (Answer(raw=b'{"choices": [{"mess'), "no chat completion"),
        (Answer(status=400, raw=b'{"error": "key-b7Qz91-not-for-any-file is bad"}'), "HTTP 400"),
    ],
    ids=["endless", "a page", "half a body", "a bad request"],
)
def test_what_is_no_completion_is_a_failed_call_on_the_direct_road_too(
    workspace: Workspace, serve: Serve, answer: Answer, said: str
) -> None:
    here = serve(lambda _: answer)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url, transport="direct")
    found = facts(workspace, "run", "config/c.yaml", env=ENV)
    assert {"call_failed": 1} == found["responses"]
    written = (workspace.root / "data/runs/c/journal.jsonl").read_text(encoding="utf-8")
    assert said in written
    assert ENV["CAVEAT_TEST_KEY"] not in written
