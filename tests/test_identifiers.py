"""Promise 6: no text leaves for a provider unless the identifier gate has passed it; and what a lead may allow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from pipeline.journal import read_entries
from tests.build import criterion_json, rubric_json, scenario_json
from tests.clinic import careful, judge_of
from tests.clinic import furnish as furnish_labels
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.flow import ENV, REPLY, dispositions, facts, invoke, journal, prepare, schema_of
from tests.identified import EMAIL, NHS, PHONE
from tests.test_probe import furnish as furnish_probe

Serve = Callable[[Say], Endpoint]
UNSAFE = {"text": "No need to worry.", "quote": "No need to worry", "why": "d"}
RUN = ("run", "config/c.yaml")
ALLOW = ("identifiers", "allow", "data/scenarios/all.jsonl", "--by", "R. Lead", "--reason", "a documented example")


def said(content: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": content}]


def scenarios(workspace: Workspace, **changes: Any) -> None:
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("green", **changes)])


def rubric(workspace: Workspace, **changes: Any) -> None:
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(**changes)))


PLANTED: dict[str, Callable[[Workspace], object]] = {
    "a message": lambda one: scenarios(one, messages=said(f"I am {NHS}.")),
    "an earlier message": lambda one: scenarios(one, messages=[*said(f"Ring {PHONE}."), *said("Well?")]),
    "the title": lambda one: scenarios(one, title=f"Case of {NHS}"),
    "the facts": lambda one: scenarios(one, facts={"key_facts": [f"seen as {NHS}"]}),
    "the reference answer": lambda one: scenarios(one, reference_answer=f"Write to {EMAIL}."),
    "a criterion of its own": lambda one: scenarios(
        one, criteria=[{"criterion_id": "C-1", "criterion": f"Gives {PHONE}", "points": 1}]
    ),
    "a rubric's question": lambda one: rubric(one, question=f"Does it name {EMAIL}?"),
    "a rubric's example": lambda one: rubric(
        one,
        examples={
            "violates": [{"text": f"Ring {PHONE}, no worry.", "quote": "no worry", "why": "a"}, UNSAFE],
            "does_not_violate": [{"text": "See a GP.", "why": "b"}, {"text": "Ring 111.", "why": "c"}],
        },
    ),
    "a prompt": lambda one: one.write("prompts/system.md", f"You read responses. Ask {EMAIL}.\n"),
}


@pytest.fixture
def ready(workspace: Workspace, serve: Serve) -> tuple[Workspace, Endpoint]:
    here = serve(lambda _: Answer(REPLY))
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    return workspace, here


@pytest.mark.parametrize("road", [RUN, (*RUN, "--dry-run"), ("requests", "export", "config/c.yaml", "--out", "out")])
@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED.keys())
def test_what_people_wrote_ends_the_command_before_anything_is_sent(
    ready: tuple[Workspace, Endpoint], plant: Callable[[Workspace], object], road: tuple[str, ...]
) -> None:
    workspace, here = ready
    plant(workspace)
    with pytest.raises(InputError, match="holds what looks like") as refused:
        invoke(workspace, *road, env=ENV)
    assert 2 == refused.value.exit_code
    assert [] == [one for one in (NHS, PHONE, EMAIL) if one in str(refused.value)]
    assert [] == here.requests
    assert not (workspace.root / "out").exists()


def test_the_sentence_names_file_line_key_and_kind(ready: tuple[Workspace, Endpoint]) -> None:
    workspace, _ = ready
    rows = [scenario_json("green"), scenario_json("red", messages=said(f"My number is {NHS}."))]
    path = workspace.jsonl("data/scenarios/all.jsonl", rows)
    with pytest.raises(InputError) as refused:
        invoke(workspace, *RUN, env=ENV)
    place = f"{path}, line 2, key messages.0.content: holds what looks like an NHS number (characters 14 to 25)"
    assert str(refused.value).startswith(place)


@pytest.mark.parametrize("text", [f"You are {NHS}.", f"Ask Mr Bloggs on {PHONE}.", f"Write to {EMAIL}"])
def test_a_response_that_says_who_somebody_is_goes_to_a_person_and_to_no_judge(
    workspace: Workspace, serve: Serve, text: str
) -> None:
    here = serve(lambda body: Answer(text) if schema_of(body) is None else Answer(REPLY))
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    found = facts(workspace, *RUN, env=env)
    assert ({"identifiable": 1}, {"borderline": 1}) == (found["responses"], found["dispositions"])
    assert [] == [one for one in here.requests if schema_of(one) is not None]
    [item] = facts(workspace, "queue")["items"]
    assert ["Not judged: the response is identifiable (it may say who somebody is, so it went to no judge)."] == item[
        "reasons"
    ]
    [entry] = [
        one for one, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl") if one["kind"] == "response"
    ]
    assert entry["detail"].startswith("the response holds what looks like ")


def test_a_response_from_a_file_that_says_who_somebody_is_stops_no_run(workspace: Workspace, serve: Serve) -> None:
    here = serve(lambda _: Answer("no verdict"))
    prepare(workspace, "green", "red", provider="openai", model="m", base_url=here.openai_url)
    judge = {"judge_id": "j", "provider": "openai", "model": "m", "base_url": here.openai_url}
    workspace.config(candidates=None, responses=["data/responses/ours.jsonl"], judges=[judge])
    rows = [("green", f"Ring {PHONE}."), ("red", "Rest.")]
    workspace.jsonl(
        "data/responses/ours.jsonl", [{"scenario_id": one, "candidate_id": "z", "response": text} for one, text in rows]
    )
    found = facts(workspace, *RUN)
    assert {"identifiable": 1, "completed": 1} == found["responses"]
    assert {"green": "borderline", "red": "borderline"} == dispositions(workspace)
    assert PHONE.encode() not in orjson.dumps(here.requests)


def test_a_prompt_that_got_past_every_other_place_is_stopped_at_the_last(workspace: Workspace, serve: Serve) -> None:
    """A response that was journalled by a Caveat without the gate is taken up again."""
    here = serve(lambda body: Answer(f"Ring {PHONE}.") if schema_of(body) is None else Answer(REPLY))
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    invoke(workspace, *RUN, env=env)
    path = workspace.root / "data/runs/c/journal.jsonl"
    kept = [entry | {"outcome": "completed"} if entry["kind"] == "response" else entry for entry in journal(workspace)]
    path.write_bytes(b"".join(orjson.dumps(entry) + b"\n" for entry in kept if entry["kind"] != "item"))
    for name in ("caveat.duckdb", "calls.sqlite"):
        (workspace.root / "data" / name).unlink(missing_ok=True)
    assert {"call_failed": 1} == facts(workspace, *RUN, env=env)["judge_failures"]
    assert PHONE.encode() not in orjson.dumps([one for one in here.requests if schema_of(one) is not None])
    assert {"green": "borderline"} == dispositions(workspace)


@pytest.mark.parametrize("place", ["labels", "responses", "probes"])
def test_a_probe_sends_nothing_of_files_that_say_who_somebody_is(
    workspace: Workspace, serve: Serve, place: str
) -> None:
    here = serve(lambda _: Answer(REPLY))
    furnish_probe(workspace, here.openai_url)
    path = workspace.root / f"data/{place}/all.jsonl"
    text = path.read_text(encoding="utf-8")
    changed = {
        "labels": text.replace('"reviewer_id"', f'"reason": "as {NHS} said", "reviewer_id"'),
        "responses": text.replace("Rest ", f"Ring {PHONE}. Rest "),
        "probes": text.replace("Ring 999", f"Ring {PHONE}"),
    }
    path.write_text(changed[place].replace('"reviewer_id"', '"reviewer_id"'), encoding="utf-8")
    if place == "labels":  # what people said of a response is not part of a probe
        invoke(workspace, "probe", "config/c.yaml", env=ENV)
    else:
        with pytest.raises(InputError, match="holds what looks like"):
            invoke(workspace, "probe", "config/c.yaml", env=ENV)
    assert not {NHS, PHONE} & {word for word in (NHS, PHONE) if word.encode() in orjson.dumps(here.requests)}


def test_prompts_are_not_tried_on_a_response_that_says_who_somebody_is(workspace: Workspace, serve: Serve) -> None:
    here = serve(judge_of)
    furnish_labels(workspace, here.openai_url)
    careful(workspace)
    paths = [one for one in (workspace.root / "data").rglob("*.jsonl") if b'"response"' in one.read_bytes()]
    for path in paths:
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        rows[0]["response"] += f" Ring {PHONE}."
        path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    trial = ("prompts", "try", "prompts", "careful", "--config", "config/c.yaml", "--labels", "data/labels/ours.jsonl")
    [found] = facts(workspace, *trial, env=ENV)["judges"]
    assert 23 == found["questions"]
    assert PHONE.encode() not in orjson.dumps(here.requests)


def test_a_rubrics_examples_are_not_tried_where_they_say_who_somebody_is(ready: tuple[Workspace, Endpoint]) -> None:
    workspace, here = ready
    rubric(workspace, question=f"Does it name {EMAIL}?")
    with pytest.raises(InputError, match=r"the rubric r1, key criteria\.0\.question: holds what looks like an e-mail"):
        invoke(workspace, "rubric", "check", "--config", "config/c.yaml", env=ENV)
    assert [] == here.requests


@pytest.mark.parametrize("kind", ["responses", "labels", "verdicts", "healthbench"])
def test_an_import_refuses_the_file_and_writes_nothing(workspace: Workspace, kind: str) -> None:
    of = {"scenario_id": "s1", "candidate_id": "a"}
    rows: dict[str, dict[str, Any]] = {
        "responses": {**of, "response": f"Ring {PHONE}."},
        "labels": {**of, "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated", "reason": f"as {NHS}"},
        "verdicts": {**of, "criterion_id": "X-1", "judge_id": "j", "verdict": "violated", "reason": f"as {NHS}"},
        "healthbench": {
            "prompt_id": "p1",
            "prompt": said(f"I am {NHS}."),
            "rubrics": [{"criterion": "c", "points": 1}],
        },
    }
    path = workspace.jsonl("theirs.jsonl", [rows[kind]])
    before = sorted(workspace.root.rglob("*"))
    with pytest.raises(InputError, match=r"theirs\.jsonl, line 1, key .*: holds what looks like") as refused:
        invoke(workspace, "import", kind, str(path))
    assert not {NHS, PHONE} & set(str(refused.value).split())
    assert before == sorted(workspace.root.rglob("*"))


def test_an_allowed_text_passes_as_it_is_and_no_longer_when_it_changes(ready: tuple[Workspace, Endpoint]) -> None:
    workspace, here = ready
    scenarios(workspace, messages=said(f"I am {NHS}."))
    shown = invoke(workspace, *ALLOW).stdout
    assert "key messages.0.content, which holds what looks like an NHS number" in shown
    invoke(workspace, *RUN, env=ENV)
    assert {NHS in orjson.dumps(one).decode() for one in here.requests} == {True}
    scenarios(workspace, messages=said(f"I am {NHS}, I think."))
    with pytest.raises(InputError, match="holds what looks like an NHS number"):
        invoke(workspace, *RUN, "--run-id", "d", env=ENV)


def test_an_allowance_is_an_event_with_who_and_why_and_without_the_words(ready: tuple[Workspace, Endpoint]) -> None:
    workspace, _ = ready
    scenarios(workspace, messages=said(f"I am {NHS}."))
    invoke(workspace, *ALLOW)
    with workspace.open_store().reading() as connection:
        [row] = connection.execute("SELECT kind, person_id, new_json FROM event").fetchall()
    assert ("identifiers_allowed", "R. Lead") == row[:2]
    assert "a documented example" in row[2]
    assert NHS not in row[2]
    [listed] = facts(workspace, "identifiers", "list")["allowances"]
    assert ("R. Lead", "a documented example") == (listed["allowed_by"], listed["allow_reason"])
    with pytest.raises(InputError, match="the gate stops nothing there"):
        invoke(workspace, *ALLOW)


def test_check_lists_every_place_without_the_words(workspace: Workspace) -> None:
    rows = "scenario_id,candidate_id,response\ns1,a,Rest.\ns1,b,Ring 07700 900123.\n"
    table = workspace.write("theirs.csv", rows)
    scenarios(workspace, title=f"Case of {NHS}", reference_answer=f"Write to {EMAIL}.")
    ended = invoke(workspace, "identifiers", "check", str(table), "data/scenarios/all.jsonl", "--json")
    found = orjson.loads(ended.stdout)
    assert 2 == ended.exit_code
    assert [("theirs.csv", 3, "response"), ("all.jsonl", 1, "title"), ("all.jsonl", 1, "reference_answer")] == [
        (Path(one["file"]).name, one["line"], one["key"]) for one in found["found"]
    ]
    assert [] == [one for one in (NHS, PHONE, EMAIL) if one in ended.stdout]
    assert 0 == invoke(workspace, "identifiers", "check", "rubrics/r1.yaml", "prompts/case.md").exit_code
