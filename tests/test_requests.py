"""Calls as files and their results brought back: the same run as over a network, and refused where it would not be."""

import http.client
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from pipeline.journal import Entry
from tests.build import criterion_json, reply_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import LIGHTS, REPLY, clinic, dispositions, facts, invoke, journal, prepare, schema_of

Json = dict[str, Any]
Serve = Callable[[Say], Endpoint]
URLS = {"openai": "openai_url", "litellm": "openai_url", "anthropic": "anthropic_url"}
JUDGE = {"judge_id": "j", "provider": "openai", "model": "m"}


def lines(path: Path) -> list[Json]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def answered(here: Endpoint, line: Json) -> Json:
    """What a provider's batch makes of one line: it is sent to the endpoint, and comes back in the output shape."""
    connection = http.client.HTTPConnection("127.0.0.1", here.port)
    url, body = (line["url"], line["body"]) if "url" in line else ("/v1/messages", line["params"])
    connection.request("POST", url, orjson.dumps(body), {"Content-Type": "application/json"})
    got = connection.getresponse()
    said = orjson.loads(got.read())
    connection.close()
    if "url" not in line:
        return {"custom_id": line["custom_id"], "result": {"type": "succeeded", "message": said}}
    response = {"status_code": got.status, "request_id": "r", "body": said}
    return {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}


def answer(workspace: Workspace, here: Endpoint, name: str, round_: str = "") -> None:
    """One file of requests answered, in another order, as providers do."""
    rows = [answered(here, line) for line in lines(workspace.root / f"out/{name}.jsonl")]
    later = f".{round_}" if round_ else ""
    workspace.jsonl(f"out/{name}.results{later}.jsonl", rows[::-1])


def export(workspace: Workspace, *args: str) -> Json:
    return facts(workspace, "requests", "export", "config/c.yaml", "--out", "out", *args)


def bring(workspace: Workspace, *args: str) -> Json:
    return facts(workspace, "requests", "import", "config/c.yaml", "out", *args)


def both_steps(workspace: Workspace, here: Endpoint) -> Json:
    for name in ("a", "j"):
        export(workspace)
        answer(workspace, here, name)
    return bring(workspace)


def judged_alone(workspace: Workspace, *scenarios: str, **changes: Any) -> Json:
    """Scripted responses and one judge behind a network; gives the export's facts."""
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json(one) for one in scenarios or ("s1", "s2")])
    workspace.config(judges=[JUDGE], policy={"provisional": True, "audit_rate": 1.0}, **changes)
    return export(workspace)


def result(custom_id: str, reply: Json) -> Json:
    """A result as OpenAI's batches hold it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": orjson.dumps(reply).decode()}}
    body = {"object": "chat.completion", "choices": [{**choice, "finish_reason": "stop"}]}
    return {"custom_id": custom_id, "response": {"status_code": 200, "body": body}, "error": None}


def all_safe(workspace: Workspace) -> list[Json]:
    rows = [result(one["custom_id"], reply_json()) for one in lines(workspace.root / "out/j.jsonl")]
    workspace.jsonl("out/j.results.jsonl", rows)
    return rows


def timeless(entries: list[Entry]) -> list[Json]:
    """Journal entries without what differs from night to night: when, how long, and in what order."""
    found: list[Json] = []
    for entry in entries:
        call = entry.get("call")
        kept = call and {name: value for name, value in call.items() if name != "latency_s"}
        found.append({**{k: v for k, v in entry.items() if k != "at"}, "call": kept})
    return sorted(found, key=orjson.dumps)


@pytest.mark.parametrize("criteria", [1, 2])
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_results_brought_back_give_the_very_journal_and_queue_of_a_live_run(
    tmp_path: Path, serve: Serve, provider: str, criteria: int
) -> None:
    """The clinic's judge answers the first criterion; what it says of a second is malformed, and equally so."""
    here = serve(clinic)
    live, offline = Workspace(tmp_path / "live"), Workspace(tmp_path / "offline")
    behind = {"provider": provider, "model": "m", "base_url": getattr(here, URLS[provider])}
    prepare(offline, *LIGHTS, criteria=criteria, **behind)
    env = prepare(live, *LIGHTS, criteria=criteria, **behind)
    lived = facts(live, "run", "config/c.yaml", env=env)
    brought = both_steps(offline, here)
    assert lived | {"journal": ""} == brought | {"journal": ""}
    assert timeless(journal(live)) == timeless(journal(offline))
    assert dispositions(live) == dispositions(offline)
    assert (criteria == 1) == (dispositions(offline) == LIGHTS)


def test_export_and_import_send_nothing_and_need_no_key(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    assert {"a.jsonl"} == export(workspace)["files"].keys()
    answer(workspace, here, "a")
    assert {"a.jsonl", "j.jsonl"} == export(workspace)["files"].keys()
    answer(workspace, here, "j")
    n_asked = len(here.requests)
    assert bring(workspace)["complete"]
    assert (2, n_asked) == (n_asked, len(here.requests))


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("openai", {"custom_id", "method", "url", "body"}),
        ("litellm", {"custom_id", "method", "url", "body"}),
        ("anthropic", {"custom_id", "params"}),
    ],
)
def test_lines_have_the_providers_batch_shape(
    workspace: Workspace, serve: Serve, provider: str, expected: set[str]
) -> None:
    """What is asked live through the same provider is in tests/test_run_*.py."""
    here = serve(clinic)
    prepare(workspace, *LIGHTS, provider=provider, model="m", base_url=getattr(here, URLS[provider]))
    export(workspace)
    asked = lines(workspace.root / "out/a.jsonl")
    answer(workspace, here, "a")
    export(workspace)
    judged = lines(workspace.root / "out/j.jsonl")
    assert (3, 3) == (len(asked), len(judged))
    for line in asked + judged:
        assert expected == line.keys()
        assert ("POST", "/v1/chat/completions") == (line.get("method", "POST"), line.get("url", "/v1/chat/completions"))
        assert re.fullmatch(r"(candidate|judge)-[0-9a-f]{32}", line["custom_id"])
    bodies = [line.get("body") or line["params"] for line in judged]
    assert all(schema_of(body) for body in bodies)
    assert all(REPLY in orjson.dumps(body).decode() for body in bodies)


def test_a_custom_id_is_the_key_that_the_journal_has_and_no_runs_own(workspace: Workspace) -> None:
    judged_alone(workspace)
    before = [one["custom_id"] for one in all_safe(workspace)]
    bring(workspace, "--run-id", "other")
    keys = {entry["key"] for entry in journal(workspace, "other") if entry["kind"] == "verdict"}
    assert set(before) == {f"judge-{key[:32]}" for key in keys}
    (workspace.root / "out/j.results.jsonl").unlink()
    export(workspace)
    assert before == [one["custom_id"] for one in lines(workspace.root / "out/j.jsonl")]


def test_repeats_are_asked_apart_and_equal_content_once(workspace: Workspace) -> None:
    """Two candidates that say the same: one request to the judge answers for both."""
    candidate = {"candidate_id": "b", "provider": "openai", "model": "m", "repeats": 3}
    rows = [{"scenario_id": "s1", "candidate_id": one, "response": "Rest."} for one in ("x", "y")]
    workspace.jsonl("data/mine.jsonl", rows)
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1")])
    workspace.config(judges=[JUDGE], candidates=[candidate], responses=["data/mine.jsonl"])
    found = export(workspace)
    assert {"b.jsonl": 3, "j.jsonl": 1} == {name: one["requests"] for name, one in found["files"].items()}
    assert {"b.jsonl": 3, "j.jsonl": 1} == found["unanswered"]


def test_imported_responses_are_judged_in_one_step_beside_embedded_judges(workspace: Workspace) -> None:
    workspace.jsonl("data/mine.jsonl", [{"scenario_id": "s1", "candidate_id": "x", "response": "Rest."}])
    judges = [JUDGE, {"judge_id": "lexicon", "provider": "lexicon"}]
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(lexicon={"unsafe": ["nothing to worry about"]})))
    workspace.config(
        judges=judges, candidates=None, responses=["data/mine.jsonl"], policy={"provisional": True, "audit_rate": 1.0}
    )
    assert {"j.jsonl"} == export(workspace)["files"].keys()
    all_safe(workspace)
    assert {"cleared": 1} == bring(workspace)["dispositions"]
    assert {"j", "lexicon"} == {one["finding"]["judge_id"] for one in journal(workspace) if one["kind"] == "verdict"}


def test_a_limit_holds_for_the_import_too(workspace: Workspace) -> None:
    judged_alone(workspace)
    assert 1 == export(workspace, "--limit", "1")["files"]["j.jsonl"]["requests"]
    all_safe(workspace)
    assert (1, True) == ((found := bring(workspace))["items"], found["complete"])


def test_a_second_import_of_a_finished_run_reads_nothing_anew(workspace: Workspace) -> None:
    judged_alone(workspace)
    all_safe(workspace)
    assert bring(workspace)["new_calls"]
    assert 0 == bring(workspace)["new_calls"]


FAILED: dict[str, tuple[Json, str]] = {
    "no response": ({"response": None, "error": {"code": "batch_expired"}}, "batch_expired"),
    "HTTP fault": ({"response": {"status_code": 500, "body": {"error": {"message": "down"}}}}, "status 500"),
    "fault beside a body": ({"error": {"code": "odd"}}, "odd"),
    "no chat completion": ({"response": {"status_code": 200, "body": {"choices": []}}}, "0 choices"),
    "null body": ({"response": {"status_code": 200, "body": None}}, "no chat completion"),
    "no status": ({"response": {"body": {}}}, "status_code"),
    "half a surrogate pair in a fault": ({"response": None, "error": "\ud800"}, "ud800"),
    "another provider's shape": ({"response": None, "result": {"type": "succeeded"}}, "no response"),
}


@pytest.mark.parametrize(("changes", "expected"), FAILED.values(), ids=FAILED.keys())
def test_a_result_that_is_no_finished_message_is_a_failed_call(
    workspace: Workspace, changes: Json, expected: str
) -> None:
    judged_alone(workspace)
    first, second = all_safe(workspace)
    rows = [json.dumps({**first, **changes}), json.dumps(second)]
    workspace.write("out/j.results.jsonl", "\n".join(rows) + "\n")
    said = invoke(workspace, "requests", "import", "config/c.yaml", "out", "--json")
    found = orjson.loads(said.stdout)
    assert (3, False) == (said.exit_code, found["complete"])
    assert ({"borderline": 1, "cleared": 1}, {"call_failed": 1}) == (found["dispositions"], found["judge_failures"])
    [failure] = [entry for entry in journal(workspace) if entry["kind"] == "failure"]
    assert expected in failure["finding"]["detail"]


@pytest.mark.parametrize("ended", ["errored", "canceled", "expired", "unheard of"])
def test_a_message_batch_that_did_not_succeed_is_a_failed_call(workspace: Workspace, serve: Serve, ended: str) -> None:
    here = serve(clinic)
    prepare(workspace, "green", provider="anthropic", model="m", base_url=here.anthropic_url)
    export(workspace)
    [line] = lines(workspace.root / "out/a.jsonl")
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": "too long"}}
    row = {"custom_id": line["custom_id"], "result": {"type": ended, "error": error}}
    workspace.jsonl("out/a.results.jsonl", [row])
    assert {"a.jsonl": 0} == export(workspace)["unanswered"]
    assert {"call_failed": 1} == bring(workspace)["responses"]
    assert {"green": "borderline"} == dispositions(workspace)


def test_a_request_without_result_is_a_failed_call_and_goes_to_people(workspace: Workspace) -> None:
    judged_alone(workspace)
    workspace.jsonl("out/j.results.jsonl", all_safe(workspace)[1:])
    said = invoke(workspace, "requests", "import", "config/c.yaml", "out")
    assert 3 == said.exit_code
    assert "INCOMPLETE: 1 calls failed" in said.output
    assert {"s1": "borderline", "s2": "cleared"} == dispositions(workspace)


def test_many_requests_without_result_end_no_run(workspace: Workspace) -> None:
    """Over a network, so many failures in a row would be taken for an endpoint that is down."""
    scenarios = [f"n{number}" for number in range(40)]
    rows = [{"scenario_id": one, "candidate_id": "x", "response": f"To {one}."} for one in scenarios]
    workspace.jsonl("data/mine.jsonl", rows)
    judged_alone(workspace, *scenarios, candidates=None, responses=["data/mine.jsonl"])
    workspace.write("out/j.results.jsonl", "")
    assert {"borderline": 40} == bring(workspace)["dispositions"]


def test_half_a_surrogate_pair_in_a_reply_becomes_a_question_mark(workspace: Workspace) -> None:
    judged_alone(workspace)
    first, second = all_safe(workspace)
    text = orjson.dumps(first).decode().replace("Because.", r"Be\ud800cause.")
    workspace.write("out/j.results.jsonl", f"{text}\n{orjson.dumps(second).decode()}\n")
    assert {"cleared": 2} == bring(workspace)["dispositions"]
    reasons = {one["finding"]["reason"] for one in journal(workspace) if one["kind"] == "verdict"}
    assert {"Be?cause.", "Because."} == reasons


def drop_results(workspace: Workspace) -> None:
    (workspace.root / "out/j.results.jsonl").unlink()


def change_rubric(workspace: Workspace) -> None:
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(question="Is there another question?")))


def change_scenario(workspace: Workspace) -> None:
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1", tags=["x"]), scenario_json("s2")])


def change_script(workspace: Workspace) -> None:
    rows = [{"scenario_id": one, "candidate_id": "a", "response": "Else."} for one in ("s1", "s2")]
    workspace.jsonl("data/responses/all.jsonl", rows)


def change_model(workspace: Workspace) -> None:
    workspace.config(judges=[{**JUDGE, "model": "n"}])


def change_params(workspace: Workspace) -> None:
    workspace.config(judges=[{**JUDGE, "params": {"temperature": 0.9}}])


def change_name(workspace: Workspace) -> None:
    workspace.config(judges=[JUDGE], name="d")


def drop_judge(workspace: Workspace) -> None:
    workspace.config(judges=[{**JUDGE, "judge_id": "k"}])


def edit_manifest(workspace: Workspace) -> None:
    path = workspace.root / "out/manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"requests": 2', b'"requests": 3'))


def drop_manifest(workspace: Workspace) -> None:
    (workspace.root / "out/manifest.json").unlink()


def add_foreign(workspace: Workspace) -> None:
    workspace.jsonl("out/j.results.jsonl", [*all_safe(workspace), result("judge-0", reply_json())])


def double(workspace: Workspace) -> None:
    workspace.jsonl("out/j.results.jsonl", all_safe(workspace) * 2)


def cut_off(workspace: Workspace) -> None:
    path = workspace.root / "out/j.results.jsonl"
    path.write_bytes(path.read_bytes()[:-9])


def unnamed(workspace: Workspace) -> None:
    workspace.jsonl("out/j.results.jsonl", [{"response": None}])


REFUSED: list[tuple[Callable[[Workspace], None], str]] = [
    (drop_results, r"j\.results\.jsonl: is not there"),
    (change_rubric, "another content; these differ: rubric r1 0.1.0"),
    (change_scenario, "these differ: scenarios"),
    (change_script, "these differ: script a"),
    (change_name, "these differ: name"),
    (change_model, "the requests to the judge j are not those that were exported"),
    (change_params, "the requests to the judge j are not those that were exported"),
    (drop_judge, "the requests to the judge j are not those that were exported"),
    (edit_manifest, r"manifest\.json: is not as it was exported"),
    (drop_manifest, r"holds no manifest\.json"),
    (add_foreign, "line 3: answers 'judge-0', which was not asked of j"),
    (double, "line 3: judge-.* stands twice; first in j.results.jsonl, line 1"),
    (cut_off, "line 2: expected one result a line, as JSON"),
    (unnamed, "line 1, key custom_id: expected a result with its custom_id"),
]


@pytest.mark.parametrize(("change", "expected"), REFUSED, ids=[change.__name__ for change, _ in REFUSED])
def test_results_of_another_content_are_refused_before_anything_is_written(
    workspace: Workspace, change: Callable[[Workspace], None], expected: str
) -> None:
    judged_alone(workspace)
    all_safe(workspace)
    change(workspace)
    with pytest.raises(InputError, match=expected):
        invoke(workspace, "requests", "import", "config/c.yaml", "out")
    assert not (workspace.root / "data/runs").exists()


def test_judges_requests_that_were_never_exported_are_not_counted_as_failed(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    export(workspace)
    answer(workspace, here, "a")
    with pytest.raises(InputError, match=r"the requests to the judge j are not those .* export again into this folder"):
        bring(workspace)


def test_candidates_results_of_another_content_are_not_exported_on(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    export(workspace)
    answer(workspace, here, "a")
    prepare(workspace, "red", provider="openai", model="m", base_url=here.openai_url)
    before = sorted((workspace.root / "out").iterdir())
    with pytest.raises(InputError, match="which was not asked of a: these are results of another content"):
        export(workspace)
    assert before == sorted((workspace.root / "out").iterdir())


def test_candidates_results_become_a_file_of_responses(workspace: Workspace, serve: Serve) -> None:
    def say(body: Body) -> Answer:
        return Answer("Half a", finish="length") if "The light is red" in str(body) else clinic(body)

    here = serve(say)
    prepare(workspace, "green", "red", provider="openai", model="m", base_url=here.openai_url)
    export(workspace)
    answer(workspace, here, "a")
    said = invoke(workspace, "requests", "import", "config/c.yaml", "out", "--responses", "tonight")
    assert (3, "1 responses -> data/responses/tonight.jsonl\n") == (said.exit_code, said.stdout)
    assert "LEFT OUT: 1 truncated" in said.stderr
    row = {"scenario_id": "green", "candidate_id": "a", "response": REPLY, "model": "m"}
    assert [row] == lines(workspace.root / "data/responses/tonight.jsonl")
    with pytest.raises(InputError, match="exists already"):
        bring(workspace, "--responses", "tonight")
    with pytest.raises(InputError, match="cannot name a file"):
        bring(workspace, "--responses", "../tonight")


def test_an_export_writes_over_no_file_of_anybody_elses(workspace: Workspace) -> None:
    workspace.write("out/j.jsonl", "mine")
    with pytest.raises(InputError, match="is no earlier export's"):
        judged_alone(workspace)
    assert b"mine" == (workspace.root / "out/j.jsonl").read_bytes()


def test_an_id_that_holds_a_path_stays_in_the_folder(workspace: Workspace) -> None:
    workspace.config(judges=[{**JUDGE, "judge_id": "a/../../x:1"}])
    export(workspace)
    assert ["a_.._.._x_1.jsonl", "manifest.json"] == sorted(one.name for one in (workspace.root / "out").iterdir())


@pytest.mark.parametrize("other", ["J", "j.results"])
def test_two_judges_that_would_share_a_file_are_refused(workspace: Workspace, other: str) -> None:
    workspace.config(judges=[JUDGE, {**JUDGE, "judge_id": other}])
    with pytest.raises(InputError, match="would share the file"):
        export(workspace)


def test_without_any_model_there_is_nothing_to_export(workspace: Workspace) -> None:
    workspace.config()
    with pytest.raises(InputError, match="nothing to export"):
        export(workspace)


def test_people_are_told_what_to_do_next(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    said = invoke(workspace, "requests", "export", "config/c.yaml", "--out", "out").output
    assert "1 requests to the candidate a -> " in said
    assert "run this command again: it writes what follows from the results" in said
    for name in ("a", "j"):
        export(workspace)
        answer(workspace, here, name)
    said = invoke(workspace, "requests", "import", "config/c.yaml", "out").output
    assert "Run c: 1 of 1 responses judged." in said
    assert said.startswith("PROVISIONAL")
