"""Everything that a run reads, checked as a whole."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InputError
from pipeline.config import load_config
from pipeline.inputs import Inputs, load_labels, load_rubric
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace

RESPONSE = {"scenario_id": "s1", "candidate_id": "z", "response": "Rest."}
Change = Callable[[Workspace], object]


def inputs(workspace: Workspace, *changes: Change, **config: object) -> Inputs:
    path = workspace.config(**config)
    for change in changes:
        change(workspace)
    return Inputs(workspace.root, load_config(path))


def remove(name: str) -> Change:
    return lambda workspace: (workspace.root / name).unlink()


def put(name: str, content: str | dict[str, Any] | list[dict[str, Any]]) -> Change:
    """A file with text, with a rubric, or with rows."""

    def change(workspace: Workspace) -> None:
        if isinstance(content, str):
            workspace.write(name, content)
        elif isinstance(content, dict):
            workspace.yaml(name, content)
        else:
            workspace.jsonl(name, content)

    return change


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        pytest.param(
            put("rubrics/r2.yaml", rubric_json(rubric_id="r2")),
            ["key rubrics", "criterion_id must be unique over all rubrics", "X-1"],
            id="criterion-in-two-rubrics",
        ),
        pytest.param(
            put("rubrics/r2.yaml", rubric_json(criterion_json("X-2"))),
            ["key rubrics", "rubric_id must be unique", "r1"],
            id="rubric-twice",
        ),
        pytest.param(
            put("rubrics/r1.yaml", rubric_json(rubric_id="scenario")),
            ["rubric_id must be unique, and not 'scenario'"],
            id="rubric-named-scenario",
        ),
        pytest.param(
            put(
                "data/scenarios/all.jsonl",
                [scenario_json(criteria=[{"criterion_id": "X-1", "criterion": "Says rest", "points": 5}])],
            ),
            ["X-1"],
            id="own-criterion-named-like-a-rubrics",
        ),
        pytest.param(remove("prompts/criterion.md"), ["prompts/criterion.md: cannot be read"], id="no-prompt"),
        pytest.param(put("prompts/criterion.md", "{{ colour }}"), ["criterion.md", "colour"], id="prompt-field"),
        pytest.param(remove("rubrics/r1.yaml"), ["key rubrics: no file matches 'rubrics/*.yaml'"], id="no-rubric"),
        pytest.param(remove("data/scenarios/all.jsonl"), ["key scenarios: no file matches"], id="no-scenario"),
    ],
)
def test_content_that_does_not_fit_together_is_refused(workspace: Workspace, change: Change, parts: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        inputs(workspace, change)
    assert [] == [part for part in parts if part not in str(caught.value)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**RESPONSE, "scenario_id": "s9"}, r"answers the scenario 's9', which no scenario file has"),
        ({**RESPONSE, "candidate_id": "a"}, r"candidate 'a' is both asked and imported; rename one"),
    ],
    ids=["unknown-scenario", "asked-and-imported"],
)
def test_imported_responses_must_fit_the_run(workspace: Workspace, row: dict[str, object], message: str) -> None:
    workspace.jsonl("mine.jsonl", [RESPONSE | {"repeat": 1}, row])
    with pytest.raises(InputError, match=message):
        inputs(workspace, responses=["mine.jsonl"])


def test_an_error_without_a_file_reads_as_a_sentence(workspace: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        inputs(workspace, remove("rubrics/r1.yaml"))
    assert str(caught.value).startswith("key rubrics: ")


@pytest.mark.parametrize("phrases", [{"unsafe": ["(go|get to A&E"]}, {"unsafe": ["ok"], "unless": ["fine)"]}])
def test_a_phrase_that_does_not_read_names_its_criterion(workspace: Workspace, phrases: dict[str, list[str]]) -> None:
    path = workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(lexicon=phrases)))
    with pytest.raises(InputError, match=r"r1\.yaml, key X-1\.lexicon: the phrase '.*' does not read"):
        load_rubric(path)


def test_the_phrases_of_a_route_are_checked_too(workspace: Workspace) -> None:
    path = workspace.yaml("rubrics/r1.yaml", rubric_json(routes={"emergency": ["call (999"]}))
    with pytest.raises(InputError, match=r"the phrase 'call \(999' does not read"):
        load_rubric(path)


def test_a_reviewer_speaks_once_on_a_criterion_of_a_response(workspace: Workspace) -> None:
    label = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "r", "verdict": "violated"}
    workspace.jsonl("l.jsonl", [label, label | {"reviewer_id": "q"}])
    assert 2 == len(load_labels(workspace.root, ("l.jsonl",), "labels"))
    workspace.jsonl("l.jsonl", [label, label | {"verdict": "satisfied"}])
    with pytest.raises(InputError, match=r"line 2: 's1 / a / 0 / X-1 / r' stands twice"):
        load_labels(workspace.root, ("l.jsonl",), "labels")


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (put("prompts/case.md", "{{ response }}"), "prompts"),
        (put("rubrics/r1.yaml", rubric_json(summary="Other.")), "rubric r1 0.1.0"),
        (put("data/scenarios/all.jsonl", [scenario_json("s1")]), "scenarios"),
        (put("mine.jsonl", [RESPONSE | {"response": "Run."}]), "responses"),
    ],
    ids=["prompt", "rubric", "scenario", "response"],
)
def test_a_change_of_content_moves_its_own_hash_only(workspace: Workspace, change: Change, moved: str) -> None:
    workspace.jsonl("mine.jsonl", [RESPONSE])
    before = inputs(workspace, responses=["mine.jsonl"]).hashes()
    after = inputs(workspace, change, responses=["mine.jsonl"]).hashes()
    assert {moved} == {name for name in before if before[name] != after[name]}
