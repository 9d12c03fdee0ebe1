"""Killed at any moment and started again, a run ends as if nothing had happened, and asks only what was in flight."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import CaveatError
from pipeline.journal import Entry
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text
from tests.flow import (
    ENV,
    UNSAFE,
    authored,
    clinic,
    facts,
    invoke,
    journal,
    outcome,
    prepare,
    schema_of,
    start,
)

LIGHTS = [f"{light} {number}" for number in range(4) for light in ("green", "red", "amber")]
N_CALLS = 3 * len(LIGHTS)
"""One to the candidate and two criteria to the judge, for each scenario."""

Asked = tuple[str, str]
"""Scenario, and the criterion that a judge was asked or `respond`."""


def asked(body: Body) -> Asked:
    """What a request was about."""
    text = prompt_text(body)
    light = next(light for light in LIGHTS if f"The light is {light.replace(' ', '. Number ')}." in text)
    if schema_of(body) is None:
        return light, "respond"
    return light, next(one for one in ("X-1", "X-2") if f"# Criterion {one}\n" in text)


def journalled(entries: list[Entry]) -> list[Asked]:
    """What the journal holds a finished call on."""
    light_of = {entry["item_id"]: entry["scenario_id"] for entry in entries if entry["kind"] == "response"}
    calls = [entry for entry in entries if entry.get("call")]
    return [
        (light_of[one["item_id"]].replace("-", " "), one["finding"]["criterion_id"] if "finding" in one else "respond")
        for one in calls
    ]


def slow_clinic(body: Body) -> Answer:
    """The judge's replies name the criterion that was asked."""
    said = clinic(body)
    return Answer(said.text.replace("X-1", asked(body)[1]), delay_s=0.02)


def ready(workspace: Workspace, here: Endpoint) -> None:
    prepare(workspace, *LIGHTS, criteria=2, provider="openai", model="m", base_url=here.openai_url)
    rows = [
        scenario_json(
            one.replace(" ", "-"),
            messages=[{"role": "user", "content": f"The light is {one.replace(' ', '. Number ')}."}],
        )
        for one in LIGHTS
    ]
    workspace.jsonl("data/scenarios/all.jsonl", rows)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    from tests.endpoint import endpoint  # noqa: PLC0415

    workspace = Workspace(tmp_path_factory.mktemp("undisturbed"))
    with endpoint(slow_clinic) as here:
        ready(workspace, here)
        assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert Counter(journalled(journal(workspace))).total() == N_CALLS
    return journal(workspace)


@pytest.mark.parametrize("n_bytes", [1, 8_000, 30_000])
def test_a_killed_run_goes_on_and_ends_as_an_undisturbed_one(
    anywhere: Workspace, serve: Callable[[Say], Endpoint], undisturbed: list[Entry], n_bytes: int
) -> None:
    path = anywhere.root / "data/runs/c/journal.jsonl"
    running: list[subprocess.Popen[str]] = []

    def say(body: Body) -> Answer:
        if running and path.stat().st_size >= n_bytes:
            running[0].kill()
        return slow_clinic(body)

    here = serve(say)
    ready(anywhere, here)
    running.append(start(anywhere, "run", "config/c.yaml", **ENV))
    running[0].communicate()
    assert -9 == running[0].returncode
    kept = journalled(journal(anywhere))
    n_before = len(here.requests)
    running.clear()

    assert facts(anywhere, "run", "config/c.yaml", env=ENV)["complete"]
    again = [asked(body) for body in here.requests[n_before:]]
    assert sorted(set(journalled(undisturbed)) - set(kept)) == sorted(again)
    whole = journal(anywhere)
    assert outcome(undisturbed) == outcome(whole)
    ids = Counter((entry["kind"], entry.get("verdict_id", entry.get("item_id"))) for entry in whole)
    del ids["scenario", None]
    assert {1} == set(ids.values())
    assert Counter(journalled(undisturbed)) == Counter(journalled(whole))


@pytest.mark.parametrize("torn", [b'{"kind": "verd', b"\x00" * 64], ids=["half a line", "zeros"])
def test_a_line_that_a_crash_left_unfinished_is_cut_off(workspace: Workspace, torn: bytes) -> None:
    config = authored(workspace, {"s1": UNSAFE, "s2": "See a GP."})
    invoke(workspace, "run", config, "--limit", "1")
    path = workspace.root / "data/runs/c/journal.jsonl"
    path.write_bytes(path.read_bytes() + torn)
    assert facts(workspace, "run", config)["complete"]
    assert 2 == len(outcome(journal(workspace)))


def test_a_complete_run_is_asked_nothing_and_says_so(anywhere: Workspace, serve: Callable[[Say], Endpoint]) -> None:
    here = serve(slow_clinic)
    ready(anywhere, here)
    invoke(anywhere, "run", "config/c.yaml", env=ENV)
    before = journal(anywhere)
    said = invoke(anywhere, "run", "config/c.yaml", env=ENV)
    assert (0, N_CALLS) == (said.exit_code, len(here.requests))
    assert "Already complete: nothing was asked." in said.stdout
    assert before == journal(anywhere)


CHANGES: dict[str, tuple[Callable[[Workspace], Path], str]] = {
    "a policy": (lambda w: w.config(policy={"audit_rate": 0.5}), "config.policy.audit_rate"),
    "a judge": (lambda w: w.config(judges=[{"judge_id": "k", "provider": "lexicon"}]), "config.judges"),
    "a candidate": (
        lambda w: w.config(
            candidates=[
                {"candidate_id": "a", "provider": "scripted", "script": ["data/responses/*.jsonl"], "params": {"t": 1}}
            ]
        ),
        "config.candidates",
    ),
    "a rubric": (
        lambda w: w.yaml("rubrics/r1.yaml", rubric_json(criterion_json(question="Another?"))),
        "content.rubric r1 0.1.0",
    ),
    "a rubric more": (
        lambda w: w.yaml("rubrics/r2.yaml", rubric_json(criterion_json("Y-1"), rubric_id="r2")),
        "content.rubric r2 0.1.0",
    ),
    "a prompt": (lambda w: w.write("prompts/system.md", "Judge well."), "content.prompts"),
    "a scenario": (
        lambda w: w.jsonl("data/scenarios/all.jsonl", [scenario_json("s1"), scenario_json("s2", title="New")]),
        "content.scenarios",
    ),
    "the candidate's script": (
        lambda w: w.jsonl(
            "data/responses/all.jsonl",
            [{"scenario_id": s, "candidate_id": "a", "response": "Another reply."} for s in ("s1", "s2")],
        ),
        "content.script a",
    ),
}


@pytest.mark.parametrize(("change", "key"), list(CHANGES.values()), ids=list(CHANGES))
def test_a_run_does_not_go_on_under_another_content(
    workspace: Workspace, change: Callable[[Workspace], Path], key: str
) -> None:
    workspace.config()
    invoke(workspace, "run", "config/c.yaml", "--limit", "1")
    before = journal(workspace)
    change(workspace)
    with pytest.raises(CaveatError) as refused:
        invoke(workspace, "run", "config/c.yaml")
    assert key in str(refused.value).partition("these differ: ")[2].partition(". Put")[0]
    assert before == journal(workspace)


def test_limits_may_change_while_a_run_goes_on(anywhere: Workspace) -> None:
    anywhere.config()
    invoke(anywhere, "run", "config/c.yaml", "--limit", "1")
    anywhere.config(limits={"concurrency": 2})
    assert facts(anywhere, "run", "config/c.yaml")["complete"]


def test_a_second_process_is_told_who_works_on_the_run(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> None:
    running: list[subprocess.Popen[str]] = []
    told: list[str] = []

    def say(body: Body) -> Answer:
        if running and not told:
            with pytest.raises(CaveatError) as refused:
                invoke(workspace, "run", "config/c.yaml", env=ENV)
            told.append(str(refused.value))
        return slow_clinic(body)

    ready(workspace, serve(say))
    running.append(start(workspace, "run", "config/c.yaml", **ENV))
    running[0].communicate()
    assert 0 == running[0].returncode
    assert [f"process {running[0].pid} is working on this run"] == [one.split(": ")[1].split(";")[0] for one in told]


def test_a_run_begun_afresh_after_its_folder_was_removed_is_what_the_store_shows(anywhere: Workspace) -> None:
    config = authored(anywhere, {"s1": UNSAFE})
    invoke(anywhere, "run", config)
    (anywhere.root / "data/runs/c/journal.jsonl").unlink()
    config = authored(anywhere, {"s1": "See a GP."})
    try:
        fresh = facts(anywhere, "run", config)["dispositions"]
    except CaveatError:
        return  # refusing is as good
    assert {"cleared": 1} == fresh
    assert ["cleared"] == [one["disposition"] for one in facts(anywhere, "queue")["items"]]
