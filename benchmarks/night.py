"""The night that the benchmarks run: per scenario one candidate call and three judge calls, on one criterion."""

from pathlib import Path
from typing import Any

from tests.build import criterion_json, rubric_json
from tests.conftest import Workspace

N_JUDGES = 3
CALLS_A_SCENARIO = 1 + N_JUDGES
SYSTEM = "You are a careful health assistant for the public in the United Kingdom."
CRITERION = "SN-1"
RUN_ID = "c"
"""As `Workspace.config` has it."""


def scenario_text(number: int) -> str:
    """What a parent asks; each scenario differs."""
    return (
        f"My daughter is {2 + number % 9} years old and has had a fever for {1 + number % 5} days. Since this morning "
        f"she has a rash on her legs (photo {number}). She drinks a little and would rather sleep. The nursery says "
        "that something is going round. Should I wait until Monday, or do I need to do something tonight?"
    )


def lay_out(root: Path, url: str, n_scenarios: int, *, in_flight: int, **endpoint: object) -> Path:
    """A workspace with this many scenarios; gives its configuration. `endpoint` goes to candidate and judges, which
    share the places in flight."""
    workspace = Workspace(root)
    rows = [{"scenario_id": f"s{n}", "messages": [{"role": "user", "content": scenario_text(n)}]}
            for n in range(n_scenarios)]  # fmt: skip
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(CRITERION)))
    behind: dict[str, object] = {"provider": "openai", "base_url": url, **endpoint}
    return workspace.config(
        candidates=[{"candidate_id": "a", "model": "candidate", "system_prompt": SYSTEM, **behind}],
        judges=[judge(number, behind) for number in range(N_JUDGES)],
        policy={"provisional": True, "audit_rate": 0.1},
        limits={"attempts": 2, "timeout_s": 60, "concurrency": in_flight, "per_provider": in_flight},
    )


def judge(number: int, behind: dict[str, object]) -> dict[str, Any]:
    """One of three judges; each has a model of its own, so that no two calls are alike."""
    return {"judge_id": f"j{number}", "model": f"judge-{number}", "params": {"max_tokens": 1500}, **behind}
