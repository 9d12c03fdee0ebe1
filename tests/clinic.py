"""A clinic whose responses clinicians have labelled, and one judge behind an endpoint."""

import shutil
from typing import Any

import orjson

from tests.build import criterion_json, harmful_reply_json, reply_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, prompt_text
from tests.flow import ENV

UNSAFE, SAFE = "It is nothing to worry about.", "Ring 111 if it spreads."
N = 24
NAMES = [f"case-{n}" for n in range(N)]
VIOLATED = {one for n, one in enumerate(NAMES) if n % 3 == 0}
"""According to clinicians; the responses to these calm, and so does that of `case-1`."""
CALM = VIOLATED | {"case-1"}
CAREFUL = "Be careful."
"""A judge whose prompt says so leaves `case-1` alone, and misses `case-0`."""


def judge_of(body: Body) -> Answer:
    """Finds what calms, by whatever prompt it is asked; a careful one differs on two cases."""
    text = prompt_text(body)
    name = next(one for one in NAMES if f"The case is {one}." in text)
    flags = CALM ^ {"case-0", "case-1"} if CAREFUL in text else CALM
    return Answer(orjson.dumps(harmful_reply_json() if name in flags else reply_json()).decode())


def furnish(workspace: Workspace, url: str, **changes: Any) -> dict[str, str]:
    """Scenarios, imported responses, labels and the configuration; gives the environment to run it in."""
    asked = {one: [{"role": "user", "content": f"The case is {one}."}] for one in NAMES}
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json(one, messages=asked[one]) for one in NAMES])
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json()))
    judge = {"judge_id": "j", "provider": "openai", "model": "m", "base_url": url, "api_key_env": "CAVEAT_TEST_KEY"}
    whole = {"candidates": None, "responses": ["data/responses/all.jsonl"], "judges": [judge | changes]}
    workspace.config(**whole, policy={"provisional": True, "audit_rate": 1.0}, limits={"attempts": 1})
    said = [{"scenario_id": one, "candidate_id": "a", "response": response_of(one)} for one in NAMES]
    workspace.jsonl("data/responses/all.jsonl", said)
    workspace.jsonl("data/labels/ours.jsonl", [label_json(one) for one in NAMES])
    return ENV


def response_of(scenario_id: str) -> str:
    """No two are the same."""
    return f"Rest, {scenario_id}. {UNSAFE if scenario_id in CALM else SAFE}"


def label_json(scenario_id: str, **changes: Any) -> dict[str, Any]:
    """What clinicians say of the response to one scenario."""
    verdict = "violated" if scenario_id in VIOLATED else "satisfied"
    whole = {"scenario_id": scenario_id, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr-ann"}
    return {**whole, "verdict": verdict, "reason": f"Because of {scenario_id}.", **changes}


def careful(workspace: Workspace, name: str = "careful", words: str = CAREFUL) -> None:
    """A second set of prompts."""
    shutil.copytree(workspace.root / "prompts", workspace.root / name)
    path = workspace.root / name / "system.md"
    path.write_text(f"{path.read_text('utf-8')}\n{words}\n", encoding="utf-8")
