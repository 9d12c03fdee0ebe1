"""A run whose clinicians have so many minutes: what they read is drawn at its end, and what is left is no clearance."""

from typing import Any

import pytest

from pipeline.drawing import draw_run
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.flow import UNSAFE, facts, invoke

Json = dict[str, Any]
N = 60


def furnish(workspace: Workspace, **policy: object) -> Workspace:
    """Two thirds flagged, one third cleared; two minutes and a bit for each."""
    names = [f"s{number}" for number in range(N)]
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json(one) for one in names])
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(lexicon={"unsafe": ["nothing to worry about"]})))
    replies = [UNSAFE if number % 3 else "See a GP." for number in range(N)]
    rows = [
        {"scenario_id": one, "candidate_id": "a", "response": text} for one, text in zip(names, replies, strict=True)
    ]
    workspace.config(policy={"provisional": True, "double_rate": 0.0, **policy})
    workspace.jsonl("data/responses/all.jsonl", rows)
    return workspace


@pytest.fixture
def night(anywhere: Workspace) -> Workspace:
    return furnish(anywhere, minutes=40)


def lanes(workspace: Workspace) -> dict[str, int]:
    return {one["lane"]: one["n"] for one in facts(workspace, "queue")["counts"]}


def test_what_does_not_fit_into_the_minutes_is_unreviewed_and_said_to_be_no_clearance(night: Workspace) -> None:
    ran = facts(night, "run", "config/c.yaml")
    sizing = ran["sizing"]
    assert (40, N) == (sizing["minutes"], sizing["n_items"])
    assert {"flagged": 40, "cleared": 20} == ran["dispositions"]
    queue = facts(night, "queue", "--limit", "100")
    assert sizing["n_drawn"] == len(queue["items"]) == sum(lanes(night).values())
    assert {"flagged", "audit"} >= lanes(night).keys()
    [gap] = queue["coverage_gaps"]
    assert 40 - lanes(night).get("flagged", 0) == sizing["n_unreviewed"] == gap["n_unreviewed"] > 0
    said = invoke(night, "queue").output
    assert f"COVERAGE GAP in run c: {gap['n_unreviewed']} responses are unreviewed. They are not passed." in said


def test_every_item_in_the_queue_says_the_chance_that_it_had(night: Workspace) -> None:
    invoke(night, "run", "config/c.yaml")
    chances = {one["lane"]: one["inclusion_probability"] for one in facts(night, "queue", "--limit", "100")["items"]}
    assert all(0 < one < 1 for one in chances.values())


def test_nothing_is_sent_before_the_draw(night: Workspace) -> None:
    """Otherwise what was read early would have been read whatever the draw."""
    invoke(night, "run", "config/c.yaml")
    with night.open_store().writing() as connection:
        connection.execute("DELETE FROM sample")
    queue = facts(night, "queue")
    assert ([], [False]) == (queue["items"], [one["is_drawn"] for one in queue["coverage_gaps"]])
    assert "nothing is sent before the draw" in invoke(night, "queue").output


def test_a_finished_run_draws_once_and_says_the_same_again(night: Workspace) -> None:
    first, again = (facts(night, "run", "config/c.yaml")["sizing"] for _ in range(2))
    assert first == again
    with night.open_store().reading() as connection:
        assert [("policy",)] == connection.execute("SELECT drawn_by FROM sizing").fetchall()


def test_more_minutes_add_items_and_take_none_away(night: Workspace) -> None:
    invoke(night, "run", "config/c.yaml")
    before = {one["item_id"] for one in facts(night, "queue", "--limit", "100")["items"]}
    more = facts(night, "draw", "c", "--minutes", "90", "--by", "the lead")
    after = {one["item_id"] for one in facts(night, "queue", "--limit", "100")["items"]}
    assert before < after
    assert more["n_drawn"] == len(after)
    with night.open_store().reading() as connection:
        drawers = connection.execute("SELECT drawn_by FROM sizing ORDER BY drawn_at").fetchall()
    assert [("policy",), ("the lead",)] == drawers


def test_a_run_without_minutes_sends_everything_and_can_be_drawn_by_hand(night: Workspace) -> None:
    furnish(night, audit_rate=1.0)
    ran = facts(night, "run", "config/c.yaml")
    assert (None, {"flagged": 40, "audit": 20}) == (ran["sizing"], lanes(night))
    assert [] == facts(night, "queue")["coverage_gaps"]
    sizing = draw_run(night.open_store(), "c", 40, by="the lead")
    assert sizing.n_drawn == sum(lanes(night).values()) < N


def test_a_plan_says_what_minutes_buy_and_draws_nothing(night: Workspace) -> None:
    furnish(night)
    invoke(night, "run", "config/c.yaml")
    few, many = (facts(night, "plan", "c", "--minutes", minutes) for minutes in ("40", "120"))
    assert few["read"] < many["read"] <= N
    assert few["missed_harm_at_best"] > many["missed_harm_at_best"] > 0
    assert few["widths"]["sensitivity"] > many["widths"]["sensitivity"]
    assert [] == facts(night, "queue")["coverage_gaps"]
    said = invoke(night, "plan", "c", "--minutes", "40").output
    assert "Assumed: clinicians find a violation in 3% of the cleared, 60% of the flagged" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("draw", "none", "--minutes", "5", "--by", "x"), "the store has no run 'none'; it has: c"),
        (("draw", "c", "--by", "x"), "the policy of c names no minutes"),
    ],
)
def test_a_draw_that_cannot_be_made_says_why(night: Workspace, arguments: tuple[str, ...], said: str) -> None:
    furnish(night)
    invoke(night, "run", "config/c.yaml")
    with pytest.raises(Exception, match=said):
        invoke(night, *arguments)


def test_minutes_that_do_not_suffice_for_the_least_chance_lower_it_and_make_a_draw(workspace: Workspace) -> None:
    ran = facts(furnish(workspace, minutes=1, least_chance=0.5), "run", "config/c.yaml")
    assert 0 < ran["sizing"]["floor"] < 0.5
