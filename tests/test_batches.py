"""Runs by the providers' batch APIs: the same run at half the price, each request paid for once whatever happens."""

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from aiohttp import web

from domain.errors import BatchError, InputError, RunHeldError
from judges.batches.api import ChunkLimits
from pipeline.journal import Entry
from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.run import RunResult, run_batch
from tests.batch_endpoint import BatchEndpoint, fault
from tests.build import scenario_json
from tests.conftest import Workspace
from tests.endpoint import served
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


DIE: dict[str, tuple[str, str, str]] = {
    "before the file is up": ("openai", "before", r"POST /v1/files"),
    "before the batch is made": ("openai", "before", r"POST /v1/batches"),
    "after the batch is made": ("openai", "after", r"POST /v1/batches"),
    "while it is waited for": ("openai", "before", r"GET /v1/batches/.*"),
    "while results come": ("openai", "before", r"GET /v1/files/.*"),
    "before a message batch is made": ("anthropic", "before", r"POST /v1/messages/batches"),
    "after a message batch is made": ("anthropic", "after", r"POST /v1/messages/batches"),
}
CODE = """
import sys
from pathlib import Path
from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.run import run_batch
terms = Terms(poll_s=0.01, sure_after_s=0.0)
run_batch(Path(sys.argv[2]), Path(sys.argv[2], sys.argv[3]), connect=lambda i, e: BatchClients(i, e, terms))
"""


def hook(here: BatchEndpoint, when: str, pattern: str, then: Callable[[], web.Response | None]) -> None:
    """Have something happen at the first call of this kind."""
    done: list[str] = []

    def first(call: str) -> web.Response | None:
        if done or not re.fullmatch(pattern, call):
            return None
        done.append(call)
        return then()

    setattr(here, when, first)


@pytest.mark.parametrize(("provider", "when", "pattern"), DIE.values(), ids=DIE.keys())
def test_killed_at_any_moment_and_continued_by_another_process_each_request_is_paid_for_once(
    workspace: Workspace, here: BatchEndpoint, provider: str, when: str, pattern: str
) -> None:
    behind(workspace, here, provider)
    running: list[subprocess.Popen[str]] = []

    def die() -> web.Response:
        running[0].kill()
        running[0].wait()
        return fault(500)

    hook(here, when, pattern, die)
    running.append(start(workspace, "config/c.yaml", code=CODE, **ENV))
    running[0].communicate()
    assert -9 == running[0].returncode
    assert run_with(workspace).is_complete
    assert (2, 6, {1}) == (len(here.batches), len(here.paid), set(here.paid.values()))
    assert LIGHTS == dispositions(workspace)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_submission_of_which_nobody_knows_is_looked_for_before_it_is_made_again(
    workspace: Workspace, here: BatchEndpoint, provider: str, when: str
) -> None:
    behind(workspace, here, provider)
    hook(here, when, SUBMIT, lambda: fault(500))
    said: list[str] = []
    assert run_with(workspace, said).is_complete
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))
    assert any("nobody knows whether a-0001 arrived" in one for one in said)


def test_a_message_batch_of_somebody_elses_is_not_taken_for_ours(workspace: Workspace, here: BatchEndpoint) -> None:
    """It has as many requests and was made while nobody knew of ours: only its results tell."""
    behind(workspace, here, "anthropic")
    params = {"model": "m", "messages": [{"role": "user", "content": "Hello."}]}
    here.submitted([{"custom_id": f"theirs-{n}", "params": params} for n in range(3)], {})
    hook(here, "before", SUBMIT, lambda: fault(500))
    said: list[str] = []
    assert run_with(workspace, said).is_complete
    assert 3 == len(here.batches)
    assert any("it may be batch_1, which has not ended" in one for one in said)
    assert LIGHTS == dispositions(workspace)


def test_an_uncertain_chunk_is_not_submitted_again_until_it_is_certain_or_somebody_settles_it(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    hook(here, "before", SUBMIT, lambda: fault(500))
    first = invoke(workspace, "run", "config/c.yaml", *FAST, "--no-wait", env=ENV)
    second = invoke(workspace, "run", "config/c.yaml", *FAST, "--no-wait", env=ENV)
    assert (3, 3, 0) == (first.exit_code, second.exit_code, len(here.batches))
    assert "--settle a-0001=BATCH_ID or --settle a-0001=none" in second.stderr
    with pytest.raises(InputError, match="there is no such chunk pending; pending: a-0001"):
        run(workspace, "--settle", "b-0001=none")
    assert run(workspace, "--settle", "a-0001=none")["complete"]
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))


def test_somebody_may_name_the_batch_of_an_uncertain_chunk(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here, "anthropic")
    here.looks = 50
    hook(here, "after", SUBMIT, lambda: fault(500))
    run(workspace, "--no-wait")
    here.batches["batch_1"].looks = here.looks = 0
    assert run(workspace, "--settle", "a-0001=batch_1")["complete"]
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))


def test_too_many_requests_is_tried_again(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    hook(here, "before", SUBMIT, lambda: fault(429, **{"retry-after-ms": "1"}))
    assert run(workspace)["complete"]
    assert (2, 3) == (len(here.batches), here.n(SUBMIT))


def test_a_provider_that_has_too_much_waiting_gets_smaller_batches_one_by_one(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    many(workspace, 6)
    here.end_as = lambda batch: "failed:token_limit_exceeded" if len(batch.lines) > 3 else "completed"
    assert run(workspace)["complete"]
    assert ([6, 3, 3] * 2, {1}) == ([len(one.lines) for one in here.batches.values()], set(here.paid.values()))


def test_a_refused_batch_ends_the_run_in_a_sentence_and_fails_no_call(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    here.end_as = lambda _: "failed:model_not_found"
    with pytest.raises(BatchError, match=r"candidate a: the provider refused a-0001 \(batch_2\): model_not_found"):
        run(workspace)
    assert {"run"} == {one["kind"] for one in journal(workspace)}
    here.end_as = lambda _: "completed"
    assert run(workspace)["complete"]


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("kept", [0.5, 0.999])
def test_a_download_that_was_cut_off_is_fetched_again(
    workspace: Workspace, here: BatchEndpoint, provider: str, kept: float
) -> None:
    behind(workspace, here, provider)
    here.download = lambda whole: whole[: int(len(whole) * kept)]
    with pytest.raises(BatchError, match="cannot be fetched: .* Nothing is submitted again"):
        run(workspace)
    seen: list[int] = []

    def once_more(whole: bytes) -> bytes:
        seen.append(len(whole))
        return whole[: int(len(whole) * kept)] if len(seen) == 1 else whole

    here.download = once_more
    assert run(workspace)["complete"]
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))


def test_a_result_of_what_was_not_asked_is_refused(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    here.change = lambda _, line: {**line, "custom_id": "judge-0"}
    with pytest.raises(BatchError, match="answers 'judge-0', which was not asked; nothing was taken from it"):
        run(workspace)
    assert 1 == len(here.batches)


def test_of_two_results_the_first_holds(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    here.download = lambda whole: whole + whole.replace(b"Rest and drink", b"Never mind")
    assert run(workspace)["complete"]
    assert b"Never mind" not in (workspace.root / "data/runs/c/journal.jsonl").read_bytes()


FAULTS: dict[str, tuple[str, Json, int]] = {
    "a server's fault": ("openai", {"response": {"status_code": 503, "body": {}}}, 2),
    "a request's own fault": ("openai", {"response": {"status_code": 400, "body": {}}}, 1),
    "garbage": ("openai", {"response": {"status_code": 200, "body": [1]}}, 1),
    "overload": ("anthropic", {"result": {"type": "errored", "error": {"error": {"type": "overloaded_error"}}}}, 2),
    "an invalid request": (
        "anthropic",
        {"result": {"type": "errored", "error": {"error": {"type": "invalid_request_error"}}}},
        1,
    ),
    "a shape unheard of": ("anthropic", {"result": {"type": "succeeded", "message": "?"}}, 1),
}


@pytest.mark.parametrize(("provider", "changes", "n_batches"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_that_may_pass_is_asked_again_and_every_other_is_a_failed_call(
    workspace: Workspace, here: BatchEndpoint, provider: str, changes: Json, n_batches: int
) -> None:
    behind(workspace, here, provider, "green")
    here.change = lambda _, line: {**line, **changes}
    found = run(workspace)
    assert ({"call_failed": 1}, {"borderline": 1}) == (found["responses"], found["dispositions"])
    assert n_batches == len(here.batches)


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
