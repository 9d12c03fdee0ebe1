"""HealthBench's meta-evaluation: physicians' labels keep their sign, their person and what they are about."""

from typing import Any

import orjson
import pytest

from domain.errors import InputError
from pipeline.importing.healthbench_meta import import_healthbench_meta
from tests.conftest import Workspace
from tests.flow import facts, invoke

Json = dict[str, Any]


def row(
    completion_id: str = "c1", rubric: str = "Names 999", labels: tuple[bool, ...] = (True, False), **changes: Any
) -> Json:
    whole: Json = {
        "prompt_id": "h1", "prompt": [{"role": "user", "content": "Chest pain?"}],
        "completion": f"Text of {completion_id}",
        "completion_id": completion_id, "rubric": rubric, "category": "cluster:emergency", "canary": "passed over",
        "binary_labels": list(labels), "anonymized_physician_ids": ["p one", "p2"],
    }  # fmt: skip
    return {**whole, **changes}


def test_each_physicians_label_is_about_its_criterion_of_its_response(workspace: Workspace) -> None:
    path = workspace.jsonl("meta.jsonl", [row(), row("c2"), row(rubric="Asks how long", labels=(False, False))])
    found = import_healthbench_meta(path)
    (scenario,) = found.scenarios.values()
    assert ["Names 999", "Asks how long"] == [one.criterion for one in scenario.criteria]
    assert [(0, "Text of c1"), (1, "Text of c2")] == [(one.repeat, one.response) for one in found.responses]
    names, asks = (one.criterion_id for one in scenario.criteria)
    said = [(one.repeat, one.criterion_id, one.verdict.value) for one in found.labels]
    assert said == [
        (0, names, "satisfied"), (0, names, "violated"), (1, names, "satisfied"), (1, names, "violated"),
        (0, asks, "violated"), (0, asks, "violated"),
    ]  # fmt: skip
    assert {"p2"} < {one.reviewer_id for one in found.labels}
    assert 2 == len({one.reviewer_id for one in found.labels})


def test_its_rows_are_known_from_healthbenchs_others_and_compare_with_a_judge(workspace: Workspace) -> None:
    workspace.jsonl("meta.jsonl", [row(labels=(False, False)), row("c2", labels=(True, True))])
    workspace.config()
    invoke(workspace, "import", "healthbench", "meta.jsonl", "--judge", "config/c.yaml")
    labels = [orjson.loads(line) for line in (workspace.root / "data/labels/meta.jsonl").read_bytes().splitlines()]
    assert 4 == len(labels)
    found = facts(workspace, "compare", "meta", "--labels", "data/labels/meta.jsonl")
    assert (4, 0) == (found["labels"], found["unmatched"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"anonymized_physician_ids": ["p2"]}, "must be of the same length"),
        ({"prompt": [{"role": "user", "content": "Other?"}]}, "the prompt 'h1' stands here with another conversation"),
        ({"completion": "Other"}, "the completion 'c1' stands here with another text"),
        ({"binary_labels": [False, False]}, "the physician 'p one' labelled this twice, and otherwise"),
        ({"binary_labels": []}, "key binary_labels"),
        ({"rubric": ""}, "key criterion"),
    ],
    ids=["length", "prompt", "completion", "label", "no label", "no criterion"],
)
def test_a_row_that_contradicts_another_is_named_by_line(workspace: Workspace, changes: Json, said: str) -> None:
    path = workspace.jsonl("meta.jsonl", [row(), row(**changes)])
    with pytest.raises(InputError) as error:
        import_healthbench_meta(path)
    assert f"{path}, line 2" in str(error.value)
    assert said in str(error.value)
