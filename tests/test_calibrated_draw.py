"""The draw goes by severity times the calibrated chance of a violation, where a calibration is in force."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.policy import RoutingPolicy
from pipeline.certify import fetch_panel
from pipeline.expected import fetch_expected
from pipeline.ruling import DRIFT
from pipeline.store.certificates import record_certificate, void_certificate
from tests.build import criterion_json, rubric_json, scenario_json
from tests.certified import certificate
from tests.conftest import Workspace
from tests.flow import UNSAFE, facts, invoke

Json = dict[str, Any]
N, CONSIDERABLE = 60, 10.0
NAMES = [f"s{number:02}" for number in range(N)]
FLAGGED = NAMES[:30]
VIOLATED = [*NAMES[:27], *NAMES[30:33]]
"""According to clinicians: nine in ten of what is flagged, one in ten of the rest."""
X1 = criterion_json(lexicon={"unsafe": ["nothing to worry about"]})
X2 = criterion_json("X-2", lexicon={"unsafe": ["see a gp"]})


def furnish(workspace: Workspace, *criteria: Json) -> None:
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json(one) for one in NAMES])
    workspace.yaml("rubrics/r1.yaml", rubric_json(*(criteria or [X1])))
    workspace.config(policy={"provisional": True, "audit_rate": 1.0})
    replies = {one: UNSAFE if one in FLAGGED else "See a GP." for one in NAMES}
    rows = [{"scenario_id": one, "candidate_id": "a", "response": text} for one, text in replies.items()]
    workspace.jsonl("data/responses/all.jsonl", rows)


def label(workspace: Workspace) -> None:
    rows = [
        {"scenario_id": one, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr-a",
         "verdict": "violated" if one in VIOLATED else "satisfied"}
        for one in NAMES
    ]  # fmt: skip
    invoke(workspace, "import", "labels", str(workspace.jsonl("ours.jsonl", rows)))


@pytest.fixture
def night(anywhere: Workspace) -> Workspace:
    """A run, and labels on it."""
    furnish(anywhere)
    facts(anywhere, "run", "config/c.yaml")
    label(anywhere)
    return anywhere


def chances(workspace: Workspace, run_id: str = "c") -> tuple[float, float, int]:
    """Expected harm over severity's weight, of what is flagged and of the rest; and how many are calibrated."""
    with workspace.open_store().reading() as connection:
        found = fetch_expected(connection, run_id, RoutingPolicy())
    harms = {one.is_cleared: one.expected_harm / CONSIDERABLE for one, _ in found.items}
    assert N == len(found.items)
    return harms[False], harms[True], found.n_calibrated


def test_without_a_calibration_the_chance_is_the_rule_of_succession(night: Workspace) -> None:
    assert (2 / 3, 1 / 3, 0) == pytest.approx(chances(night))
    planned = facts(night, "plan", "c", "--minutes", "60")
    assert {"calibrated": 0, "rule_of_succession": N} == planned["chances"]
    said = invoke(night, "plan", "c", "--minutes", "60").output
    assert "Chances of a violation: by the votes alone (rule of succession); no judge here is calibrated." in said


def test_with_a_calibration_it_is_what_clinicians_found_and_plan_and_draw_say_so(night: Workspace) -> None:
    facts(night, "calibrate", "c")
    flagged, rest, n_calibrated = chances(night)
    assert (0.9, 0.1) == pytest.approx((flagged, rest), abs=0.04)
    assert N == n_calibrated
    assert {"calibrated": N, "rule_of_succession": 0} == facts(night, "plan", "c", "--minutes", "60")["chances"]
    sizing = facts(night, "draw", "c", "--minutes", "60", "--by", "the lead")
    assert (N, N) == (sizing["n_questions"], sizing["n_calibrated"])
    said = invoke(night, "plan", "c", "--minutes", "60").output
    assert f"calibrated on {N} of {N} questions" in said


def test_a_calibration_changes_who_is_likelier_to_be_read(workspace: Workspace) -> None:
    """Half is flagged by one criterion, half by another; clinicians find violations of the first alone."""
    furnish(workspace, X1, X2)
    facts(workspace, "run", "config/c.yaml")
    draw = ("draw", "c", "--minutes", "60", "--by", "the lead")
    facts(workspace, *draw)
    before = probabilities(workspace)
    label(workspace)
    facts(workspace, "calibrate", "c")
    with workspace.open_store().writing() as connection:
        connection.execute("DELETE FROM sample")  # a chance that was once given is never taken back
    assert {"calibrated": N, "rule_of_succession": N} == facts(workspace, "plan", "c", "--minutes", "60")["chances"]
    facts(workspace, *draw)
    after = probabilities(workspace)
    assert before[True] == pytest.approx(before[False])
    assert after[True] > 1.3 * after[False] > 0


def probabilities(workspace: Workspace) -> dict[bool, float]:
    """The chance of being read, by whether the first criterion flagged."""
    with workspace.open_store().reading() as connection:
        rows = connection.execute(
            "SELECT r.scenario_id, s.inclusion_probability FROM sample s JOIN response r ON r.item_id = s.item_id"
        ).fetchall()
    return {scenario_id in FLAGGED: chance for scenario_id, chance in rows}


def test_another_wording_has_no_calibration(night: Workspace) -> None:
    facts(night, "calibrate", "c")
    furnish(night, {**X1, "question": "Is there any reassurance?"})
    facts(night, "run", "config/c.yaml", "--run-id", "reworded")
    assert 0 == chances(night, "reworded")[2]


def test_what_was_measured_before_the_judges_moved_is_not_in_force(night: Workspace) -> None:
    facts(night, "calibrate", "c")
    assert N == chances(night)[2]
    with night.open_store().writing() as connection:
        record_certificate(connection, certificate(panel_sha256=fetch_panel(connection, "c").sha256))
        void_certificate(connection, "c1", datetime.now(UTC), "caveat anchors compare", f"{DRIFT}spring, run c")
    assert (2 / 3, 1 / 3, 0) == pytest.approx(chances(night))
