"""Batches that are cut short, lost, refused or garbled: each request is paid for once, and nothing is made up."""

import re
import subprocess
from collections.abc import Iterator

import pytest
from aiohttp import web

from domain.errors import BatchError, InputError
from tests.batch_endpoint import BatchEndpoint, fault
from tests.batched import FAST, SUBMIT, Json, behind, hook, many, run, run_with
from tests.conftest import Workspace
from tests.endpoint import served
from tests.flow import ENV, LIGHTS, clinic, dispositions, invoke, journal, start


@pytest.fixture
def here() -> Iterator[BatchEndpoint]:
    with served(BatchEndpoint(clinic)) as one:
        yield one


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
from pipeline.run import Means, run_batch
terms = Terms(poll_s=0.01, sure_after_s=0.0)
run_batch(Path(sys.argv[2]), Path(sys.argv[2], sys.argv[3]), means=Means(lambda i, e: BatchClients(i, e, terms)))
"""


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


def test_a_provider_that_takes_no_file_for_a_while_is_waited_for(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    n_tries = [0]

    def away(call: str) -> web.Response | None:
        n_tries[0] += call == "POST /v1/files"
        return fault(503, **{"retry-after-ms": "1"}) if n_tries[0] <= 8 and call == "POST /v1/files" else None

    here.before = away
    said: list[str] = []
    assert run_with(workspace, said).is_complete
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))
    assert any("cannot be submitted now (HTTP 503" in one for one in said)


def test_a_provider_that_takes_no_file_any_more_ends_the_run(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    here.before = lambda call: fault(503, **{"retry-after-ms": "1"}) if call == "POST /v1/files" else None
    with pytest.raises(BatchError, match="the batch was not taken: HTTP 503"):
        run_with(workspace)
    here.before = lambda _: None
    assert run(workspace)["complete"]
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_no_batch_follows_a_redirect(workspace: Workspace, here: BatchEndpoint, provider: str) -> None:
    behind(workspace, here, provider)
    elsewhere = {"location": "/elsewhere"}
    here.before = lambda call: web.Response(status=307, headers=elsewhere) if call.startswith("POST") else None
    with pytest.raises(BatchError, match="the batch was not taken: HTTP 307"):
        run_with(workspace)
    assert not [one for one in here.calls if "elsewhere" in one]


LOOKS = {"openai": r"GET /v1/batches/.*", "anthropic": r"GET /v1/messages/batches/[^/]*"}


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_provider_that_cannot_be_reached_for_a_while_is_waited_for(
    workspace: Workspace, here: BatchEndpoint, provider: str
) -> None:
    behind(workspace, here, provider)
    n_looks = [0]

    def away(call: str) -> web.Response | None:
        n_looks[0] += re.fullmatch(LOOKS[provider], call) is not None
        return fault(503, **{"retry-after-ms": "1"}) if 0 < n_looks[0] <= 20 else None

    here.before = away
    said: list[str] = []
    assert run_with(workspace, said).is_complete
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))
    assert 1 == sum("cannot be asked after now (HTTP 503" in one for one in said)


def test_a_provider_that_cannot_be_reached_any_more_ends_the_run_and_nothing_is_submitted_again(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    here.before = lambda call: fault(503, **{"retry-after-ms": "1"}) if re.fullmatch(LOOKS["openai"], call) else None
    with pytest.raises(BatchError, match=r"a-0001 \(batch_2\) cannot be asked after: HTTP 503"):
        run_with(workspace)
    here.before = lambda _: None
    assert run(workspace)["complete"]
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))


def test_a_provider_that_has_too_much_waiting_gets_smaller_batches_one_by_one(
    workspace: Workspace, here: BatchEndpoint
) -> None:
    behind(workspace, here)
    many(workspace, 6)
    here.end_as = lambda batch: "failed:token_limit_exceeded" if len(batch.lines) > 3 else "completed"
    assert run(workspace)["complete"]
    assert ([6, 3, 3, 3, 3], {1}) == ([len(one.lines) for one in here.batches.values()], set(here.paid.values()))


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
    with pytest.raises(BatchError, match=r"cannot be fetched: .* Nothing is submitted again"):
        run(workspace)
    seen: list[int] = []

    def once_more(whole: bytes) -> bytes:
        seen.append(len(whole))
        return whole[: int(len(whole) * kept)] if len(seen) == 1 else whole

    here.download = once_more
    assert run(workspace)["complete"]
    assert (2, {1}) == (len(here.batches), set(here.paid.values()))


def test_results_that_somebody_removed_are_not_paid_for_again(workspace: Workspace, here: BatchEndpoint) -> None:
    behind(workspace, here)
    here.looks = 0
    run(workspace, "--no-wait")
    run(workspace, "--no-wait")
    (workspace.root / "data/runs/c/batches/a-0001.results.jsonl").unlink()
    with pytest.raises(InputError, match="is not there; put it back: what it holds was paid for"):
        run(workspace)


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
