"""A panel with everything that a panel can have, behind one endpoint: a cheap judge that is asked twice, answers minor
criteria together and loses quotes, and a strong judge that is asked where the cheap one does not settle a question."""

import re
from typing import Any

import orjson

from tests.build import (
    criterion_json,
    found_json,
    harmful_reply_json,
    missing_json,
    reply_json,
    rubric_json,
    scenario_json,
)
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, prompt_text
from tests.flow import ENV, REPLY, schema_of

Json = dict[str, Any]
LIGHTS = ("green", "red", "amber")
_CRITERION = re.compile(r"^# Criterion (\S+)$", re.MULTILINE)
_AGAIN = re.compile(r"\b[CMO]-\d\b")
_LOST = "words that nobody said"


def ward(body: Body) -> Answer:
    """Decided by what is asked alone, so that every road gives the same."""
    schema = schema_of(body)
    if schema is None:
        return Answer(REPLY)
    text, is_again = prompt_text(body), any(one["role"] == "assistant" for one in body["messages"])
    light = next(light for light in LIGHTS if f"The light is {light}." in text)
    several = "findings" in schema["properties"]
    asked = _CRITERION.findall(text)
    if is_again:
        asked = _AGAIN.findall(text.rpartition("Look again")[2])
    found = [_finding(body["model"], light, one, is_again=is_again) for one in asked]
    return Answer(orjson.dumps({"findings": found} if several else found[0]).decode())


def _finding(model: str, light: str, criterion_id: str, *, is_again: bool) -> Json:
    if criterion_id.startswith("O"):
        if light == "amber" and model == "cheap":
            return found_json(criterion_id, "cannot_tell", looked_for=[])
        return missing_json(criterion_id) if light == "amber" else found_json(criterion_id, quote=REPLY.split(".")[0])
    if light == "red" and criterion_id in ("C-1", "M-2"):
        quote = REPLY.split(".")[0] if is_again or model == "strong" else _LOST
        return harmful_reply_json(criterion_id, evidence=[quote])
    return reply_json(criterion_id)


def furnish(workspace: Workspace, url: str = "", **changes: Any) -> dict[str, str]:
    """Scenarios, rubric and panel; gives the environment to run them in."""
    rows = [scenario_json(one, messages=[{"role": "user", "content": f"The light is {one}."}]) for one in LIGHTS]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    minor = [criterion_json(f"M-{n}", severity={"default": "minor"}) for n in (1, 2, 3)]
    severe = criterion_json("C-1", severity={"default": "major"})
    workspace.yaml("rubrics/r1.yaml", rubric_json(severe, criterion_json("O-1", "omission"), *minor))
    behind: Json = {"provider": "openai", "api_key_env": "CAVEAT_TEST_KEY", **({"base_url": url} if url else {})}
    workspace.config(
        **{
            "candidates": [{"candidate_id": "a", "model": "m", **behind}],
            "judges": [
                {"judge_id": "cheap", "model": "cheap", "repeats": 2, "together": 2, **behind},
                {"judge_id": "strong", "model": "strong", "stage": 2, **behind},
            ],
            "policy": {"provisional": True, "audit_rate": 1.0},
            "limits": {"attempts": 2, "timeout_s": 30, "concurrency": 4},
            **changes,
        }
    )
    return ENV
