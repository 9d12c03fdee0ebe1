"""Runs by the providers' batch APIs: the same run at half the price, each request paid for once whatever happens."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from domain.errors import BatchError, InputError, RunHeldError
from judges.batches.api import ChunkLimits
from pipeline.journal import Entry
from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.run import RunResult, run_batch
from tests.batch_endpoint import Batch, BatchEndpoint, fault
from tests.build import scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Say, prompt_text, served
from tests.flow import ENV, LIGHTS, clinic, dispositions, facts, invoke, journal, prepare, start

Json = dict[str, Any]
URLS = {"openai": "openai_url", "anthropic": "anthropic_url"}
FAST = ("--batch", "--poll", "0.01")
SUBMIT = r"POST /v1/(messages/)?batches"
BY_ITSELF = r"POST /v1/(messages|chat/completions)"
PRICES = {
    "schema": "prices/1",
    "as_of": "2026-11-22",
    "note": "For tests.",
    "usd_per_million_tokens": {"m": {"input": 0.0, "output": 1000.0}},
}
BY_BATCH = 7 * 1000 / 1e6 / 2
"""What the endpoint's count of tokens makes of one call, in USD."""


@pytest.fixture
def here() -> Iterator[BatchEndpoint]:
    with served(BatchEndpoint(clinic)) as one:
        yield one


def behind(workspace: Workspace, here: BatchEndpoint, provider: str = "openai", *lights: str) -> None:
    """The clinic as candidate and judge, by batch."""
    prepare(workspace, *(lights or LIGHTS), provider=provider, model="m", base_url=getattr(here, URLS[provider]))
    workspace.yaml("config/prices.yaml", PRICES)


def many(workspace: Workspace, n: int) -> list[str]:
    """So many scenarios in place of the three; each has a light that the clinic knows."""
    names = [f"{light}-{number}" for number in range(n) for light in LIGHTS][:n]
    rows = [
        scenario_json(one, messages=[{"role": "user", "content": f"{one}. The light is {one.split('-')[0]}."}])
        for one in names
    ]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    return names


def limits(workspace: Workspace, **changes: Any) -> None:
    path = workspace.root / "config/c.yaml"
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    for one in (*whole["candidates"], *whole["judges"]):
        one["params"] = {"max_tokens": 20}
    whole["limits"] |= changes
    workspace.yaml("config/c.yaml", whole)


def run(workspace: Workspace, *args: str) -> Json:
    return facts(workspace, "run", "config/c.yaml", *FAST, *args, env=ENV)


def run_with(workspace: Workspace, said: list[str] | None = None, **terms: Any) -> RunResult:
    whole = Terms(poll_s=0.01, say=(said if said is not None else []).append, **{"sure_after_s": 0.0, **terms})
    return run_batch(
        workspace.root,
        workspace.root / "config/c.yaml",
        environ=ENV,
        connect=lambda inputs, environ: BatchClients(inputs, environ, whole),
    )


def judged(entries: list[Entry]) -> list[Json]:
    """Findings and dispositions, without what differs between the roads."""
    kept = [{k: v for k, v in one.items() if k not in ("at", "call")} for one in entries if one["kind"] != "run"]
    return sorted(kept, key=orjson.dumps)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_run_by_batch_ends_as_the_live_run_at_half_the_price(
    tmp_path: Path, here: BatchEndpoint, provider: str
) -> None:
    live, batched = Workspace(tmp_path / "live"), Workspace(tmp_path / "batched")
    for one in (live, batched):
        behind(one, here, provider)
    alone = facts(live, "run", "config/c.yaml", env=ENV)
    together = run(batched)
    assert judged(journal(live)) == judged(journal(batched))
    assert LIGHTS == dispositions(live) == dispositions(batched)
    assert (6 * BY_BATCH, 12 * BY_BATCH) == pytest.approx((together.pop("usd"), alone.pop("usd")))
    assert alone | {"journal": ""} == together | {"journal": ""}
    assert (2, 6) == (here.n(SUBMIT), here.n(BY_ITSELF))
    assert {"batch"} == {one["call"]["road"] for one in journal(batched) if one.get("call")}
    costs = facts(batched, "report", "c")["costs"]
    assert [3 * BY_BATCH, 3 * BY_BATCH] == pytest.approx([one["usd"] for one in costs])


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_finished_run_asks_nothing_by_either_road(
    workspace: Workspace, here: BatchEndpoint, provider: str
) -> None:
    behind(workspace, here, provider)
    assert run(workspace)["complete"]
    calls = len(here.calls)
    assert (True, 0) == ((again := run(workspace))["complete"], again["new_calls"])
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert calls == len(here.calls)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize(
    ("most", "expected"),
    [(ChunkLimits(4, 10**9), [4, 4, 2]), (ChunkLimits(10**9, 1), [1] * 10), (ChunkLimits(10**9, 10**9), [10])],
    ids=["requests", "bytes", "neither"],
)
def test_requests_go_in_chunks_under_the_providers_limits(
    workspace: Workspace, here: BatchEndpoint, provider: str, most: ChunkLimits, expected: list[int]
) -> None:
    behind(workspace, here, provider)
    many(workspace, 10)
    assert run_with(workspace, most=most).is_complete
    sizes = [len(one.lines) for one in here.batches.values()]
    assert (expected, 20) == (sizes[: len(expected)], sum(sizes))
    assert {1} == set(here.paid.values())


def test_equal_requests_are_paid_for_once(workspace: Workspace, here: BatchEndpoint) -> None:
    """Two candidates that say the same to the same: one request to the judge answers for both."""
    behind(workspace, here, "openai", "green")
    whole = yaml.safe_load((workspace.root / "config/c.yaml").read_text(encoding="utf-8"))
    whole["candidates"].append({**whole["candidates"][0], "candidate_id": "b"})
    workspace.yaml("config/c.yaml", whole)
    found = run(workspace)
    assert (3, 4) == (sum(here.paid.values()), found["new_calls"])
    assert 3 * BY_BATCH == pytest.approx(found["usd"])


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_no_wait_submits_and_ends_and_later_processes_go_on(
    workspace: Workspace, here: BatchEndpoint, provider: str
) -> None:
    behind(workspace, here, provider)
    here.looks = 2
    ends: list[tuple[int, int]] = []
    while not ends or ends[-1][0] == 3:
        done = start(workspace, "run", "config/c.yaml", "--batch", "--no-wait", "--json", **ENV)
        out, _ = done.communicate()
        ends.append((done.returncode, orjson.loads(out)["batches_pending"]))
    assert [(3, 1), (3, 1), (3, 1), (3, 1), (0, 0)] == ends
    assert (2, {1}) == (here.n(SUBMIT), set(here.paid.values()))
    assert LIGHTS == dispositions(workspace)


def test_pending_batches_say_how_to_come_back_and_forbid_the_other_road(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    said = invoke(workspace, "run", "config/c.yaml", *FAST, "--no-wait", env=ENV)
    assert 3 == said.exit_code
    assert "PENDING: 1 batches are with the providers" in said.stdout
    assert "--run-id c" in said.stdout
    with pytest.raises(InputError, match=r"batches of this run are pending at the providers \(a-0001\)"):
        invoke(workspace, "run", "config/c.yaml", env=ENV)
    assert 0 == here.n(BY_ITSELF)


def test_a_run_begun_by_batch_goes_on_without_and_asks_nothing_again(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    here.looks = 0
    here.before = lambda call: fault(400) if call == "POST /v1/batches" and here.batches else None
    with pytest.raises(BatchError, match="judge j: the batch was not taken: HTTP 400"):
        run(workspace)
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert (3, {1}) == (here.n(BY_ITSELF), set(here.paid.values()))


def test_a_run_begun_without_goes_on_by_batch(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    invoke(workspace, "run", "config/c.yaml", "--limit", "1", env=ENV)
    assert run(workspace)["complete"]
    assert (2, 4) == (here.n(BY_ITSELF), sum(here.paid.values()))
    assert LIGHTS == dispositions(workspace)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("ended", ["expired", "cancelled"])
def test_what_a_batch_left_unanswered_completes_in_the_next(
    workspace: Workspace, here: BatchEndpoint, provider: str, ended: str
) -> None:
    behind(workspace, here, provider)
    many(workspace, 6)
    here.end_as = lambda batch: "completed" if len(batch.lines) < 6 else ended
    here.answers = lambda batch, n: len(batch.lines) < 6 or n % 2 == 0
    assert run(workspace)["complete"]
    assert [6, 3, 3, 3] == [len(one.lines) for one in here.batches.values()]
    assert (12, {1}) == (sum(here.paid.values()), set(here.paid.values()))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_what_is_never_answered_is_a_failed_call_after_its_attempts(
    workspace: Workspace, here: BatchEndpoint, provider: str
) -> None:
    behind(workspace, here, provider)
    here.end_as = lambda _: "expired"
    here.answers = lambda batch, n: "schema" not in orjson.dumps(batch.lines).decode() or n != 0
    found = run(workspace)
    assert ({"call_failed": 1}, False) == (found["judge_failures"], found["complete"])
    assert [3, 3, 1] == [len(one.lines) for one in here.batches.values()]
    assert calls_of(here) == calls_of(here)


def calls_of(here: BatchEndpoint) -> int:
    return len(here.calls)
