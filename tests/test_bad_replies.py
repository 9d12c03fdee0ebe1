"""Whatever a judge's endpoint sends back, the run ends, and what is no verdict goes to a person under its own name."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from pipeline.journal import read_entries
from tests.build import harmful_reply_json, reply_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text
from tests.flow import clinic, dispositions, facts, invoke, prepare, schema_of

TWICE = {"retry-after-ms": "0"}


def _text(value: dict[str, Any]) -> str:
    return orjson.dumps(value).decode()


def _choices(*messages: dict[str, Any]) -> bytes:
    return orjson.dumps({"choices": [{"message": one, "finish_reason": "stop"} for one in messages]})


FINE = _text(reply_json())
MESSAGE = {"role": "assistant", "content": FINE}
BAD: dict[str, tuple[Answer, str]] = {
    "prose": (Answer("The response looks safe to me."), "malformed"),
    "prose around the object": (Answer(f"Here you are: {FINE}"), "malformed"),
    "broken JSON": (Answer(FINE[:-1]), "malformed"),
    "a list": (Answer(f"[{FINE}]"), "malformed"),
    "an extra key": (Answer(_text(reply_json(confidence=0.9))), "malformed"),
    "a missing key": (Answer(_text({k: v for k, v in reply_json().items() if k != "reason"})), "malformed"),
    "an unknown answer": (Answer(_text(reply_json(answer="probably"))), "malformed"),
    "another criterion": (Answer(_text(reply_json("X-2"))), "malformed"),
    "two verdicts": (Answer(f"{FINE}\n{FINE}"), "malformed"),
    "a verdict that contradicts itself": (Answer(_text(reply_json(applies="no"))), "malformed"),
    "a violation without its harm": (Answer(_text(harmful_reply_json(risk=None))), "malformed"),
    "a violation without a quote": (Answer(_text(harmful_reply_json(evidence=[]))), "malformed"),
    "a quote that is not there": (Answer(_text(harmful_reply_json(evidence=["wait a week"]))), "quote_not_found"),
    "one quote of two not there": (Answer(_text(reply_json(evidence=["Rest", "wait a week"]))), "quote_not_found"),
    "nothing": (Answer(""), "malformed"),
    "no content": (Answer(raw=_choices({"role": "assistant", "content": None})), "malformed"),
    "a refusal": (Answer(raw=_choices({**MESSAGE, "content": None, "refusal": "I cannot."})), "refused"),
    "cut off by length": (Answer(FINE, finish="length"), "truncated"),
    "withheld by a filter": (Answer(FINE, finish="content_filter"), "filtered"),
    "a call of a tool": (Answer(FINE, finish="tool_calls"), "call_failed"),
    "HTTP 400": (Answer(status=400, raw=b'{"error": {"message": "no"}}'), "call_failed"),
    "HTTP 500 every time": (Answer(status=500, raw=b"oops", headers=TWICE), "call_failed"),
    "HTTP 302 to itself": (Answer(status=302, raw=b"", headers={"location": "chat/completions"}), "call_failed"),
    "HTML with 200": (Answer(raw=b"<html>Gateway</html>", content_type="text/html"), "call_failed"),
    "an error with 200": (Answer(raw=b'{"error": "overloaded"}'), "call_failed"),
    "half a body": (Answer(raw=b'{"choices": [{"mess'), "call_failed"),
    "no body": (Answer(raw=b""), "call_failed"),
    "bytes that are no UTF-8": (Answer(raw=b'{"choices": "\xff"}'), "call_failed"),
    "null": (Answer(raw=b"null"), "call_failed"),
    "no choice": (Answer(raw=_choices()), "call_failed"),
    "several choices": (Answer(raw=_choices(MESSAGE, MESSAGE)), "call_failed"),
    "1 MB": (Answer(_text(reply_json(reason="x" * 1_000_000))), "malformed"),
    "10 MB": (Answer(_text(reply_json(reason="x" * 10_000_000))), "call_failed"),
    "half of a surrogate pair": (Answer(raw=_choices(MESSAGE).replace(b"Because.", b"\\\\ud800")), "malformed"),
}


@pytest.mark.parametrize(("answer", "kind"), list(BAD.values()), ids=list(BAD))
def test_what_is_no_verdict_goes_to_a_person_and_is_counted_by_kind(
    workspace: Workspace, serve: Callable[[Say], Endpoint], answer: Answer, kind: str
) -> None:
    def say(body: Body) -> Answer:
        return clinic(body) if schema_of(body) is None else answer

    env = prepare(workspace, "green", "amber", provider="openai", model="m", base_url=serve(say).openai_url)
    ended = invoke(workspace, "run", "config/c.yaml", "--json", env=env)
    found = orjson.loads(ended.stdout)
    assert {kind: 2} == found["judge_failures"]
    assert (3 if kind == "call_failed" else 0) == ended.exit_code
    assert (2, {"borderline": 2}) == (found["finished"], found["dispositions"])
    assert {"green": "borderline", "amber": "borderline"} == dispositions(workspace)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_a_fault_that_passes_is_asked_again_and_leaves_no_trace_but_the_count(
    workspace: Workspace, serve: Callable[[Say], Endpoint], status: int
) -> None:
    seen: set[bool] = set()

    def say(body: Body) -> Answer:
        is_first = (schema_of(body) is None) not in seen
        seen.add(schema_of(body) is None)
        return Answer(status=status, raw=b"later", headers=TWICE) if is_first else clinic(body)

    env = prepare(workspace, "green", provider="openai", model="m", base_url=serve(say).openai_url)
    found = facts(workspace, "run", "config/c.yaml", env=env)
    assert (True, {}, {"cleared": 1}) == (found["complete"], found["judge_failures"], found["dispositions"])
    entries = [entry for entry, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl")]
    assert [2, 2] == [entry["call"]["attempts"] for entry in entries if entry.get("call")]


def test_a_fault_that_cannot_pass_is_not_asked_again(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> None:
    here = serve(lambda body: clinic(body) if schema_of(body) is None else BAD["HTTP 400"][0])
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    invoke(workspace, "run", "config/c.yaml", env=env)
    assert 2 == len(here.requests)


def test_every_kind_is_counted_beside_the_others_and_no_item_is_lost(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    kinds = ["prose", "a quote that is not there", "a refusal", "HTTP 400", "cut off by length"]
    lights = {f"n{number}": kind for number, kind in enumerate(kinds)}

    def say(body: Body) -> Answer:
        kind = next(kind for light, kind in lights.items() if f"The light is {light}." in prompt_text(body))
        return clinic(body) if schema_of(body) is None else BAD[kind][0]

    here = serve(say)
    env = prepare(workspace, *lights, provider="openai", model="m", base_url=here.openai_url)
    found = facts(workspace, "run", "config/c.yaml", env=env)
    assert dict.fromkeys(["malformed", "quote_not_found", "refused", "call_failed", "truncated"], 1) == dict(
        found["judge_failures"]
    )
    assert dict.fromkeys(lights, "borderline") == dispositions(workspace)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": "many"}, []], ids=str)
def test_a_good_reply_with_an_odd_count_of_tokens_is_a_verdict(
    workspace: Workspace, serve: Callable[[Say], Endpoint], usage: object
) -> None:
    choices = [{"message": MESSAGE, "finish_reason": "stop"}]
    answer = Answer(raw=orjson.dumps({"choices": choices, "usage": usage}))
    here = serve(lambda body: clinic(body) if schema_of(body) is None else answer)
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    invoke(workspace, "run", "config/c.yaml", env=env)
    assert {"green": "cleared"} == dispositions(workspace)


def test_half_of_a_surrogate_pair_is_stored_as_a_question_mark(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    answer = Answer(raw=_choices(MESSAGE).replace(b"Because.", b"\\ud800"))
    here = serve(lambda body: clinic(body) if schema_of(body) is None else answer)
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    invoke(workspace, "run", "config/c.yaml", env=env)
    entries = [entry for entry, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl")]
    assert ["?"] == [entry["finding"]["reason"] for entry in entries if entry["kind"] == "verdict"]
