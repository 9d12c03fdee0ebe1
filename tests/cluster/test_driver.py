"""The driver with real workers, all in this process: what a cluster does to a run, apart from Ray."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from domain.errors import ClusterError, EndpointDownError, InputError, WorkersGoneError
from pipeline.cluster.connections import Elsewhere
from pipeline.run import Means, RunResult, run_batch
from tests.batch_endpoint import BatchEndpoint
from tests.batched import behind
from tests.batched import run as run_by_batch
from tests.cluster.nearby import Nearby
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, served
from tests.flow import ENV, LIGHTS, UNSAFE, authored, clinic, facts, invoke, journal, prepare
from tests.flow import outcome as ended

Serve = Callable[[Say], Endpoint]
NIGHT = [f"{light}-{number}" for number in range(10) for light in LIGHTS]
N_CALLS = 2 * len(NIGHT)


def ready(workspace: Workspace, here: Endpoint, **limits: object) -> None:
    prepare(workspace, *NIGHT, provider="openai", model="m", base_url=here.openai_url, transport="direct")
    rows = [
        {"scenario_id": one, "messages": [{"role": "user", "content": f"The light is {one.split('-')[0]}. ({one})"}]}
        for one in NIGHT
    ]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    _change(workspace, limits={"attempts": 2, "timeout_s": 30, "concurrency": 4, **limits})


def _change(workspace: Workspace, **changes: object) -> None:
    path = workspace.root / "config/c.yaml"
    workspace.yaml("config/c.yaml", {**yaml.safe_load(path.read_text(encoding="utf-8")), **changes})


def run(workspace: Workspace, engine: Nearby, **others: Any) -> RunResult:
    """The driver has no key: only workers need one."""
    others = {"environ": {}, **others}
    return run_batch(workspace.root, workspace.root / "config/c.yaml", means=Means(Elsewhere, engine), **others)


def _without_times(text: str) -> str:
    return re.sub(r"'(at|queued_at|latency_s)': ('[^']*'|[0-9.e-]+)", "", text)


def entries(workspace: Workspace) -> Counter[str]:
    """Every entry of the journal, without times and in no order."""
    return Counter(_without_times(repr(entry)) for entry in journal(workspace) if entry["kind"] != "scenario")


def waiting(workspace: Workspace) -> list[str]:
    """The store's queue, in no order."""
    return sorted(_without_times(repr(one)) for one in facts(workspace, "queue", "--limit", "100")["items"])


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("other"))


def test_a_run_through_workers_journals_what_a_local_run_does(
    workspace: Workspace, other: Workspace, serve: Serve
) -> None:
    here = serve(clinic)
    ready(workspace, here)
    ready(other, here)
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert run(other, Nearby(ENV)).is_complete
    assert 2 * N_CALLS == len(here.requests)
    assert entries(workspace) == entries(other)
    assert waiting(workspace) == waiting(other)


def test_imported_responses_scripts_and_embedded_judges_travel(workspace: Workspace, other: Workspace) -> None:
    for one in (workspace, other):
        _authored(one)
    invoke(workspace, "run", "config/c.yaml")
    assert 4 == run(other, Nearby({})).progress.n_finished
    assert entries(workspace) == entries(other)


@pytest.mark.parametrize("options", [{}, {"cache": False}], ids=["by default", "not with --no-cache"])
def test_workers_reuse_what_earlier_runs_were_told(
    workspace: Workspace, serve: Serve, options: dict[str, bool]
) -> None:
    here = serve(clinic)
    ready(workspace, here)
    run(workspace, Nearby(ENV), run_id="one")
    second = run(workspace, Nearby(ENV), run_id="two", **options)
    n_reused = 0 if options else len(NIGHT)
    assert (True, N_CALLS - n_reused, n_reused) == (
        second.is_complete, second.progress.n_calls, second.progress.n_reused,
    )  # fmt: skip
    assert 2 * N_CALLS - n_reused == len(here.requests)
    assert dispositions(workspace, "one") == dispositions(workspace, "two")


def dispositions(workspace: Workspace, run_id: str) -> Counter[str]:
    return Counter(entry["routed"]["disposition"] for entry in journal(workspace, run_id) if entry["kind"] == "item")


def _authored(workspace: Workspace) -> None:
    authored(workspace, {"s1": UNSAFE, "s2": "See a GP.", "s3": ""})
    replies = [{"about": "s2/X-1", "reply": "not JSON"}]
    workspace.jsonl("data/scripts/j.jsonl", replies)
    responses = [{"scenario_id": "s1", "candidate_id": "b", "response": "It is nothing to worry about, b says."}]
    workspace.jsonl("data/imported/all.jsonl", responses)
    judges = [
        {"judge_id": "lexicon", "provider": "lexicon"},
        {"judge_id": "exemplar", "provider": "exemplar"},
        {"judge_id": "a", "provider": "scripted", "script": ["data/scripts/*.jsonl"]},
    ]
    _change(workspace, judges=judges, responses=["data/imported/*.jsonl"])


def test_a_lost_worker_costs_no_call_that_was_finished(workspace: Workspace, serve: Serve) -> None:
    engine = Nearby(ENV, workers=2)
    n_asked = [0]

    def say(body: Body) -> Answer:
        n_asked[0] += 1
        if n_asked[0] == N_CALLS // 2:
            engine.lose(0)
        return Answer(clinic(body).text, delay_s=0.01)

    here = serve(say)
    ready(workspace, here)
    result = run(workspace, engine)
    assert result.is_complete
    assert 3 == len(engine.hired)
    assert N_CALLS == result.progress.n_calls
    assert len(here.requests) - N_CALLS <= 2 * 4  # what it had in flight, and began before it was found to be lost
    assert dict.fromkeys(LIGHTS.values(), 10) == dict(result.progress.dispositions)
    ids = Counter((one["kind"], one.get("verdict_id", one.get("item_id"))) for one in journal(workspace))
    del ids["scenario", None]
    assert {1} == set(ids.values())


@pytest.mark.parametrize("first", ["local", "cluster"])
def test_either_engine_continues_what_the_other_began(workspace: Workspace, serve: Serve, first: str) -> None:
    here = serve(clinic)
    ready(workspace, here)
    n = len(NIGHT) // 2
    if first == "local":
        invoke(workspace, "run", "config/c.yaml", "--limit", str(n), env=ENV)
        assert run(workspace, Nearby(ENV)).is_complete
    else:
        run(workspace, Nearby(ENV), limit=n)
        assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert N_CALLS == len(here.requests)
    assert len(NIGHT) == len(ended(journal(workspace)))


def test_a_run_that_has_gone_by_batches_is_not_continued_by_workers(workspace: Workspace) -> None:
    with served(BatchEndpoint(clinic)) as here:
        behind(workspace, here)
        run_by_batch(workspace, "--limit", "1")
        n_calls = len(here.calls)
        with pytest.raises(ClusterError, match="gone by batches, whose answers no worker has; continue it without"):
            run(workspace, Nearby(ENV))
        assert n_calls == len(here.calls)


def test_an_endpoint_that_is_down_ends_the_run_and_what_was_finished_stays(workspace: Workspace, serve: Serve) -> None:
    down = threading.Event()
    n_asked = [0]

    def say(body: Body) -> Answer:
        n_asked[0] += 1
        if n_asked[0] > 20 and not down.is_set():
            return Answer(status=503, raw=b"", headers={"retry-after": "0"})
        return clinic(body)

    here = serve(say)
    ready(workspace, here)
    with pytest.raises(EndpointDownError, match="8 calls in a row failed") as told:
        run(workspace, Nearby(ENV))
    assert 3 == told.value.exit_code
    assert 20 == sum("'text'" in repr(one.get("call")) for one in journal(workspace))
    down.set()
    run(workspace, Nearby(ENV))
    assert len(NIGHT) == len(ended(journal(workspace)))


PRICES = {
    "schema": "prices/1", "as_of": "2026-11-22", "note": "For tests.",
    "usd_per_million_tokens": {"m": {"input": 0.0, "output": 1000.0}},
}  # fmt: skip
CALL = 7 * 1000 / 1e6


@pytest.mark.parametrize("n_calls_paid", [3.5, 20.5, 45.5])
def test_the_cap_holds_over_all_workers_and_is_used_nearly_whole(
    workspace: Workspace, serve: Serve, n_calls_paid: float
) -> None:
    here = serve(clinic)
    ready(workspace, here, usd=n_calls_paid * CALL)
    workspace.yaml("config/prices.yaml", PRICES)
    whole = yaml.safe_load((workspace.root / "config/c.yaml").read_text(encoding="utf-8"))
    for one in (*whole["candidates"], *whole["judges"]):
        one["params"] = {"max_tokens": 14}
    workspace.yaml("config/c.yaml", whole)
    result = run(workspace, Nearby(ENV))
    assert not result.is_complete
    assert result.progress.is_budget_spent
    assert n_calls_paid - 2 < len(here.requests) <= n_calls_paid
    assert len(here.requests) == result.progress.n_calls


def test_a_price_that_is_missing_under_a_cap_is_said_before_any_call(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here, usd=1.0)
    with pytest.raises(InputError, match="the price file has no price for 'm'"):
        run(workspace, Nearby(ENV))
    assert [] == here.requests


def test_a_node_without_the_key_is_named(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    with pytest.raises(ClusterError, match=r"on the node .*: a: the environment variable CAVEAT_TEST_KEY .* not set"):
        run(workspace, Nearby({}))
    assert [] == here.requests


def test_a_node_with_another_version_is_named(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    engine = Nearby(ENV, change=lambda bundle: replace(bundle, fingerprints={"j": "another"}))
    with pytest.raises(ClusterError, match="the judge j is another than the driver's; install the same version"):
        run(workspace, engine)
    assert [] == here.requests


def test_where_every_worker_is_lost_at_once_again_and_again_the_run_ends_incomplete(
    workspace: Workspace, serve: Serve
) -> None:
    here = serve(clinic)
    ready(workspace, here)
    with pytest.raises(WorkersGoneError, match="5 workers were lost one after another: the test took it away"):
        run(workspace, Nearby(ENV, is_doomed=True))
    assert run(workspace, Nearby(ENV)).is_complete


def test_where_no_worker_is_heard_of_the_run_ends_incomplete(workspace: Workspace, serve: Serve) -> None:
    here = serve(lambda body: Answer(clinic(body).text, delay_s=0.3))
    ready(workspace, here)
    with pytest.raises(WorkersGoneError, match="no worker has been heard of for 0 seconds") as told:
        run(workspace, Nearby(ENV, patience_s=0.0))
    assert 3 == told.value.exit_code


@pytest.mark.parametrize(("concurrency", "workers"), [(1, 1), (2, 2), (8, 3)])
def test_there_are_no_more_workers_than_calls_that_may_be_in_flight(
    workspace: Workspace, serve: Serve, concurrency: int, workers: int
) -> None:
    here = serve(clinic)
    ready(workspace, here, concurrency=concurrency)
    engine = Nearby(ENV, workers=3)
    assert run(workspace, engine).is_complete
    assert workers == len(engine.hired)


def test_calls_in_flight_over_all_workers_stay_under_the_limit(workspace: Workspace, serve: Serve) -> None:
    here = serve(lambda body: Answer(clinic(body).text, delay_s=0.02))
    ready(workspace, here, concurrency=5)
    assert run(workspace, Nearby(ENV, workers=3)).is_complete
    assert 5 < here.peak <= 10  # five to the candidate, five to the judge


def test_calls_in_flight_to_one_provider_stay_under_its_limit(workspace: Workspace, serve: Serve) -> None:
    here = serve(lambda body: Answer(clinic(body).text, delay_s=0.02))
    ready(workspace, here, concurrency=5, per_provider=6)
    assert run(workspace, Nearby(ENV, workers=3)).is_complete
    assert 3 < here.peak <= 6
