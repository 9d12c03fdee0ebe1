"""What is done and what is to come for each candidate and judge."""

import asyncio
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model import Candidate, JudgeSpec
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from judges.pace import Pace
from pipeline.config import load_config
from pipeline.gauges import CountedClients, Gauge, Gauges, n_findings, n_responses
from pipeline.inputs import Inputs
from pipeline.journal import Entry, Journal
from pipeline.progress import Progress, Tally, read_progress
from tests.build import scenario_json
from tests.conftest import Workspace

CALL = {"attempts": 3, "input_tokens": 11, "output_tokens": 7, "usd": 0.25}


def candidate(candidate_id: str, repeats: int = 1) -> Candidate:
    return Candidate(candidate_id=candidate_id, provider="openai", model="m", repeats=repeats)


@given(st.lists(st.integers(1, 4), max_size=4), st.integers(0, 5), st.integers(0, 60))
def test_a_limit_cuts_each_candidates_responses_where_it_cuts_the_run(
    repeats: list[int], n_scenarios: int, n_items: int
) -> None:
    candidates = [candidate(f"c{number}", n) for number, n in enumerate(repeats)]
    one_by_one = [one.candidate_id for _ in range(n_scenarios) for one in candidates for _ in range(one.repeats)]
    counted = Counter(islice(one_by_one, n_items))
    assert {one.candidate_id: counted[one.candidate_id] for one in candidates} == n_responses(
        candidates, n_scenarios, n_items
    )


@pytest.mark.parametrize(
    ("tally", "n_finished", "expected"),
    [
        (Tally(n_done=7), 0, (None, False)),
        (Tally(n_done=27, n_settled=25), 5, (50, False)),
        (Tally(n_done=43, n_settled=43), 10, (43, True)),
    ],
    ids=["nothing finished yet", "by the finished ones", "at the end"],
)
def test_a_judges_findings_are_estimated_from_finished_items(
    tally: Tally, n_finished: int, expected: tuple[int | None, bool]
) -> None:
    assert expected == n_findings(tally, n_finished, n_items=10)


def response(item_id: str, outcome: str = "completed") -> Entry:
    return {"kind": "response", "item_id": item_id, "candidate_id": "a", "outcome": outcome, "call": CALL}


def finding(item_id: str, verdict_id: str, failure: str = "") -> Entry:
    of = {"item_id": item_id, "verdict_id": verdict_id, "finding": {"judge_id": "j", "kind": failure}}
    return {"kind": "failure" if failure else "verdict", **of, "call": CALL}


def item(item_id: str) -> Entry:
    return {"kind": "item", "item_id": item_id, "routed": {"disposition": "flagged", "lane": None}}


ENTRIES = [
    response("i1"), response("i2", "refused"), item("i2"), finding("i1", "v1"), finding("i1", "v2", "malformed"),
    item("i1"), response("i3"), finding("i3", "v3", "malformed"),
]  # fmt: skip


def gauges_of(workspace: Workspace, progress: Progress, pace: Pace | None = None) -> dict[str, Gauge]:
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json(f"s{number}") for number in range(8)])
    path = workspace.config(
        candidates=[{"candidate_id": "a", "provider": "openai", "model": "m"}],
        judges=[{"judge_id": "j", "provider": "openai", "model": "m", "base_url": "http://localhost:8000/v1"}],
    )
    inputs = Inputs(workspace.root, load_config(path))
    gauges = Gauges(inputs, progress, 8, {"candidate a": 2}, lambda _: pace)
    return {one.who: one for one in gauges.look(cap_usd=None, is_stopping=False).gauges}


def test_gauges_count_alike_while_a_run_works_and_after_it_was_continued(workspace: Workspace, tmp_path: Path) -> None:
    live = Progress()
    with Journal(tmp_path / "run") as journal:
        for entry in ENTRIES:
            live.count(entry)
            journal.append(entry)
    found = gauges_of(workspace, live)
    assert found == gauges_of(workspace, read_progress(journal.path))
    a, j = found["candidate a"], found["judge j"]
    assert (3, 8, True, 2, 6, 54, 0.75) == (
        a.n_done, a.n_expected, a.is_exact, a.n_in_flight, a.n_retries, a.tokens, a.usd,
    )  # fmt: skip
    assert (3, 8, False, 0, {"malformed": 2}) == (j.n_done, j.n_expected, j.is_exact, j.n_in_flight, j.failures)
    assert {"refused": 1} == a.failures
    assert ("openai", "localhost:8000") == (a.provider, j.provider)


def test_no_fewer_are_expected_than_were_begun(workspace: Workspace) -> None:
    progress = Progress()
    for number in range(8):
        progress.count(response(f"i{number}"))
    assert 10 == gauges_of(workspace, progress)["candidate a"].n_expected


def test_a_gauge_shows_the_pace_of_its_endpoint(workspace: Workspace) -> None:
    pace = Pace(16, clock=lambda: 0.0)
    pace.note(
        {"x-ratelimit-limit-requests": "9", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "23s"}
    )
    found = gauges_of(workspace, Progress(), pace)["judge j"]
    assert (16, 16, 23.0) == (found.allowed, found.most, found.pause_s)
    assert (0, 0, 0.0) == ((none := gauges_of(workspace, Progress())["judge j"]).allowed, none.most, none.pause_s)


class Held:
    """A client, and the source of it, that answers once it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    def for_candidate(self, candidate: Candidate) -> ModelClient:  # noqa: ARG002
        return self

    def for_judge(self, spec: JudgeSpec) -> ModelClient:  # noqa: ARG002
        return self

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:  # noqa: ARG002
        await self.go.wait()
        return Completion("yes")

    async def close(self) -> None:
        """Nothing to let go of."""


def test_calls_are_in_flight_until_they_end_even_by_being_cancelled() -> None:
    async def counts() -> list[dict[str, int]]:
        held = Held()
        clients = CountedClients(held)
        asked, judged = (
            clients.for_candidate(candidate("a")),
            clients.for_judge(JudgeSpec(judge_id="j", provider="lexicon")),
        )
        request = ModelRequest("m", (), {})
        tasks = [asyncio.create_task(one.ask(request)) for one in (asked, asked, judged)]
        seen = [dict(clients.n_in_flight)]
        await asyncio.sleep(0)
        seen.append(dict(clients.n_in_flight))
        tasks[0].cancel()
        held.go.set()
        await asyncio.wait(tasks)
        return [*seen, clients.n_in_flight]

    nothing = {"candidate a": 0, "judge j": 0}
    assert [nothing, {"candidate a": 2, "judge j": 1}, nothing] == asyncio.run(counts())
