"""Repeats, shared calls, quotes asked for once more, a second stage: the same run on every road, after every crash."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cluster.connections import Elsewhere
from pipeline.journal import Entry
from pipeline.run import Means, run_batch
from tests.batch_endpoint import BatchEndpoint
from tests.cluster.nearby import Nearby
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, endpoint, prompt_text, served
from tests.flow import ENV, dispositions, facts, invoke, journal, schema_of
from tests.test_requests import answer
from tests.ward import LIGHTS, furnish, ward

Serve = Callable[[Say], Endpoint]
WENT = {"green": "cleared", "red": "flagged", "amber": "flagged"}
N_FIRST = 4
"""Calls of the first stage about a response: C-1, O-1, M-1 with M-2, and M-3."""
N_LOST = {"green": 0, "red": 2, "amber": 0}
"""Of these, those whose quotes are lost: on C-1, and on M-2 in a shared call."""
N_STRONG = {"green": 1, "red": 1, "amber": 2}
"""C-1 is severe; O-1 of amber is what the cheap judge cannot tell."""


def found(entries: list[Entry]) -> list[dict[str, object]]:
    """All that was found and decided, without when and by what road."""
    kept = [{k: v for k, v in one.items() if k not in ("at", "call")} for one in entries if one["kind"] != "run"]
    return sorted(kept, key=orjson.dumps)


def about(body: Body) -> tuple[str, str, bool]:
    """Light, model, and whether a quote is asked for once more."""
    light = next(light for light in LIGHTS if f"The light is {light}." in prompt_text(body))
    return light, body["model"], any(one["role"] == "assistant" for one in body["messages"])


class Lived:
    """A live run, what was asked for it, and its endpoint, which goes on."""

    def __init__(self, workspace: Workspace, here: Endpoint) -> None:
        self.workspace = workspace
        self.here = here
        self.requests = list(here.requests)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    workspace = Workspace(tmp_path_factory.mktemp("lived"))
    with endpoint(ward) as here:
        env = furnish(workspace, here.openai_url)
        assert facts(workspace, "run", "config/c.yaml", env=env)["complete"]
        yield Lived(workspace, here)


def test_every_judge_is_asked_as_often_as_its_panel_says(lived: Lived) -> None:
    asked = Counter(about(body) for body in lived.requests if schema_of(body) is not None)
    expected = {(light, "cheap", False): 2 * N_FIRST for light in LIGHTS}
    expected |= {(light, "cheap", True): 2 * n for light, n in N_LOST.items() if n}
    assert expected | {(light, "strong", False): n for light, n in N_STRONG.items()} == asked


def test_items_end_as_the_deciding_votes_say(lived: Lived) -> None:
    assert WENT == dispositions(lived.workspace)


def test_each_call_stands_in_the_journal_once_and_each_finding_has_its_own_id(
    lived: Lived,
) -> None:
    entries = journal(lived.workspace)
    assert len(lived.requests) == sum(bool(one.get("call")) for one in entries)
    ids = [one["verdict_id"] for one in entries if "verdict_id" in one]
    n_findings = len(LIGHTS) * 5 * 2 + sum(N_STRONG.values())
    assert (n_findings, n_findings) == (len(ids), len(set(ids)))
    assert {0, 1} == {one["finding"]["repeat"] for one in entries if "finding" in one}


def test_costs_count_the_calls_that_stand_apart_from_findings(lived: Lived) -> None:
    costs = facts(lived.workspace, "report", "c")["costs"]
    judged = [body for body in lived.requests if schema_of(body) is not None]
    assert Counter(f"judge {body['model']}" for body in judged) == {
        one["who"]: one["n_calls"] for one in costs if one["rubric"]
    }


@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1))
def test_a_run_broken_off_anywhere_asks_only_what_its_journal_lacks_and_ends_the_same(
    lived: Lived, share: float
) -> None:
    whole = (lived.workspace.root / "data/runs/c/journal.jsonl").read_bytes()
    before = len(lived.here.requests)
    with TemporaryDirectory() as name:
        workspace = Workspace(Path(name))
        furnish(workspace, lived.here.openai_url)
        workspace.write("data/runs/c/journal.jsonl", whole[: int(share * len(whole))])
        n_kept = sum(bool(one.get("call")) for one in journal(workspace))
        assert run_batch(workspace.root, workspace.root / "config/c.yaml", environ=ENV).is_complete
        assert len(lived.requests) - n_kept == len(lived.here.requests) - before
        assert WENT == dispositions(workspace)
        assert len(lived.requests) == sum(bool(one.get("call")) for one in journal(workspace))


def test_by_batch_the_run_ends_the_same(tmp_path: Path) -> None:
    live, batched = Workspace(tmp_path / "live"), Workspace(tmp_path / "batched")
    with served(BatchEndpoint(ward)) as here:
        for one in (live, batched):
            furnish(one, here.openai_url)
        assert facts(live, "run", "config/c.yaml", env=ENV)["complete"]
        assert facts(batched, "run", "config/c.yaml", "--batch", "--poll", "0.01", env=ENV)["complete"]
    assert found(journal(live)) == found(journal(batched))


def test_through_workers_of_a_cluster_the_run_ends_the_same(tmp_path: Path, serve: Serve) -> None:
    here = serve(ward)
    live, spread = Workspace(tmp_path / "live"), Workspace(tmp_path / "spread")
    for one in (live, spread):
        furnish(one, here.openai_url)
    assert facts(live, "run", "config/c.yaml", env=ENV)["complete"]
    means = Means(Elsewhere, Nearby(ENV))
    assert run_batch(spread.root, spread.root / "config/c.yaml", environ={}, means=means).is_complete
    assert [one for one in found(journal(live)) if one["kind"] != "scenario"] == [
        one for one in found(journal(spread)) if one["kind"] != "scenario"
    ]


def test_offline_the_run_ends_the_same_after_as_many_rounds_as_it_takes(tmp_path: Path, serve: Serve) -> None:
    here = serve(ward)
    live, offline = Workspace(tmp_path / "live"), Workspace(tmp_path / "offline")
    for one in (live, offline):
        furnish(one, here.openai_url)
    assert facts(live, "run", "config/c.yaml", env=ENV)["complete"]
    n_live, rounds = len(here.requests), 0
    export = ("requests", "export", "config/c.yaml", "--out", "out")
    while any(facts(offline, *export)["unanswered"].values()):
        rounds += 1
        for path in (offline.root / "out").glob("*.jsonl"):
            if ".results" not in path.name:
                answer(offline, here, path.stem, str(rounds))
    assert "Everything is answered" in invoke(offline, *export).output
    assert facts(offline, "requests", "import", "config/c.yaml", "out")["complete"]
    assert found(journal(live)) == found(journal(offline))
    assert (4, n_live) == (rounds, len(here.requests) - n_live)


def test_a_later_run_reuses_replies_that_stand_apart_too(lived: Lived) -> None:
    before = len(lived.here.requests)
    assert facts(lived.workspace, "run", "config/c.yaml", "--run-id", "later", env=ENV)["complete"]
    assert len(LIGHTS) == len(lived.here.requests) - before  # the candidate is asked afresh


def test_a_judge_that_says_otherwise_when_asked_again_leaves_the_question_open(
    workspace: Workspace, serve: Serve
) -> None:
    """Every second reply to the same question is another."""
    n_asked: Counter[str] = Counter()

    def fickle(body: Body) -> Answer:
        said = ward(body)
        if schema_of(body) is not None:
            n_asked[key := prompt_text(body)] += 1
            if n_asked[key] == 2 and "# Criterion M-3\n" in key:
                said.text = orjson.dumps({**orjson.loads(said.text), "answer": "cannot_tell"}).decode()
        return said

    here = serve(fickle)
    env = furnish(workspace, here.openai_url, judges=[
        {"judge_id": "j", "provider": "openai", "model": "strong", "repeats": 2, "base_url": here.openai_url,
         "api_key_env": "CAVEAT_TEST_KEY"}])  # fmt: skip
    assert facts(workspace, "run", "config/c.yaml", env=env)["complete"]
    assert "borderline" == dispositions(workspace)["green"]
