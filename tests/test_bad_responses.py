"""A candidate that gives no whole answer: recorded as what it is, sent to a person, and never judged."""

from collections.abc import Callable

import orjson
import pytest

from domain.record import MAX_TEXT
from pipeline.journal import read_entries
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import REPLY, dispositions, facts, invoke, prepare, schema_of

_REFUSAL = {"choices": [{"message": {"role": "assistant", "content": None, "refusal": "No."}, "finish_reason": "stop"}]}

ANSWERS: dict[str, tuple[Answer, str, str]] = {
    "refuses": (Answer(raw=orjson.dumps(_REFUSAL)), "refused", "No."),
    "is filtered": (Answer("Half", finish="content_filter"), "filtered", "Half"),
    "is truncated": (Answer("Half of", finish="length"), "truncated", "Half of"),
    "says nothing": (Answer(""), "empty", ""),
    "says white space": (Answer(" \n\t "), "empty", " \n\t "),
    "is too long": (Answer("x" * (MAX_TEXT + 1)), "too_long", "x" * MAX_TEXT),
    "fails": (Answer(status=400, raw=b'{"error": {"message": "no"}}'), "call_failed", ""),
    "is unreachable": (Answer(status=503, raw=b"", headers={"retry-after-ms": "0"}), "call_failed", ""),
}


@pytest.mark.parametrize(("answer", "outcome", "body"), list(ANSWERS.values()), ids=list(ANSWERS))
def test_a_candidate_without_a_whole_answer_goes_to_a_person_unjudged(
    workspace: Workspace, serve: Callable[[Say], Endpoint], answer: Answer, outcome: str, body: str
) -> None:
    here = serve(lambda _: answer)
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    ended = invoke(workspace, "run", "config/c.yaml", "--json", env=env)
    found = orjson.loads(ended.stdout)
    assert (3 if outcome == "call_failed" else 0) == ended.exit_code
    assert ({outcome: 1}, {"borderline": 1}, {}) == (
        found["responses"],
        found["dispositions"],
        found["judge_failures"],
    )
    assert [] == [one for one in here.requests if schema_of(one) is not None]
    [item] = facts(workspace, "queue")["items"]
    assert (outcome, "borderline", 1.0) == (item["outcome"], item["lane"], item["inclusion_probability"])
    [reason] = item["reasons"]
    assert outcome.replace("_", " ") in reason
    entries = [entry for entry, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl")]
    assert [body] == [entry["body"] for entry in entries if entry["kind"] == "response"]


def test_the_longest_response_that_is_judged_is_judged_whole(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    text = REPLY + "x" * (MAX_TEXT - len(REPLY))
    here = serve(lambda body: Answer(text) if schema_of(body) is None else Answer("no verdict"))
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    assert {"completed": 1} == facts(workspace, "run", "config/c.yaml", env=env)["responses"]
    [judged] = [one for one in here.requests if schema_of(one) is not None]
    assert text in judged["messages"][1]["content"]


def test_one_candidate_that_fails_takes_nothing_from_the_others(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    def say(body: Body) -> Answer:
        if schema_of(body) is not None:
            return Answer("no verdict")
        return ANSWERS["fails"][0] if "light is red" in str(body) else Answer(REPLY)

    env = prepare(workspace, "green", "red", provider="openai", model="m", base_url=serve(say).openai_url)
    assert {"completed": 1, "call_failed": 1} == facts(workspace, "run", "config/c.yaml", env=env)["responses"]
    assert {"green": "borderline", "red": "borderline"} == dispositions(workspace)


@pytest.mark.parametrize("text", ["", "  ", "\n"], ids=["empty", "blank", "line break"])
def test_an_imported_response_without_text_goes_to_a_person(workspace: Workspace, text: str) -> None:
    workspace.jsonl("data/responses/theirs.jsonl", [{"scenario_id": "s1", "candidate_id": "b", "response": text}])
    workspace.config(candidates=None, responses=["data/responses/theirs.jsonl"])
    found = facts(workspace, "run", "config/c.yaml")
    assert ({"empty": 1}, {"borderline": 1}) == (found["responses"], found["dispositions"])


def test_a_control_character_in_a_response_reaches_the_journal_the_store_and_the_page(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    text = f"{REPLY}\x00\x1b[31m\u2028\u202e👩‍⚕️"
    here = serve(lambda body: Answer(text) if schema_of(body) is None else Answer("no verdict"))
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    invoke(workspace, "run", "config/c.yaml", env=env)
    entries = [entry for entry, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl")]
    assert [text] == [entry["body"] for entry in entries if entry["kind"] == "response"]
    assert {"green": "borderline"} == dispositions(workspace)
