"""Whole runs on a real Ray cluster of two nodes; the driver has no key, only the nodes have one."""

import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Generator
from importlib.util import find_spec

import orjson
import pytest

from domain.errors import ClusterError
from pipeline.cluster.ray_cluster import RayCluster
from tests.cluster.nodes import ENVIRONMENT, Nodes, two_nodes
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import ENV, clinic, facts, journal, outcome, prepare, start

pytestmark = [
    pytest.mark.xdist_group("ray"),
    pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install 'caveat[ray]'"),
]

Serve = Callable[[Say], Endpoint]
LIGHTS = [f"green{n}" for n in range(100)]
N_CALLS = 2 * len(LIGHTS)
IN_FLIGHT = 4
"""Calls at once to the candidate, and as many to the judge, over both workers."""


@pytest.fixture(scope="module")
def nodes() -> Generator[Nodes]:
    with two_nodes(**ENV) as found:
        yield found


def ready(workspace: Workspace, here: Endpoint) -> None:
    prepare(workspace, *LIGHTS, provider="openai", model="m", base_url=here.openai_url, transport="direct")


def say(body: Body) -> Answer:
    """Every light is green; slow enough that something can happen meanwhile."""
    green = {**body, "messages": [*body["messages"], {"role": "user", "content": "The light is green."}]}
    return Answer(clinic(green).text, delay_s=0.02)


def drive(workspace: Workspace, nodes: Nodes, *options: str) -> "subprocess.Popen[str]":
    assert not ENV.keys() & os.environ.keys()
    return start(
        workspace, "run", "config/c.yaml", "--engine", "ray", "--ray-address", nodes.address, *options, **ENVIRONMENT
    )


def finished_calls(workspace: Workspace) -> Counter[str]:
    return Counter(str(one.get("verdict_id", one["item_id"])) for one in journal(workspace) if one.get("call"))


def at_call(n: int, do: Callable[[], None]) -> Say:
    """Do something once, when the n-th call comes."""
    n_asked = [0]

    def answer(body: Body) -> Answer:
        n_asked[0] += 1
        if n_asked[0] == n:
            do()
        return say(body)

    return answer


def test_a_run_on_two_nodes_ends_as_a_local_one(
    nodes: Nodes, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, serve: Serve
) -> None:
    here, other = serve(say), Workspace(tmp_path_factory.mktemp("other"))
    ready(workspace, here)
    ready(other, here)
    said, wrong = (running := drive(workspace, nodes)).communicate()
    assert (0, "") == (running.returncode, wrong)
    assert "100 of 100 responses judged" in said
    assert N_CALLS == len(here.requests)
    assert {f"Bearer {ENV['CAVEAT_TEST_KEY']}"} == {one["Authorization"] for one in here.headers}
    assert facts(other, "run", "config/c.yaml", env=ENV)["complete"]
    assert outcome(journal(workspace)) == outcome(journal(other))
    assert here.peak <= 2 * IN_FLIGHT


def test_kept_replies_that_are_lost_on_the_way_cost_calls_and_no_run(
    nodes: Nodes, workspace: Workspace, serve: Serve
) -> None:
    here = serve(at_call(N_CALLS + len(LIGHTS) // 2, lambda: os.kill(nodes.holding("KeptReplies")[0], signal.SIGKILL)))
    ready(workspace, here)
    assert facts(workspace, "run", "config/c.yaml", "--run-id", "one", env=ENV)["complete"]
    said, _ = (running := drive(workspace, nodes, "--run-id", "two", "--json")).communicate()
    found = orjson.loads(said)
    assert (0, True) == (running.returncode, found["complete"])
    assert 0 < found["reused_calls"] < len(LIGHTS)
    assert N_CALLS == found["new_calls"] + found["reused_calls"]


def test_a_killed_worker_costs_its_calls_in_flight(nodes: Nodes, workspace: Workspace, serve: Serve) -> None:
    here = serve(at_call(N_CALLS // 2, lambda: os.kill(nodes.workers()[0], signal.SIGKILL)))
    ready(workspace, here)
    said, _ = (running := drive(workspace, nodes, "--json")).communicate()
    assert (0, True) == (running.returncode, orjson.loads(said)["complete"])  # Ray's own words are not on stdout
    assert_each_call_once(workspace, here)


def test_a_lost_node_costs_its_calls_in_flight(nodes: Nodes, workspace: Workspace, serve: Serve) -> None:
    here = serve(at_call(N_CALLS // 2, lambda: nodes.tell("remove")))
    ready(workspace, here)
    running = drive(workspace, nodes)
    running.communicate()
    nodes.tell("add")
    assert 0 == running.returncode
    assert_each_call_once(workspace, here)


def assert_each_call_once(workspace: Workspace, here: Endpoint) -> None:
    """In the journal; and what was asked again is no more than one worker had in flight, or was about to say."""
    assert {1} == set(finished_calls(workspace).values())
    assert N_CALLS == len(finished_calls(workspace))
    assert len(LIGHTS) == len(outcome(journal(workspace)))
    n_again = len(here.requests) - N_CALLS
    assert 0 <= n_again <= 2 * IN_FLIGHT


def test_ctrl_c_ends_a_run_cleanly_and_a_local_run_continues_it(
    nodes: Nodes, workspace: Workspace, serve: Serve
) -> None:
    running: list[subprocess.Popen[str]] = []
    here = serve(at_call(N_CALLS // 2, lambda: running[0].send_signal(signal.SIGINT)))
    ready(workspace, here)
    running.append(drive(workspace, nodes))
    said, wrong = running[0].communicate()
    assert (3, "") == (running[0].returncode, wrong)
    assert "STOPPED before the end" in said
    assert len(here.requests) == finished_calls(workspace).total() < N_CALLS
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert N_CALLS == len(here.requests)


def test_a_killed_driver_leaves_a_run_that_continues(nodes: Nodes, workspace: Workspace, serve: Serve) -> None:
    running: list[subprocess.Popen[str]] = []
    here = serve(at_call(N_CALLS // 2, lambda: running[0].send_signal(signal.SIGKILL)))
    ready(workspace, here)
    running.append(drive(workspace, nodes))
    running[0].communicate()
    kept = finished_calls(workspace)
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert {1} == set(finished_calls(workspace).values())
    assert kept.total() > N_CALLS // 4


def test_an_endpoint_that_is_down_ends_the_run(nodes: Nodes, workspace: Workspace, serve: Serve) -> None:
    here = serve(lambda _: Answer(status=503, raw=b"", headers={"retry-after": "0"}))
    ready(workspace, here)
    _, wrong = (running := drive(workspace, nodes)).communicate()
    assert 3 == running.returncode
    assert wrong.startswith("caveat: a: 8 calls in a row failed after every retry")


def test_where_nothing_listens_there_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ClusterError, match=f"no Ray cluster can be reached at '127.0.0.1:{port}'; start one with"):
        RayCluster(f"127.0.0.1:{port}").__enter__()


@pytest.mark.parametrize("address", ["ray://head:10001", "head", "head:port", ":6379"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ClusterError, match="expected auto, local, or the host:port"):
        RayCluster(address).__enter__()


def test_where_ray_is_not_installed_the_sentence_says_how(workspace: Workspace) -> None:
    workspace.config()
    code = "import sys; sys.modules['ray'] = None; from pipeline.cli import main; main()"
    running = start(workspace, "run", "config/c.yaml", "--engine", "ray", code=code)
    _, wrong = running.communicate()
    assert (2, "caveat: --engine ray needs Ray; install it with: pip install 'caveat[ray]'\n") == (
        running.returncode, wrong,
    )  # fmt: skip
