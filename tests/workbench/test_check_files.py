"""Rubric files: every problem of every file, with its place."""

from typing import Any

from pipeline.workbench.check import Placed, check_rubrics
from pipeline.workbench.checks.remark import Level
from tests.build import criterion_json, rubric_json, scenario
from tests.conftest import Workspace


def found(workspace: Workspace, **files: Any) -> list[Placed]:
    """Errors in these rubric files; a text is written as it stands."""
    (workspace.root / "rubrics/r1.yaml").unlink()
    for name, body in files.items():
        if isinstance(body, str):
            workspace.write(f"rubrics/{name}.yaml", body)
        else:
            workspace.yaml(f"rubrics/{name}.yaml", body)
    checked = check_rubrics(sorted((workspace.root / "rubrics").glob("*.yaml")), [scenario()])
    return [one for one in checked.remarks if one.level is Level.ERROR]


def test_every_problem_of_every_file_is_listed_with_file_and_line(workspace: Workspace) -> None:
    broken = rubric_json(criterion_json("X-1", kind="neither"), version="one", colour="red")
    errors = found(workspace, a=broken, b="schema: [", c=rubric_json(rubric_id="r3"))
    assert ["a.yaml"] * 3 + ["b.yaml"] == [one.file for one in errors]
    assert {"colour", "version", "criteria.0.kind"} == {one.about for one in errors[:3]}
    assert all(one.line for one in errors)


def test_every_example_that_has_not_its_criterions_form_is_named(workspace: Workspace) -> None:
    bad = criterion_json("X-1")
    for example in bad["examples"]["violates"]:
        del example["quote"]
    [error] = found(workspace, a=rubric_json(bad))
    assert 2 == error.says.count("expected a 'quote'")


def test_every_phrase_that_does_not_read_is_named_with_its_line(workspace: Workspace) -> None:
    lexicon = {"unsafe": ["(a|b", "fine", "wor*ry"], "unless": ["()"]}
    errors = found(workspace, a=rubric_json(criterion_json("X-1", lexicon=lexicon)))
    assert 3 == len(errors)
    lines = (workspace.root / "rubrics/a.yaml").read_text(encoding="utf-8").splitlines()
    assert ["- (a|b", "- wor*ry", "- ()"] == [lines[(one.line or 0) - 1].strip() for one in errors]


def test_ids_that_stand_in_two_files_are_errors_in_both(workspace: Workspace) -> None:
    errors = found(workspace, a=rubric_json(), b=rubric_json(rubric_id="r2"))
    assert [("a.yaml", "X-1"), ("b.yaml", "X-1")] == [(one.file, one.about) for one in errors]


def test_a_rubric_that_reads_is_looked_at_beside_one_that_does_not(workspace: Workspace) -> None:
    never = rubric_json(applies_when={"disposition_at_least": "emergency", "disposition_at_most": "pharmacy"})
    errors = found(workspace, a="nothing", b=never)
    assert ["a.yaml", "b.yaml"] == [one.file for one in errors]
    assert "can never apply" in errors[1].says
