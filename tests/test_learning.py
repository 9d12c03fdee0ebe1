"""From clinicians' labels to judges' cards, calibrators, examples and disagreements, by the command line."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from domain.errors import InputError
from domain.split import Split
from pipeline.cluster.connections import Elsewhere
from pipeline.run import Means, run_batch
from pipeline.store.calibrations import fetch_calibrator
from tests.clinic import CALM, NAMES, VIOLATED, careful, furnish, judge_of, label_json, response_of
from tests.cluster.nearby import Nearby
from tests.conftest import Workspace
from tests.endpoint import Body, Endpoint, Say, prompt_text
from tests.flow import ENV, facts, invoke

Serve = Callable[[Say], Endpoint]
OURS = ("--labels", "data/labels/ours.jsonl")
TRY = ("prompts", "try", "prompts", "careful", "--config", "config/c.yaml", "--run", "c")
FEW_SHOT = {"labels": ["data/split/training.jsonl"], "responses": ["data/responses/all.jsonl"], "per_side": 2}


def run(workspace: Workspace, url: str, run_id: str, **changes: Any) -> None:
    env = furnish(workspace, url, **changes)
    assert facts(workspace, "run", "config/c.yaml", "--run-id", run_id, "--no-cache", env=env)["complete"]


def card(workspace: Workspace, run_id: str) -> dict[str, Any]:
    [found] = facts(workspace, "cards", run_id)["cards"]
    return found


@pytest.fixture
def here(serve: Serve) -> Endpoint:
    return serve(judge_of)


def test_a_judge_is_measured_against_labels_and_its_card_can_be_had_again(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    assert not card(workspace, "c")["measured"]
    [measured] = facts(workspace, "calibrate", "c", *OURS)["cards"]
    assert measured == card(workspace, "c")
    assert (24, 8, 24, 0) == tuple(measured[f"n{name}"] for name in ("", "_violations", "_scenarios", "_abstained"))
    assert 1.0 == measured["sensitivity"]["value"]
    assert pytest.approx(15 / 16) == measured["specificity"]["value"]
    assert "venn_abers" == measured["calibrator"]
    assert 0 <= measured["brier"]["low"] <= measured["brier"]["value"] <= measured["brier"]["high"] <= 1
    with workspace.open_store().reading() as connection:
        calibrator = fetch_calibrator(connection, measured["criterion_sha256"], measured["judge_fingerprint_sha256"])
    assert calibrator is not None
    low, high = calibrator.apply(np.array([0.0, 1.0]))
    assert low < 0.2
    assert high > 0.7


def test_either_kind_of_store_serves(anywhere: Workspace, here: Endpoint) -> None:
    for run_id in ("c", "d"):
        run(anywhere, here.openai_url, run_id)
    stored = anywhere.jsonl("stored.jsonl", [label_json(one) for one in NAMES])
    invoke(anywhere, "import", "labels", str(stored))
    careful(anywhere)
    assert (24, 8) == _counts(facts(anywhere, "calibrate", "c"))
    assert ("c", True) == (card(anywhere, "d")["run_id"], card(anywhere, "d")["measured"])
    assert ["case-1"] == [one["scenario_id"] for one in facts(anywhere, "disagreements", "c")["disagreements"]]
    assert 24 == facts(anywhere, *TRY, env=ENV)["judges"][0]["questions"]
    assert 24 == facts(anywhere, "report", "c")["cards"][0]["n"]


def test_the_same_labels_give_the_same_figures_and_one_card(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    first, again = (facts(workspace, "calibrate", "c", *OURS)["cards"][0] for _ in range(2))
    assert first.pop("measured_at") < again.pop("measured_at")
    assert first == again
    with workspace.open_store().reading() as connection:
        assert (1,) == connection.execute("SELECT count(*) FROM calibration").fetchone()


def test_a_later_night_of_the_same_judge_has_the_card(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    facts(workspace, "calibrate", "c", *OURS)
    run(workspace, here.openai_url, "d")
    assert ("c", True) == (card(workspace, "d")["run_id"], card(workspace, "d")["measured"])


def _edit_prompt(workspace: Workspace) -> None:
    path = workspace.root / "prompts/system.md"
    path.write_text(path.read_text("utf-8") + "\nRead slowly.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "edit"),
    [
        ({}, _edit_prompt),
        ({"model": "m2"}, None),
        ({"params": {"temperature": 0.5}}, None),
        ({"repeats": 2}, None),
        ({"few_shot": FEW_SHOT}, None),
    ],
    ids=["prompt", "model", "parameters", "repeats", "examples"],
)
def test_a_change_of_the_judge_voids_what_was_measured(
    workspace: Workspace, here: Endpoint, changes: dict[str, Any], edit: Callable[[Workspace], None] | None
) -> None:
    run(workspace, here.openai_url, "c")
    facts(workspace, "calibrate", "c", *OURS)
    invoke(workspace, "labels", "split", "data/labels/ours.jsonl", "--out", "data/split")
    if edit is not None:
        edit(workspace)
    run(workspace, here.openai_url, "d", **changes)
    found = card(workspace, "d")
    assert (False, ["20 more labels"]) == (found["measured"], found["lacks"][:1])
    assert found["why_not"].startswith("the judge changed since it was measured on 20")
    assert card(workspace, "c")["measured"]


def test_a_change_of_the_criterion_voids_what_was_measured(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    facts(workspace, "calibrate", "c", *OURS)
    rubric = workspace.root / "rubrics/r1.yaml"
    furnished = rubric.read_text("utf-8")
    env = furnish(workspace, here.openai_url)
    rubric.write_text(furnished.replace("Is there false", "Is there any false"), encoding="utf-8")
    assert facts(workspace, "run", "config/c.yaml", "--run-id", "d", env=env)["complete"]
    assert card(workspace, "d")["why_not"].startswith("the criterion changed since it was measured on 20")


def test_few_labels_are_not_measured_and_how_many_would_do_is_said(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    workspace.jsonl("data/labels/ours.jsonl", [label_json(one) for one in NAMES[:12]])
    assert (
        "not measured: 12 labels, fewer than 20; needed: 8 more labels"
        in invoke(workspace, "calibrate", "c", *OURS).stdout
    )
    assert not card(workspace, "c")["measured"]


def test_labels_given_in_sight_of_the_judges_do_not_measure_them(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    workspace.jsonl("data/labels/ours.jsonl", [label_json(one, blind=False) for one in NAMES])
    with pytest.raises(InputError, match="without sight of the judges"):
        invoke(workspace, "calibrate", "c", *OURS)


def test_labels_of_files_count_alone_or_in_place_of_the_same_ones_in_the_store(
    workspace: Workspace, here: Endpoint
) -> None:
    run(workspace, here.openai_url, "c")
    stored = workspace.jsonl("stored.jsonl", [label_json(one) for one in NAMES])
    invoke(workspace, "import", "labels", str(stored))
    workspace.jsonl("data/labels/ours.jsonl", [label_json("case-1", verdict="violated")])
    assert (24, 8) == _counts(facts(workspace, "calibrate", "c"))
    assert (24, 9) == _counts(facts(workspace, "calibrate", "c", *OURS, "--stored"))
    assert (1, 1) == _counts(facts(workspace, "calibrate", "c", *OURS))


def test_labels_of_the_store_are_not_taken_for_another_night_s_responses(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    stored = workspace.jsonl("stored.jsonl", [label_json(one) for one in NAMES])
    invoke(workspace, "import", "labels", str(stored))
    rows = [{"scenario_id": one, "candidate_id": "a", "response": response_of(one)} for one in NAMES]
    rows[3]["response"] = "Something else. It is nothing to worry about."
    workspace.jsonl("data/responses/all.jsonl", rows)
    assert facts(workspace, "run", "config/c.yaml", "--run-id", "d", env=ENV)["complete"]
    for run_id in ("c", "d"):
        said = facts(workspace, "calibrate", run_id)
        assert (1, 23) == (said["other_runs"], said["cards"][0]["n"])
    assert (24, 8) == _counts(facts(workspace, "calibrate", "d", *OURS))


def _counts(said: dict[str, Any]) -> tuple[int, int]:
    return said["cards"][0]["n"], said["cards"][0]["n_violations"]


def examples(body: Body) -> list[str]:
    return [line for line in prompt_text(body).splitlines() if "<example-" in line]


def test_reviewed_responses_become_examples_and_never_of_the_scenario_being_judged(
    workspace: Workspace, here: Endpoint
) -> None:
    furnish(workspace, here.openai_url)
    split = facts(workspace, "labels", "split", "data/labels/ours.jsonl", "--out", "data/split")
    assert 24 == split["training"]["scenarios"] + split["evaluation"]["scenarios"]
    run(workspace, here.openai_url, "c", few_shot=FEW_SHOT)
    assert 24 == len(here.requests)
    for body in here.requests:
        shown = examples(body)
        sides = [line.partition(":")[0] for line in shown]
        assert sides == sorted(sides, reverse=True)
        assert [2, 2] == [sides.count(one) for one in ("- violates", "- does not violate")]
        name = next(one for one in NAMES if f"The case is {one}." in prompt_text(body))
        assert not any(f"Because of {name}." in line for line in shown)
        assert "dr-ann" not in prompt_text(body)


def test_workers_of_a_cluster_ask_with_the_same_examples(workspace: Workspace, here: Endpoint) -> None:
    furnish(workspace, here.openai_url)
    invoke(workspace, "labels", "split", "data/labels/ours.jsonl", "--out", "data/split")
    run(workspace, here.openai_url, "c", few_shot=FEW_SHOT)
    alone = {prompt_text(body) for body in here.requests}
    config = workspace.root / "config/c.yaml"
    means = Means(Elsewhere, Nearby(ENV))
    assert run_batch(workspace.root, config, run_id="d", cache=False, environ={}, means=means).is_complete
    assert 48 == len(here.requests)
    assert alone == {prompt_text(body) for body in here.requests[24:]}


def test_a_judge_with_examples_is_measured_on_scenarios_that_did_not_teach_it(
    workspace: Workspace, here: Endpoint
) -> None:
    furnish(workspace, here.openai_url)
    invoke(workspace, "labels", "split", "data/labels/ours.jsonl", "--out", "data/split")
    run(workspace, here.openai_url, "c", few_shot=FEW_SHOT)
    said = facts(workspace, "calibrate", "c", *OURS)
    n_training = sum(Split().is_training(one) for one in NAMES)
    assert (n_training, 24 - n_training) == (said["taught"], said["cards"][0]["n"])


def test_labels_of_one_scenario_cannot_be_divided(workspace: Workspace, here: Endpoint) -> None:
    furnish(workspace, here.openai_url)
    workspace.jsonl("data/labels/ours.jsonl", [label_json("case-1")])
    with pytest.raises(InputError, match=r"no scenario falls into the (training|evaluation) part"):
        invoke(workspace, "labels", "split", "data/labels/ours.jsonl", "--out", "data/split")
    assert not (workspace.root / "data/split").exists()


def test_labels_that_examine_a_judge_are_refused_as_its_examples(workspace: Workspace, here: Endpoint) -> None:
    env = furnish(workspace, here.openai_url, few_shot={**FEW_SHOT, "labels": ["data/labels/ours.jsonl"]})
    with pytest.raises(
        InputError, match=r"judges\.j\.few_shot\.labels: labels on \d+ scenarios of the evaluation part"
    ):
        invoke(workspace, "run", "config/c.yaml", env=env)
    assert [] == here.requests


def test_disagreements_stand_side_by_side_as_markdown_and_for_machines(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    labels = [label_json(one) for one in NAMES]
    labels[2] = label_json("case-2", verdict="violated", reason="No route\nto help.")
    workspace.jsonl("data/labels/ours.jsonl", labels)
    said = facts(workspace, "disagreements", "c", *OURS)
    assert {"case-1"} == CALM - VIOLATED
    assert [("missed", "case-2"), ("false_flag", "case-1")] == [
        (one["kind"], one["scenario_id"]) for one in said["disagreements"]
    ]
    text = invoke(workspace, "disagreements", "c", *OURS, "--limit", "1").stdout
    assert "1 missed violations and 1 false flags, 1 shown" in text
    assert "## Missed: X-1 (considerable), case-2, a" in text
    assert "> Rest, case-2. Ring 111 if it spreads.\n" in text
    assert "- clinicians say violated: No route to help.\n" in text
    assert "case-1" not in text
    assert "dr-ann" not in text


@pytest.mark.parametrize("option", ["judge", "criterion"])
def test_a_judge_or_criterion_that_the_run_has_not_is_an_error(
    workspace: Workspace, here: Endpoint, option: str
) -> None:
    run(workspace, here.openai_url, "c")
    with pytest.raises(InputError, match=f"--{option}: the run c has no {option} 'nobody'; it has: "):
        invoke(workspace, "disagreements", "c", *OURS, f"--{option}", "nobody")


def test_the_report_shows_the_cards_and_says_what_is_not_measured(workspace: Workspace, here: Endpoint) -> None:
    run(workspace, here.openai_url, "c")
    page = workspace.root / "data/reports/c.html"
    invoke(workspace, "report", "c")
    assert "it was never measured against clinicians&#39; labels; needed: 20 more labels" in page.read_text("utf-8")
    facts(workspace, "calibrate", "c", *OURS)
    invoke(workspace, "report", "c")
    text = page.read_text("utf-8")
    assert "Measured against labels by dr-ann." in text
    assert "<td>X-1</td><td>24</td><td>8</td><td>0</td><td>1.00 (" in text
