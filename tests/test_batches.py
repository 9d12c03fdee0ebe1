"""Runs by the providers' batch APIs: the same run at half the price, whoever goes on with it and when."""

import re
import signal
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import orjson
import pytest
import yaml

from domain.errors import BatchError, InputError, RunHeldError
from judges.batches.api import ChunkLimits
from pipeline.journal import Entry
from tests.batch_endpoint import BatchEndpoint, fault
from tests.batched import BY_BATCH, BY_ITSELF, FAST, PRICES, SUBMIT, Json, behind, hook, limits, many, run, run_with
from tests.conftest import Workspace
from tests.endpoint import served
from tests.flow import ENV, LIGHTS, clinic, dispositions, facts, invoke, journal, start


@pytest.fixture
def here() -> Iterator[BatchEndpoint]:
    with served(BatchEndpoint(clinic)) as one:
        yield one


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
def test_a_finished_run_asks_nothing_by_either_road(workspace: Workspace, here: BatchEndpoint, provider: str) -> None:
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
    whole["candidates"].append({**deepcopy(whole["candidates"][0]), "candidate_id": "b"})
    workspace.yaml("config/c.yaml", whole)
    found = run(workspace)
    assert (3, 4) == (sum(here.paid.values()), found["new_calls"])
    assert 3 * BY_BATCH == pytest.approx(found["usd"])


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_no_wait_submits_and_ends_and_the_same_command_goes_on(
    workspace: Workspace, here: BatchEndpoint, provider: str
) -> None:
    behind(workspace, here, provider)
    here.looks = 0
    ends = [(one["complete"], one["batches_pending"]) for one in (run(workspace, "--no-wait") for _ in range(3))]
    assert [(False, 1), (False, 1), (True, 0)] == ends
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


def test_a_run_begun_by_batch_goes_on_without_and_asks_nothing_again(workspace: Workspace, here: BatchEndpoint) -> None:
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


def test_a_budget_stops_submission_in_time_and_the_run_goes_on_with_more(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    many(workspace, 12)
    limits(workspace, usd=0.05)
    stopped = run(workspace)
    assert (False, True, 0) == (stopped["complete"], stopped["budget_spent"], stopped["batches_pending"])
    assert 0.04 < sum(here.paid.values()) * BY_BATCH <= 0.05
    limits(workspace, usd=10.0)
    assert run(workspace)["complete"]
    assert (24, {1}) == (sum(here.paid.values()), set(here.paid.values()))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_server_without_batches_is_asked_directly(workspace: Workspace, here: BatchEndpoint, provider: str) -> None:
    behind(workspace, here, provider)
    here.before = lambda call: fault(404) if re.fullmatch(SUBMIT + r"|POST /v1/files", call) else None
    said: list[str] = []
    done = run_with(workspace, said)
    assert (True, 6) == (done.is_complete, here.n(BY_ITSELF))
    assert 2 == sum("its server has no batches" in one for one in said)
    assert {None} == {one["call"].get("road") for one in journal(workspace) if one.get("call")}


def test_the_roads_are_said(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    said = invoke(workspace, "run", "config/c.yaml", *FAST, env=ENV).stderr
    assert "By batch: candidate a, judge j." in said
    assert "judge j: 3 requests submitted as j-0001" in said
    assert "judge j: j-0001: completed, 3 of 3 requests done" in said


def test_a_second_process_is_told_who_holds_the_run(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    told: list[str] = []

    def second() -> None:
        with pytest.raises(RunHeldError) as refused:
            run(workspace)
        told.append(str(refused.value))

    hook(here, "before", r"GET /v1/batches/.*", second)
    assert run_with(workspace).is_complete
    assert 1 == len(told)


def test_a_signal_ends_the_wait_and_nothing_is_lost(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    here.looks = 10**9
    running: list[subprocess.Popen[str]] = []
    hook(here, "before", r"GET /v1/batches/.*", lambda: running[0].send_signal(signal.SIGTERM))
    running.append(start(workspace, "run", "config/c.yaml", *FAST, **ENV))
    out, _ = running[0].communicate()
    assert 3 == running[0].returncode
    assert "PENDING: 1 batches" in out
    here.looks = 0
    for one in here.batches.values():
        one.looks = 0
    assert run(workspace)["complete"]
    assert {1} == set(here.paid.values())


def test_a_plan_by_batch_says_the_batch_price(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    whole, half = (facts(workspace, "run", "config/c.yaml", "--dry-run", *more) for more in ((), ("--batch",)))
    assert whole["usd_estimate"] == pytest.approx(2 * half["usd_estimate"])
    workspace.yaml("config/prices.yaml", {**PRICES, "batch_share": {"openai": 0.25}})
    said = invoke(workspace, "run", "config/c.yaml", "--dry-run", "--batch").stdout
    assert "by batch at 25%" in said


@pytest.mark.parametrize("option", [["--no-wait"], ["--poll", "3"], ["--settle", "a=b"]])
def test_what_is_said_of_batches_needs_them(workspace: Workspace, option: list[str]) -> None:
    workspace.config()
    said = invoke(workspace, "run", "config/c.yaml", *option)
    assert (2, True) == (said.exit_code, "they need --batch" in said.stderr)
