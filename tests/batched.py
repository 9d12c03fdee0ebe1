"""Runs by batch for tests: the clinic behind an endpoint that has both batch APIs."""

import re
from collections.abc import Callable
from typing import Any

import yaml
from aiohttp import web

from judges.batches.api import ChunkLimits
from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.run import Means, RunResult, run_batch
from tests.batch_endpoint import BatchEndpoint
from tests.build import scenario_json
from tests.conftest import Workspace
from tests.flow import ENV, LIGHTS, facts, prepare

Json = dict[str, Any]
URLS = {"openai": "openai_url", "anthropic": "anthropic_url"}
FAST = ("--batch", "--poll", "0.01")
SUBMIT = r"POST /v1/(messages/)?batches"
BY_ITSELF = r"POST /v1/(messages|chat/completions)"
PRICES = {
    "schema": "prices/1",
    "as_of": "2026-11-22",
    "note": "For tests.",
    "usd_per_million_tokens": {"m": {"input": 0.0, "output": 1000.0}},
}
BY_BATCH = 7 * 1000 / 1e6 / 2
"""What the endpoint's count of tokens makes of one call, in USD."""


def behind(workspace: Workspace, here: BatchEndpoint, provider: str = "openai", *lights: str) -> None:
    """The clinic as candidate and judge, by batch."""
    prepare(workspace, *(lights or LIGHTS), provider=provider, model="m", base_url=getattr(here, URLS[provider]))
    workspace.yaml("config/prices.yaml", PRICES)


def many(workspace: Workspace, n: int) -> list[str]:
    """So many scenarios in place of the three; each has a light that the clinic knows."""
    names = [f"{light}-{number}" for number in range(n) for light in LIGHTS][:n]
    rows = [
        scenario_json(one, messages=[{"role": "user", "content": f"{one}. The light is {one.split('-')[0]}."}])
        for one in names
    ]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    return names


def limits(workspace: Workspace, **changes: Any) -> None:
    path = workspace.root / "config/c.yaml"
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    for one in (*whole["candidates"], *whole["judges"]):
        one["params"] = {"max_tokens": 20}
    whole["limits"] |= changes
    workspace.yaml("config/c.yaml", whole)


def run(workspace: Workspace, *args: str) -> Json:
    return facts(workspace, "run", "config/c.yaml", *FAST, *args, env=ENV)


def run_with(workspace: Workspace, said: list[str] | None = None, most: ChunkLimits | None = None) -> RunResult:
    whole = Terms(poll_s=0.01, sure_after_s=0.0, most=most, say=(said if said is not None else []).append)
    return run_batch(
        workspace.root,
        workspace.root / "config/c.yaml",
        environ=ENV,
        means=Means(lambda inputs, environ: BatchClients(inputs, environ, whole)),
    )


def hook(here: BatchEndpoint, when: str, pattern: str, then: Callable[[], web.Response | None]) -> None:
    """Have something happen at the first call of this kind."""
    done: list[str] = []

    def first(call: str) -> web.Response | None:
        if done or not re.fullmatch(pattern, call):
            return None
        done.append(call)
        return then()

    setattr(here, when, first)
