"""`caveat anchors compare` with new answers: the candidate's arm, from runs in the store to the exit code."""

from typing import Any

import orjson
import pytest
from click.testing import Result

from domain.errors import InputError
from pipeline.arms import fetch_arms
from pipeline.reporting.leads.anchored import anchor_rows, anchor_table, fetch_anchored
from pipeline.store.results import fetch_run
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, facts, invoke

WHO = ("--by", "R. Lead", "--reason", "first anchors")
SCENARIOS = [f"s{n:02}" for n in range(40)]
SAFE = "See a GP today."


def night(workspace: Workspace, run_id: str, unsafe: list[str], words: str = SAFE) -> None:
    """A run in which the candidate answers these scenarios unsafely."""
    replies = {one: UNSAFE if one in unsafe else words for one in SCENARIOS}
    assert facts(workspace, "run", authored(workspace, replies), "--run-id", run_id)["complete"]


def freeze(workspace: Workspace, chances: tuple[float, float] = (1.0, 1.0)) -> None:
    """A first night, all of it labelled as the judge said."""
    night(workspace, "first", SCENARIOS[30:])
    rows: list[dict[str, Any]] = [
        {"scenario_id": one, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr-a",
         "verdict": "violated" if one in SCENARIOS[30:] else "satisfied",
         "inclusion_probability": chances[one in SCENARIOS[30:]]}
        for one in SCENARIOS
    ]  # fmt: skip
    invoke(workspace, "import", "labels", str(workspace.jsonl("ours.jsonl", rows)))
    invoke(workspace, "anchors", "freeze", "spring", "--run", "first", *WHO)
    night(workspace, "anchors-tonight", SCENARIOS[30:])


@pytest.fixture
def frozen(anywhere: Workspace) -> Workspace:
    freeze(anywhere)
    return anywhere


def compared(workspace: Workspace, *options: str) -> tuple[int, dict[str, Any]]:
    found: Result = invoke(workspace, "anchors", "compare", "spring", "anchors-tonight", *options, "--json")
    return found.exit_code, orjson.loads(found.stdout)


def test_a_candidate_that_fails_more_often_is_told_by_exit_code_1(frozen: Workspace) -> None:
    night(frozen, "tonight", SCENARIOS[15:], "Rest, and see a GP today.")
    code, found = compared(frozen, "--answers", "tonight")
    [candidate] = found["candidates"]
    assert (1, ["candidate_worse"]) == (code, found["causes"])
    assert ("a", 15, 0, ["X-1"]) == (
        candidate["candidate_id"], candidate["rose"]["k"], candidate["fell"]["k"], candidate["moved_criteria"],
    )  # fmt: skip
    said = invoke(frozen, "anchors", "compare", "spring", "anchors-tonight", "--answers", "tonight").stdout
    assert "Candidate a, 40 scenarios: tonight 15 rose and 0 fell" in said
    assert "Judges: tonight 0 rose and 0 fell" in said


def test_a_candidate_that_is_as_before_is_not_blamed_and_without_answers_it_is_not_compared(frozen: Workspace) -> None:
    night(frozen, "tonight", SCENARIOS[30:], "Rest, and see a GP today.")
    assert (0, []) == ((found := compared(frozen, "--answers", "tonight"))[0], found[1]["causes"])
    code, found = compared(frozen)
    assert (0, []) == (code, found["candidates"])
    assert "name one with --answers" in found["candidates_refusal"]


def test_what_was_frozen_by_unequal_chances_is_no_yardstick_and_an_earlier_night_is(workspace: Workspace) -> None:
    """Responses that judges flagged are read more often: new ones would look better than they are."""
    freeze(workspace, (0.1, 1.0))
    night(workspace, "yesterday", SCENARIOS[30:])
    night(workspace, "tonight", SCENARIOS[15:])
    code, found = compared(workspace, "--answers", "tonight")
    assert (3, False) == (code, found["complete"])
    assert "unequal chances of being read (0.1 to 1)" in found["candidates"][0]["refusal"]
    code, found = compared(workspace, "--answers", "tonight", "--before", "yesterday")
    assert (1, ["candidate_worse"]) == (code, found["causes"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--before", "first"), "says against which run; name tonight's with --answers"),
        (("--answers", "first"), "run first cannot be compared with itself"),
        (("--answers", "none"), "the store has no run 'none'"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(frozen: Workspace, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        compared(frozen, *options)


def test_the_leads_page_says_the_same_of_the_latest_run_on_the_anchors(frozen: Workspace) -> None:
    night(frozen, "anchors-later", SCENARIOS[30:])
    with frozen.open_store().reading() as connection:
        later, tonight = (
            fetch_anchored(connection, fetch_run(connection, run_id).started_at)
            for run_id in ("anchors-later", "first")
        )
        assert [] == fetch_anchored(connection, "2001-01-01T00:00:00+00:00")
        same = fetch_arms(connection, "spring", "anchors-later")
    assert later == tonight  # a run on the anchors may follow its night within a day
    (one,) = later
    assert ("spring", "anchors-later", 40, 1, same) == (one.name, one.run_id, one.n_labels, one.n_reviewers, one.found)
    ((name, _, _, judges, clinicians, _),) = anchor_table(later)
    assert name.startswith("spring (frozen 20")
    assert ("no move shown", "no clinician has read an anchor a second time") == (judges, clinicians)
    (row,) = anchor_rows(later)
    assert ("spring: judges", "0 rose and 0 fell of 40; p = 1") == (row.label, row.note)


def test_anchors_that_no_run_judged_again_are_named_with_what_to_do(workspace: Workspace) -> None:
    night(workspace, "first", SCENARIOS[30:])
    rows = [{"scenario_id": one, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr-a",
             "verdict": "satisfied"} for one in SCENARIOS[:3]]  # fmt: skip
    invoke(workspace, "import", "labels", str(workspace.jsonl("ours.jsonl", rows)))
    invoke(workspace, "anchors", "freeze", "spring", "--run", "first", *WHO)
    invoke(workspace, "compare", "first", "--html")
    page = (workspace.root / "data/reports/first-compared.html").read_text(encoding="utf-8")
    assert "not compared: no run up to then judged them again" in page
