"""The qualification set: ours is whole, and a broken one says where."""

from pathlib import Path
from typing import Any

import pytest

from domain.errors import InputError
from domain.verdict import VerdictValue
from pipeline.qualification import load_qualification
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import ROOT, Workspace


def set_json(**changes: Any) -> dict[str, Any]:
    return {
        "schema": "qualification/1", "set_id": "q", "version": "0.1.0", "title": "t", "status": "draft",
        "items": [item_json()], **changes,
    }  # fmt: skip


def item_json(**changes: Any) -> dict[str, Any]:
    answer = {"criterion_id": "X-1", "verdict": "satisfied", "explanation": "because"}
    return {"practice_id": "p1", "scenario": scenario_json(), "response": "Rest.", "answers": [answer], **changes}


def answer_json(**changes: Any) -> dict[str, Any]:
    return {"criterion_id": "X-1", "verdict": "violated", "severity": "major", "explanation": "because", **changes}


@pytest.fixture
def lay(workspace: Workspace) -> Any:
    def write(body: dict[str, Any], name: str = "one") -> Path:
        workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json()))
        workspace.yaml(f"data/qualification/{name}.yaml", body)
        return workspace.root

    return write


def test_ours_asks_every_point_more_than_once_and_agrees_on_either_side() -> None:
    practice = load_qualification(ROOT)
    said: dict[str, list[VerdictValue]] = {}
    for one in practice:
        for asked, agreed in one.asked:
            assert asked.criterion.criterion_id == agreed.criterion_id
            said.setdefault(agreed.criterion_id, []).append(agreed.verdict)
    assert all({VerdictValue.VIOLATED, VerdictValue.SATISFIED} <= set(values) for values in said.values()), said
    assert VerdictValue.NOT_APPLICABLE in {one for values in said.values() for one in values}


def test_ours_is_in_no_run_and_says_that_nobody_has_approved_it() -> None:
    practice = load_qualification(ROOT)
    ids = {one.item.scenario.scenario_id for one in practice}
    told = "".join(path.read_text("utf-8") for path in (ROOT / "data/scenarios").glob("*.jsonl"))
    assert not [one for one in ids if one in told]
    assert not any(one.is_approved for one in practice)


def test_a_workspace_without_one_has_nothing_to_practise_on(tmp_path: Path) -> None:
    assert () == load_qualification(tmp_path)


def test_a_retired_set_is_left_out(lay: Any) -> None:
    lay(set_json())
    root = lay(set_json(status="retired", items=[item_json(practice_id="p2")]), "two")
    assert ["p1"] == [one.item.practice_id for one in load_qualification(root)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (set_json(items=[item_json(answers=[answer_json(criterion_id="X-9")])]), "found 'X-9'"),
        (set_json(items=[item_json(answers=[answer_json(severity=None)])]), "expected a severity"),
        (set_json(items=[item_json(answers=[answer_json(verdict="satisfied")])]), "expected a severity"),
        (set_json(items=[item_json(answers=[answer_json(), answer_json()])]), "given twice: X-1"),
        (set_json(items=[item_json(), item_json()]), "given twice: p1"),
        (set_json(status="approved"), "needs approved_by"),
        (set_json(items=[item_json(hint="x")]), "hint"),
        (set_json(items=[]), "items"),
    ],
)
def test_a_broken_one_names_file_and_what_was_expected(lay: Any, body: dict[str, Any], said: str) -> None:
    root = lay(body)
    with pytest.raises(InputError) as caught:
        load_qualification(root)
    assert said in str(caught.value)
    assert "one.yaml" in str(caught.value)


def test_an_item_stands_in_one_file(lay: Any) -> None:
    lay(set_json())
    with pytest.raises(InputError, match="stands in another file already"):
        load_qualification(lay(set_json(set_id="r"), "two"))
