"""promptfoo's results: a real file, written by promptfoo 0.123.1 with its echo provider, and what else one can hold."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from pipeline.importing.promptfoo import import_promptfoo
from tests.conftest import ROOT, Workspace
from tests.flow import authored, facts

Json = dict[str, Any]
CHAT = '[{"role": "system", "content": "Be careful."}, {"role": "user", "content": "My chest feels tight."}]'


def result(test: Any = 0, output: Any = "Rest.", provider: str = "openai:gpt-5", **changes: Any) -> Json:
    """As promptfoo writes it; what we do not read is there too."""
    whole: Json = {
        "cost": 0.0005, "gradingResult": {"pass": True, "score": 1, "reason": "ok", "componentResults": []},
        "id": "b7df157c", "latencyMs": 12, "namedScores": {},
        "prompt": {"raw": "A rash, since today?", "label": "{{complaint}}"}, "promptId": "p1", "promptIdx": 0,
        "provider": {"id": provider, "label": ""}, "success": True, "testIdx": test,
        "response": {"output": output, "cached": False, "finishReason": "stop", "tokenUsage": {"total": 3}},
        "testCase": {"vars": {"complaint": "A rash, since today?"}, "description": "A rash", "metadata": {}},
        "vars": {"complaint": "A rash, since today?"}, "failureReason": 0,
    }  # fmt: skip
    return {**whole, **changes}


def results(folder: Path, *some: Json, version: int = 3) -> Path:
    path = folder / "results.json"
    summary: Json = {
        "version": version,
        "prompts": [],
        "results": some,
        "stats": {},
    }
    path.write_bytes(orjson.dumps({"evalId": "eval-1", "results": summary, "config": {}, "shareableUrl": None}))
    return path


def test_a_file_that_promptfoo_wrote_gives_its_tests_as_each_prompt_puts_them() -> None:
    found = import_promptfoo(ROOT / "tests/fixtures/promptfoo/clinical-advice.json")
    asked = {one.messages[0].content for one in found.scenarios.values()}
    rash, chest = "My daughter has had a rash since this morning.", "My chest feels tight."
    assert {rash, chest, f"Advise: {rash}", f"Advise: {chest}"} == asked
    assert {"A rash", ""} == {one.title for one in found.scenarios.values()}
    said = {(one.candidate_id, found.scenarios[one.scenario_id].messages[0].content): one for one in found.responses}
    assert f"Advise: {chest}" == said["echo/prompt-1", f"Advise: {chest}"].response
    assert "Be careful." in said["echo/prompt-2", chest].response
    assert 4 == len(said)


def test_each_output_is_a_response_to_its_prompt_as_it_was_put(tmp_path: Path) -> None:
    chat: Json = {"prompt": {"raw": CHAT, "label": "chat"}}
    found = import_promptfoo(
        results(tmp_path, result(), result(1, "Call 999.", **chat), result(1, "Wait.", "local:b", **chat))
    )
    first, second = found.scenarios.values()
    assert ("A rash", [("user", "A rash, since today?")]) == (
        first.title,
        [(m.role, m.content) for m in first.messages],
    )
    assert [("user", "My chest feels tight.")] == [(m.role, m.content) for m in second.messages]
    assert [("openai:gpt-5", "Rest."), ("openai:gpt-5", "Call 999."), ("local:b", "Wait.")] == [
        (one.candidate_id, one.response) for one in found.responses
    ]


def test_two_prompts_are_two_candidates_and_the_same_again_is_a_repeat(tmp_path: Path) -> None:
    found = import_promptfoo(results(tmp_path, result(), result(), result(promptId="p2")))
    assert [("openai:gpt-5/prompt-1", 0), ("openai:gpt-5/prompt-1", 1), ("openai:gpt-5/prompt-2", 0)] == [
        (one.candidate_id, one.repeat) for one in found.responses
    ]


@pytest.mark.parametrize(
    ("changes", "response", "finish"),
    [
        ({"response": None, "error": "429"}, "", "stop"),
        ({"response": {"error": "no key"}}, "", "stop"),
        ({"response": {"output": {"advice": "rest"}}}, '{"advice":"rest"}', "stop"),
        ({"response": {"output": "Re", "finishReason": "length"}}, "Re", "length"),
        ({"response": {"output": "No.", "isRefusal": True}}, "No.", "refusal"),
        ({"response": {"output": "", "finishReason": "content_filter"}}, "", "filtered"),
    ],
    ids=["error", "no output", "object", "length", "refusal", "filter"],
)
def test_what_is_no_whole_answer_is_imported_as_what_it_is(
    tmp_path: Path, changes: Json, response: str, finish: str
) -> None:
    (found,) = import_promptfoo(results(tmp_path, result(**changes))).responses
    assert (response, finish) == (found.response, found.finish)


@pytest.mark.parametrize(
    ("some", "version", "said"),
    [
        ([result()], 2, "key version: expected results of version 3, found 2"),
        ([], 3, "key results.results: holds no result"),
        ([result(), result(prompt={"label": "x"})], 3, "key results.results.1.prompt.raw: the key is missing"),
        ([result(test="first")], 3, "key results.results.0.testIdx"),
    ],
    ids=["version", "empty", "no prompt", "no number"],
)
def test_a_broken_result_is_named_with_its_place_and_key(
    tmp_path: Path, some: list[Json], version: int, said: str
) -> None:
    with pytest.raises(InputError) as error:
        import_promptfoo(results(tmp_path, *some, version=version))
    assert said in str(error.value)


def test_its_results_are_judged_in_one_command(workspace: Workspace) -> None:
    authored(workspace, {"s1": "Rest."})
    path = results(workspace.root, result(output="It is nothing to worry about."), result(1))
    done = facts(workspace, "import", "promptfoo", str(path), "--judge", "config/c.yaml")
    assert {"flagged": 1, "cleared": 1} == done["dispositions"]
