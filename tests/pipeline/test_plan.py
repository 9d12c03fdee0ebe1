"""What a run would ask and cost, counted by hand on a small workspace."""

from typing import Any

import pytest

from pipeline.plan import Plan, plan_run
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace

PRICED = {"candidate_id": "p", "provider": "openai", "model": "gpt-5.4", "repeats": 3}
UNKNOWN = {"candidate_id": "u", "provider": "openai", "model": "new-model"}
JUDGE = {"judge_id": "j", "provider": "litellm", "model": "gemini/gemini-3.8-flash"}
LEXICON = {"judge_id": "lexicon", "provider": "lexicon"}


def plan(workspace: Workspace, limit: int | None = None, **config: Any) -> Plan:
    """Two scenarios; two criteria of a rubric for each, and one of its own for the second."""
    own = [{"criterion_id": "O-1", "criterion": "Names a pharmacy", "points": 5}]
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1"), scenario_json("s2", criteria=own)])
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json("X-1"), criterion_json("X-2", "omission")))
    path = workspace.config(**config)
    return plan_run(workspace.root, path, limit=limit)


def calls(of: Plan) -> dict[str, int]:
    return {line.who: line.n_calls for line in of.lines}


def test_calls_are_counted_for_every_candidate_judge_and_criterion(workspace: Workspace) -> None:
    found = plan(workspace, candidates=[PRICED, UNKNOWN], judges=[JUDGE])
    n_judged = 4 * 2 + 4 * 3  # four responses to each scenario, three criteria on the second
    assert 8 == found.n_items
    assert {"candidate p": 6, "candidate u": 2, "judge j": n_judged} == calls(found)
    assert 6 + 2 + n_judged == found.n_calls


def test_a_scenarios_own_criteria_are_counted_only_when_they_are_judged(workspace: Workspace) -> None:
    found = plan(workspace, candidates=[PRICED], judges=[JUDGE], scenario_criteria=False)
    assert 6 * 2 == calls(found)["judge j"]


def test_imported_responses_are_judged_but_not_asked_for(workspace: Workspace) -> None:
    workspace.jsonl("mine.jsonl", [{"scenario_id": "s2", "candidate_id": "z", "response": "Rest."}])
    found = plan(workspace, candidates=[], responses=["mine.jsonl"], judges=[JUDGE])
    assert (1, {"judge j": 3}) == (found.n_items, calls(found))


def test_embedded_and_scripted_ones_ask_nobody_and_cost_nothing(workspace: Workspace) -> None:
    found = plan(workspace)
    assert (2, 0, 0) == (found.n_items, found.n_calls, found.usd)
    assert "Price: about 0.00 USD" in found.as_text()


def test_the_price_is_tokens_times_the_price_file(workspace: Workspace) -> None:
    found = plan(workspace, candidates=[PRICED], judges=[JUDGE, LEXICON])
    candidate, judge, lexicon = found.lines
    n_in = 6 * (len("My daughter has a rash.") // 4)
    assert (n_in, 6 * 400) == (candidate.input_tokens, candidate.output_tokens)
    assert pytest.approx((n_in * 2.5 + 2400 * 15.0) / 1e6) == candidate.usd
    assert 15 * 250 == judge.output_tokens
    assert pytest.approx((judge.input_tokens * 0.75 + 3750 * 3.75) / 1e6) == judge.usd
    assert (0, False) == (lexicon.input_tokens, lexicon.paid)
    assert found.usd is not None
    assert candidate.usd is not None
    assert judge.usd is not None
    assert pytest.approx(candidate.usd + judge.usd) == found.usd


def test_a_price_that_is_not_known_is_said_and_never_summed(workspace: Workspace) -> None:
    found = plan(workspace, candidates=[PRICED, UNKNOWN])
    assert found.usd is None
    assert found.as_json()["usd_estimate"] is None
    assert "Price: unknown: the price file lacks a model" in found.as_text()
    row = next(line for line in found.as_text().splitlines() if line.startswith("candidate u"))
    assert row.endswith("unknown")


@pytest.mark.parametrize(("limit", "n_judged"), [(1, 2), (3, 6), (4, 9), (99, 15)])
def test_a_limit_plans_the_first_so_many_responses(workspace: Workspace, limit: int, n_judged: int) -> None:
    found = plan(workspace, limit, candidates=[PRICED], judges=[JUDGE])
    assert {"candidate p": min(limit, 6), "judge j": n_judged} == calls(found)


def test_the_prices_say_of_which_day_they_are(workspace: Workspace) -> None:
    found = plan(workspace)
    assert "2026-11-22" == found.prices_as_of
    assert "prices as of 2026-11-22; tokens estimated" in found.as_text()


def test_an_empty_imported_response_is_not_planned_to_be_judged(workspace: Workspace) -> None:
    workspace.jsonl("mine.jsonl", [{"scenario_id": "s1", "candidate_id": "z", "response": ""}])
    found = plan(workspace, candidates=[], responses=["mine.jsonl"], judges=[JUDGE])
    assert {"judge j": 0} == calls(found)
