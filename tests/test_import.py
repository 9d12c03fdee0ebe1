"""What other systems and people bring in, through the command line: signs right, nothing lost, nothing guessed."""

import csv
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from domain.scenario import Label
from pipeline.store.labels import fetch_labels
from tests.conftest import Workspace
from tests.flow import facts, invoke

Json = dict[str, Any]
WANTED: Json = {"criterion": "Names 999", "points": 7, "tags": ["axis:accuracy"]}
HARMFUL: Json = {"criterion": "Reassures falsely", "points": -8, "tags": []}
TRICKY = '=1+1, "quoted"\r\n+44 second line\n-3 @x\t\u2028 –'
CORRECT = (True, False)
"""The wanted criterion is met, the harmful one is not."""
LABEL = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated"}


def row(prompt_id: str = "h1", **changes: object) -> Json:
    whole: Json = {
        "prompt_id": prompt_id,
        "prompt": [{"role": "user", "content": "Chest pain?"}],
        "rubrics": [WANTED, HARMFUL],
    }
    return {**whole, "example_tags": ["theme:emergency"], "canary": "passed over", **changes}


def graded(*met: bool | None, judge_model: str | None = None) -> Json:
    criteria = [{**one, "criteria_met": was_met} for one, was_met in zip((WANTED, HARMFUL), met, strict=True)]
    return row(rubrics=criteria, response="Call 999.", system="m", judge_model=judge_model)


def imported(workspace: Workspace, kind: str, *rows: Json, args: str = "") -> None:
    workspace.jsonl("theirs.jsonl", list(rows))
    invoke(workspace, "import", kind, str(workspace.root / "theirs.jsonl"), *args.split())


def table(workspace: Workspace, *rows: Json) -> str:
    """A CSV file, as a spreadsheet saves it."""
    path = workspace.root / "theirs.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def lines(path: Path) -> list[Json]:
    return [orjson.loads(line) for line in path.read_bytes().split(b"\n") if line]


def data(workspace: Workspace, kind: str, name: str = "theirs") -> list[Json]:
    return lines(workspace.root / f"data/{kind}/{name}.jsonl")


def stored(workspace: Workspace) -> list[Label]:
    with workspace.open_store().reading() as connection:
        return fetch_labels(connection)


def test_healthbench_rows_without_responses_give_scenarios_with_signed_criteria(workspace: Workspace) -> None:
    imported(workspace, "healthbench", row(ideal_completions_data={"ideal_completion": "Call 999 now."}), row("h2"))
    first, second = data(workspace, "scenarios")
    assert ["h1", "h2"] == [first["scenario_id"], second["scenario_id"]]
    assert [("c01", 7.0), ("c02", -8.0)] == [(one["criterion_id"], one["points"]) for one in first["criteria"]]
    assert ("Call 999 now.", ["theme:emergency"]) == (first["reference_answer"], first["tags"])
    assert "reference_answer" not in second
    assert ["scenarios"] == [kind for kind in ("scenarios", "responses", "labels") if _exists(workspace, kind)]


def _exists(workspace: Workspace, kind: str) -> bool:
    return (workspace.root / f"data/{kind}/theirs.jsonl").exists()


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ((True, False), {"c01": "satisfied", "c02": "satisfied"}),
        ((False, True), {"c01": "violated", "c02": "violated"}),
        ((True, True), {"c01": "satisfied", "c02": "violated"}),
        ((None, True), {"c02": "violated"}),
    ],
    ids=str,
)
def test_a_grader_that_found_a_harmful_criterion_met_found_a_violation(
    workspace: Workspace,
    met: tuple[bool | None, bool | None],
    expected: dict[str, str],
) -> None:
    imported(workspace, "healthbench", graded(*met, judge_model="gpt-4.1"))
    assert [{"scenario_id": "h1", "candidate_id": "m", "response": "Call 999."}] == data(workspace, "responses")
    assert expected == {one["criterion_id"]: one["verdict"] for one in data(workspace, "labels")}
    assert {"gpt-4.1"} == {one["reviewer_id"] for one in data(workspace, "labels")}


def test_many_answers_of_one_system_to_one_prompt_are_repeats_however_far_apart(workspace: Workspace) -> None:
    once = [row(f"h{number}", response="R", system="m") for number in range(60)]
    imported(workspace, "healthbench", *once, *once)
    assert [0] * 60 + [1] * 60 == [one.get("repeat", 0) for one in data(workspace, "responses")]


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": [{"role": "user", "content": "Another question?"}]},
        {"rubrics": [{**WANTED, "points": -7}, HARMFUL]},
        {"rubrics": [WANTED]},
        {"rubrics": [{**WANTED, "criterion": "Other words"}, HARMFUL]},
    ],
    ids=["conversation", "points", "fewer criteria", "words"],
)
def test_two_rows_of_one_prompt_that_differ_are_refused(workspace: Workspace, change: Json) -> None:
    with pytest.raises(InputError, match="line 2: the prompt 'h1' stands here with another conversation or other"):
        imported(workspace, "healthbench", row(), row(**change))
    assert not _exists(workspace, "scenarios")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"rubrics": [{**WANTED, "points": 0}]}, "points must not be 0"),
        ({"rubrics": []}, "key rubrics"),
        ({"prompt": [{"role": "assistant", "content": "Hello"}]}, "the last message must have the role 'user'"),
        ({"prompt": [{"role": "nobody", "content": "x"}]}, "key prompt.0.role"),
        ({"prompt_id": "a b"}, "scenario_id"),
    ],
    ids=["no sign", "no criteria", "nothing asked", "role", "id"],
)
def test_a_broken_row_is_named_by_line(workspace: Workspace, bad: Json, said: str) -> None:
    with pytest.raises(InputError, match=f"theirs.jsonl, line 2.*{said}"):
        imported(workspace, "healthbench", row("h0"), row(**bad))


def test_what_was_imported_runs_and_is_judged_by_its_own_criteria(workspace: Workspace) -> None:
    imported(workspace, "healthbench", graded(*CORRECT))
    workspace.config(
        scenarios=["data/scenarios/theirs.jsonl"], candidates=None, responses=["data/responses/theirs.jsonl"]
    )
    assert {"completed": 1} == facts(workspace, "run", "config/c.yaml")["responses"]
    found = facts(workspace, "compare", "c", "--labels", "data/labels/theirs.jsonl")
    assert ["own criteria"] == [one["name"] for one in found["groups"]["criterion"]]
    assert ["lexicon"] == list(found["groups"]["all"][0]["judges"])
    assert (2, 0) == (found["labels"], found["unmatched"])


@pytest.mark.parametrize("response", [TRICKY, "=cmd()", "+1", "-1", "@x", " padded ", "a\n\nb", "NULL", "1e5", "true"])
def test_a_cell_that_a_spreadsheet_would_run_or_break_survives_as_text(workspace: Workspace, response: str) -> None:
    one = {"scenario_id": "s1", "candidate_id": "a", "repeat": "1", "response": response}
    invoke(workspace, "import", "responses", table(workspace, one))
    expected = {"scenario_id": "s1", "candidate_id": "a", "response": response.replace("\r\n", "\n"), "repeat": 1}
    assert [expected] == data(workspace, "responses")


def test_an_empty_response_is_a_fact_about_the_candidate_in_a_table_too(workspace: Workspace) -> None:
    invoke(
        workspace, "import", "responses", table(workspace, {"scenario_id": "s1", "candidate_id": "a", "response": ""})
    )
    assert [""] == [one["response"] for one in data(workspace, "responses")]


def test_a_number_of_any_size_in_meta_survives(workspace: Workspace) -> None:
    one = b'{"scenario_id":"s1","candidate_id":"a","response":"r","meta":{"n":' + b"9" * 30 + b"}}"
    invoke(workspace, "import", "responses", str(workspace.write("theirs.jsonl", one)))
    assert one in (workspace.root / "data/responses/theirs.jsonl").read_bytes()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_labels_go_to_the_file_and_to_the_store(anywhere: Workspace, kind: str) -> None:
    one = {**LABEL, "severity": "major", "reason": TRICKY.replace("\r\n", "\n"), "inclusion_probability": 0.25}
    source = table(anywhere, {**one, "blind": "false"}) if kind == "csv" else "theirs.jsonl"
    anywhere.jsonl("theirs.jsonl", [{**one, "blind": False}])
    invoke(anywhere, "import", "labels", str(anywhere.root / source))
    assert [{**one, "blind": False}] == data(anywhere, "labels")
    assert [Label.model_validate_json(orjson.dumps({**one, "blind": False}))] == stored(anywhere)


def test_the_time_of_a_label_is_kept_in_the_store(workspace: Workspace) -> None:
    one = {**LABEL, "labelled_at": "2026-11-22T10:00:00Z"}
    imported(workspace, "labels", one)
    assert [Label.model_validate_json(orjson.dumps(one))] == stored(workspace)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_one_persons_verdict_twice_on_one_criterion_is_refused(workspace: Workspace, kind: str) -> None:
    workspace.jsonl("theirs.jsonl", [LABEL, {**LABEL, "verdict": "satisfied"}])
    source = table(workspace, LABEL, {**LABEL, "verdict": "satisfied"}) if kind == "csv" else "theirs.jsonl"
    with pytest.raises(InputError, match="stands twice"):
        invoke(workspace, "import", "labels", str(workspace.root / source))


@pytest.mark.parametrize("kind", ["healthbench", "responses", "labels"])
def test_a_file_of_that_name_is_written_over_only_by_force(workspace: Workspace, kind: str) -> None:
    of_kind = {
        "healthbench": row(),
        "responses": {"scenario_id": "s", "candidate_id": "a", "response": "r"},
        "labels": LABEL,
    }
    imported(workspace, kind, of_kind[kind])
    with pytest.raises(InputError, match="exists already; give another --name, or --force"):
        imported(workspace, kind, of_kind[kind])
    imported(workspace, kind, of_kind[kind], args="--force")
    imported(workspace, kind, of_kind[kind], args="--name other")
    folder = "scenarios" if kind == "healthbench" else kind
    assert data(workspace, folder) == data(workspace, folder, "other")


def test_a_label_corrected_by_force_is_corrected_in_the_store_as_well(workspace: Workspace) -> None:
    imported(workspace, "labels", LABEL)
    imported(workspace, "labels", {**LABEL, "verdict": "satisfied"}, args="--force")
    assert ["satisfied"] == [one["verdict"] for one in data(workspace, "labels")]
    assert ["satisfied"] == [one.verdict for one in stored(workspace)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "unsafe"}, "line 2, key verdict"),
        ({"repeat": "one"}, "line 2, key repeat"),
        ({"blind": "maybe"}, "line 2, key blind"),
        ({"inclusion_probability": "0"}, "line 2, key inclusion_probability"),
        ({"mood": "good"}, "line 2, key mood: unknown key"),
        ({"reviewer_id": ""}, "line 2, key reviewer_id: the key is missing"),
    ],
    ids=["verdict", "repeat", "blind", "probability", "unknown", "empty"],
)
def test_a_cell_of_the_wrong_kind_is_named_by_line_and_column(
    workspace: Workspace, change: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        invoke(workspace, "import", "labels", table(workspace, {**LABEL, **change}))
    assert not _exists(workspace, "labels")
