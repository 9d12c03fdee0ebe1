"""An unchanged call of a later run is answered by an earlier run's reply; anything that is not the same is asked."""

import fcntl
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import orjson
import pytest
import yaml

from pipeline.cache import replies
from tests.build import criterion_json, harmful_reply_json, reply_json, rubric_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text
from tests.flow import ENV, FINDINGS, LIGHTS, REPLY, clinic, facts, invoke, journal, prepare, schema_of, start

Serve = Callable[[Say], Endpoint]
N = len(LIGHTS)
"""Calls to the candidate, and as many to the judge."""


def ready(workspace: Workspace, here: Endpoint) -> None:
    prepare(workspace, *LIGHTS, provider="openai", model="m", base_url=here.openai_url)


def edit(workspace: Workspace, **changes: Any) -> None:
    """Change the configuration: `candidate` and `judge` are merged into the one that there is."""
    path = workspace.root / "config/c.yaml"
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    whole["candidates"][0] |= changes.pop("candidate", {})
    whole["judges"][0] |= changes.pop("judge", {})
    workspace.yaml("config/c.yaml", {**whole, **changes})


def run(workspace: Workspace, run_id: str, *options: str) -> dict[str, Any]:
    found = facts(workspace, "run", "config/c.yaml", "--run-id", run_id, *options, env=ENV)
    assert found["complete"]
    return found


def asked_by(here: Endpoint, act: Callable[[], object]) -> tuple[int, int]:
    """Calls to the candidate and to the judge that the endpoint gets meanwhile."""
    n_before = len(here.requests)
    act()
    new = here.requests[n_before:]
    return sum(schema_of(one) is None for one in new), sum(schema_of(one) is not None for one in new)


def findings(workspace: Workspace, run_id: str) -> dict[str, object]:
    """By scenario, what the judge found, and how the item was routed, but for its random number."""
    entries = journal(workspace, run_id)
    scenario_of = {one["item_id"]: one["scenario_id"] for one in entries if one["kind"] == "response"}
    told = [one for one in entries if one["kind"] in ("verdict", "failure", "item")]
    return {
        f"{scenario_of[one['item_id']]} {one['kind']}": one.get("finding") or one["routed"] | {"draw": 0}
        for one in told
    }


@pytest.fixture
def ran(workspace: Workspace, serve: Serve) -> tuple[Workspace, Endpoint]:
    """One run is finished."""
    here = serve(clinic)
    ready(workspace, here)
    assert 0 == run(workspace, "one")["reused_calls"]
    return workspace, here


def test_a_second_run_asks_no_judge_again_and_finds_the_same(ran: tuple[Workspace, Endpoint]) -> None:
    workspace, here = ran
    assert (N, 0) == asked_by(here, lambda: run(workspace, "two"))
    assert findings(workspace, "one") == findings(workspace, "two")
    calls = {one["key"]: one["call"] for one in journal(workspace, "one") if one["kind"] == "verdict"}
    for one in (one for one in journal(workspace, "two") if one["kind"] == "verdict"):
        call, first = one["call"], calls[one["key"]]
        assert (first["text"], first["model"], 0.0, 0) == (call["text"], call["model"], call["usd"], call["attempts"])
        assert "one" == call["reused"]["run_id"]


def test_every_account_says_how_many_calls_were_reused(ran: tuple[Workspace, Endpoint]) -> None:
    workspace, _ = ran
    found = run(workspace, "two")
    assert (N, N, []) == (found["new_calls"], found["reused_calls"], found["notes"])
    costs = facts(workspace, "report", "two")["costs"]
    assert [("candidate a", N, 0), ("judge j", 0, N)] == [
        (one["who"], one["n_calls"], one["n_reused"]) for one in costs
    ]
    assert [11 * N, 0] == [one["input_tokens"] for one in costs]
    assert 0.0 == costs[1]["usd"]
    again = invoke(workspace, "run", "config/c.yaml", "--run-id", "two", env=ENV).stdout
    assert f"{N} calls were not made: earlier runs' replies to the same were reused" in again


CHANGES: dict[str, Callable[[Workspace], object]] = {
    "model": lambda w: edit(w, judge={"model": "another"}),
    "parameters": lambda w: edit(w, judge={"params": {"max_tokens": 1400}}),
    "prompt": lambda w: w.write("prompts/system.md", "Judge well."),
    "criterion": lambda w: w.yaml("rubrics/r1.yaml", rubric_json(criterion_json(question="Is it otherwise?"))),
    "schema, by a gate": lambda w: w.yaml("rubrics/r1.yaml", rubric_json(criterion_json(gate="Is it so?"))),
    "provider": lambda w: edit(w, judge={"provider": "anthropic", "base_url": _url(w).removesuffix("/v1")}),
    "address": lambda w: edit(w, judge={"base_url": _url(w).replace("127.0.0.1", "localhost")}),
    "the judge's own word": lambda w: edit(w, judge={"cache": False}),
    "age": lambda w: edit(w, cache={"max_age_days": 1e-9}),
    "the run's word": lambda w: edit(w, cache={"judges": False}),
    "all off": lambda w: edit(w, cache={"enabled": False}, judge={"cache": True}),
    "another file": lambda w: edit(w, cache={"path": "data/other.sqlite"}),
}


def _url(workspace: Workspace) -> str:
    whole = yaml.safe_load((workspace.root / "config/c.yaml").read_text(encoding="utf-8"))
    return str(whole["judges"][0]["base_url"])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_determines_a_reply_or_forbids_its_reuse_has_the_judge_asked(
    ran: tuple[Workspace, Endpoint], change: Callable[[Workspace], object]
) -> None:
    change(ran[0])
    assert (N, N) == asked_by(ran[1], lambda: run(ran[0], "two"))


def test_another_response_has_the_judge_asked(workspace: Workspace, serve: Serve) -> None:
    said = [REPLY]
    here = serve(lambda body: clinic(body) if schema_of(body) else Answer(said[-1]))
    ready(workspace, here)
    run(workspace, "one")
    said.append("It is nothing to worry about. Rest.")
    assert (N, N) == asked_by(here, lambda: run(workspace, "two"))


def test_without_the_cache_every_call_is_made_and_none_is_kept(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    for run_id in ("one", "two"):
        assert (N, N) == asked_by(here, lambda run_id=run_id: run(workspace, run_id, "--no-cache"))
    assert not (workspace.root / "data/calls.sqlite").exists()


@pytest.mark.parametrize(
    ("changes", "n_asked"),
    [
        pytest.param({}, N, id="by default"),
        pytest.param({"cache": {"candidates": True}}, 0, id="where the run says so"),
        pytest.param({"candidate": {"cache": True}}, 0, id="where it says so itself"),
        pytest.param({"cache": {"candidates": True}, "candidate": {"repeats": 2}}, 2 * N, id="repeats"),
        pytest.param({"candidate": {"repeats": 2, "cache": True}}, 0, id="repeats where it says so itself"),
    ],
)
def test_a_candidate_is_asked_again_unless_told_otherwise(
    workspace: Workspace, serve: Serve, changes: dict[str, Any], n_asked: int
) -> None:
    here = serve(clinic)
    ready(workspace, here)
    edit(workspace, **changes)
    run(workspace, "one")
    assert (n_asked, 0) == asked_by(here, lambda: run(workspace, "two"))


@pytest.mark.parametrize(
    "first",
    [Answer("prose"), Answer("", finish="length"), Answer("{}", finish="content_filter"), Answer(status=400)],
    ids=["no verdict", "truncated", "filtered", "failed"],
)
def test_what_led_to_no_verdict_is_asked_again(workspace: Workspace, serve: Serve, first: Answer) -> None:
    said = [first]
    here = serve(lambda body: clinic(body) if schema_of(body) is None or len(said) > 1 else first)
    ready(workspace, here)
    facts(workspace, "run", "config/c.yaml", "--run-id", "one", env=ENV)
    said.append(Answer())
    assert (N, N) == asked_by(here, lambda: run(workspace, "two"))
    assert (N, 0) == asked_by(here, lambda: run(workspace, "three"))


def test_a_reused_call_costs_nothing_and_is_not_bound_by_the_budget(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    prices = {"m": {"input": 0.0, "output": 1000.0}}
    workspace.yaml(
        "config/prices.yaml",
        {"schema": "prices/1", "as_of": "2026-11-22", "note": "x", "usd_per_million_tokens": prices},
    )
    edit(workspace, cache={"candidates": True})
    assert run(workspace, "one")["usd"] > 0
    edit(workspace, limits={"usd": 0.000001})
    assert (0, 0) == asked_by(here, lambda: run(workspace, "two"))
    assert 0.0 == facts(workspace, "run", "config/c.yaml", "--run-id", "two", env=ENV)["usd"]


def test_a_run_that_goes_on_asks_nothing_that_it_asked_or_reused_before(ran: tuple[Workspace, Endpoint]) -> None:
    workspace, here = ran
    edit(workspace, judge={"params": {"max_tokens": 1400}})
    assert (1, 1) == asked_by(here, lambda: invoke(
        workspace, "run", "config/c.yaml", "--run-id", "two", "--limit", "1", env=ENV))  # fmt: skip
    assert (N - 1, N - 1) == asked_by(here, lambda: run(workspace, "two"))
    assert (N, 0) == asked_by(here, lambda: run(workspace, "three"))


def test_two_processes_at_once_keep_what_both_were_told(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    both = [start(workspace, "run", "config/c.yaml", "--run-id", run_id, **ENV) for run_id in ("one", "two")]
    for one in both:
        one.communicate()
    assert [0, 0] == [one.returncode for one in both]
    assert (N, 0) == asked_by(here, lambda: run(workspace, "three"))
    with closing(sqlite3.connect(workspace.root / "data/calls.sqlite")) as connection:
        assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()


@pytest.mark.parametrize("n_bytes", [0, 20, 5000], ids=["all of it", "all but a little", "but its first page"])
def test_a_damaged_file_is_set_aside_and_the_run_pays(ran: tuple[Workspace, Endpoint], n_bytes: int) -> None:
    workspace, here = ran
    path = workspace.root / "data/calls.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:n_bytes] + b"garbage." * ((len(whole) - n_bytes) // 8))
    found: list[dict[str, Any]] = []
    assert (N, N) == asked_by(here, lambda: found.append(run(workspace, "two")))
    [note] = found[0]["notes"]
    assert "set aside as calls.sqlite.damaged-" in note
    aside = [one.name for one in path.parent.glob("calls.sqlite.damaged-*")]
    assert 1 == sum(not name.endswith(("-wal", "-shm")) for name in aside)
    run(workspace, "three")
    assert (N, 0) == asked_by(here, lambda: run(workspace, "four"))


def test_somebody_elses_database_is_left_as_it_is(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    path = workspace.root / "data/calls.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE patient (name TEXT)")
    before = path.read_bytes()
    found: list[dict[str, Any]] = []
    assert (N, N) == asked_by(here, lambda: found.append(run(workspace, "one")))
    assert ["another program's or version's file" in one for one in found[0]["notes"]] == [True]
    assert before == path.read_bytes()


def test_a_file_that_is_held_stops_no_run(workspace: Workspace, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "_OPEN_WAIT_S", 0.0)
    here = serve(clinic)
    ready(workspace, here)
    with (workspace.root / "data/calls.sqlite.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        found = run(workspace, "one")
    assert ["cannot be used" in one for one in found["notes"]] == [True]


@pytest.mark.parametrize("column", ["run_id", "at", "body", "key"])
def test_a_reply_that_somebody_edited_is_not_believed(ran: tuple[Workspace, Endpoint], column: str) -> None:
    workspace, here = ran
    with closing(sqlite3.connect(workspace.root / "data/calls.sqlite")) as connection:
        if column == "key":  # every reply under another's key
            rows = connection.execute("SELECT key FROM reply ORDER BY key").fetchall()
            keys = [key for (key,) in rows]
            for old in keys:
                connection.execute("UPDATE reply SET key = ? WHERE key = ?", (b"-" + old, old))
            for old, new in zip(keys, keys[1:] + keys[:1], strict=True):
                connection.execute("UPDATE reply SET key = ? WHERE key = ?", (new, b"-" + old))
        else:
            values = {"run_id": "'zero'", "at": "substr(at, 1, 19) || '.000000+00:00'"}
            forged = values.get(column, "replace(body, 'yes', 'no')")
            connection.execute(f"UPDATE reply SET {column} = {forged}")  # noqa: S608 (from the lines above)
        connection.commit()
    assert (N, N) == asked_by(here, lambda: run(workspace, "two"))


def test_the_plan_says_what_is_known_to_be_reused(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    ready(workspace, here)
    edit(workspace, cache={"candidates": True})
    planned = facts(workspace, "run", "config/c.yaml", "--dry-run")
    assert (2 * N, 0) == (planned["model_calls"], planned["reused_calls"])
    assert not (workspace.root / "data/calls.sqlite").exists()
    run(workspace, "one")
    planned = facts(workspace, "run", "config/c.yaml", "--dry-run")
    assert (0, 2 * N) == (planned["model_calls"], planned["reused_calls"])
    assert f"{2 * N} more calls are not made" in invoke(workspace, "run", "config/c.yaml", "--dry-run").stdout
    planned = facts(workspace, "run", "config/c.yaml", "--dry-run", "--no-cache")
    assert (2 * N, 0) == (planned["model_calls"], planned["reused_calls"])


def test_the_doctor_says_how_large_it_is(ran: tuple[Workspace, Endpoint]) -> None:
    said = invoke(ran[0], "doctor", "config/c.yaml", env=ENV).stdout
    assert f"calls.sqlite holds {N} replies of earlier runs in 0.0 MB" in said


@pytest.mark.parametrize("seed", range(4))
def test_with_and_without_the_cache_every_response_goes_the_same_way(
    workspace: Workspace, serve: Serve, seed: int
) -> None:
    told = [reply_json(), harmful_reply_json(), reply_json(answer="cannot_tell"), "prose", *FINDINGS.values()]

    def say(body: Body) -> Answer:
        if schema_of(body) is None:
            return Answer(REPLY)
        chosen = told[sum(prompt_text(body).encode()) * (seed + 3) % len(told)]
        return Answer(chosen if isinstance(chosen, str) else orjson.dumps(chosen).decode())

    ready(workspace, serve(say))
    for run_id, options in {"one": [], "two": [], "three": ["--no-cache"]}.items():
        run(workspace, run_id, *options)
    assert findings(workspace, "one") == findings(workspace, "two") == findings(workspace, "three")
