"""Money: what calls cost, and a run that stops before it costs more than it may."""

from collections.abc import Callable

import pytest
import yaml

from domain.errors import InputError
from pipeline.journal import read_entries
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import ENV, clinic, facts, invoke, prepare

Serve = Callable[[Say], Endpoint]
LIGHTS = [f"green{n}" for n in range(12)]
PRICES = {
    "schema": "prices/1",
    "as_of": "2026-11-22",
    "note": "For tests.",
    "usd_per_million_tokens": {"m": {"input": 0.0, "output": 1000.0}},
}
CALL = 7 * 1000 / 1e6
"""What the loopback endpoint's count of tokens makes of one call, in USD."""


def _clinic(body: Body) -> Answer:
    return clinic({**body, "messages": [*body["messages"], {"role": "user", "content": "The light is green."}]})


def _ready(workspace: Workspace, here: Endpoint, usd: float | None) -> None:
    prepare(workspace, *LIGHTS, provider="openai", model="m", base_url=here.openai_url)
    workspace.yaml("config/prices.yaml", PRICES)
    path = workspace.root / "config/c.yaml"
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    for one in (*whole["candidates"], *whole["judges"]):
        one["params"] = {"max_tokens": 20}
    whole["limits"] |= {"usd": usd, "concurrency": 2} if usd else {"concurrency": 2}
    workspace.yaml("config/c.yaml", whole)


def test_a_call_is_counted_at_its_price_and_the_report_says_by_whom(workspace: Workspace, serve: Serve) -> None:
    _ready(workspace, serve(_clinic), None)
    found = facts(workspace, "run", "config/c.yaml", env=ENV)
    assert found["usd"] == pytest.approx(24 * CALL)
    costs = facts(workspace, "report", "c")["costs"]
    assert [("candidate a", "", 12, 132, 84), ("judge j", "r1", 12, 132, 84)] == [
        (one["who"], one["rubric"], one["n_calls"], one["input_tokens"], one["output_tokens"]) for one in costs
    ]
    assert [12 * CALL, 12 * CALL] == pytest.approx([one["usd"] for one in costs])


def test_a_run_never_spends_more_than_it_may_and_goes_on_with_more(workspace: Workspace, serve: Serve) -> None:
    here = serve(_clinic)
    _ready(workspace, here, 0.1)
    stopped = invoke(workspace, "run", "config/c.yaml", env=ENV)
    assert 3 == stopped.exit_code
    assert "STOPPED before the end: the budget (limits.usd) is spent" in stopped.stdout
    entries = [one for one, _ in read_entries(workspace.root / "data/runs/c/journal.jsonl")]
    spent = sum(one["call"]["usd"] for one in entries if one.get("call"))
    assert 0.05 < spent <= 0.1
    assert [] == [one for one in entries if one["kind"] == "failure"]
    _ready(workspace, here, 1000.0)
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert 24 == len(here.requests)


def test_a_cap_without_a_price_is_refused_before_anything_is_asked(workspace: Workspace, serve: Serve) -> None:
    here = serve(_clinic)
    _ready(workspace, here, 5.0)
    workspace.yaml("config/prices.yaml", {**PRICES, "usd_per_million_tokens": {}})
    with pytest.raises(InputError, match=r"limits\.usd is set, but the price file has no price"):
        invoke(workspace, "run", "config/c.yaml", env=ENV)
    assert [] == here.requests
