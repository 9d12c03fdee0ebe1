"""`init` lays out a workspace that runs."""

from pathlib import Path

import pytest

from domain.errors import InputError
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.run import run_batch
from pipeline.workspace import init_workspace
from tests.conftest import ROOT


def files_of(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_everything_that_is_said_to_be_written_is_there(tmp_path: Path) -> None:
    written = {str(path.relative_to(tmp_path)) for path in init_workspace(tmp_path)}
    assert written == files_of(tmp_path)
    assert {"prompts/system.md", "config/demo.yaml", "config/nightly.yaml", "rubrics/escalation.yaml"} <= written
    assert all(any(name.startswith(f"data/{kind}/") for name in written) for kind in ("scenarios", "labels"))


def test_the_content_is_the_repositorys_own(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    for name in files_of(tmp_path) - {".gitignore"}:
        assert (ROOT / name).read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("name", ["demo", "nightly", "local"])
def test_every_configuration_of_a_new_workspace_reads(tmp_path: Path, name: str) -> None:
    init_workspace(tmp_path)
    found = Inputs(tmp_path, load_config(tmp_path / f"config/{name}.yaml"))
    assert len(found.scenarios) > 0
    assert len(found.rubrics) == 7


def test_a_new_workspace_runs(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    result = run_batch(tmp_path, tmp_path / "config/demo.yaml", limit=3, environ={})
    assert (3, True) == (result.n_items, result.is_complete)


def test_a_workspace_in_use_is_never_written_over(tmp_path: Path) -> None:
    mine = tmp_path / "data" / "labels" / "mine.jsonl"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="data/labels: already holds files; nothing was written"):
        init_workspace(tmp_path)
    assert {"data/labels/mine.jsonl"} == files_of(tmp_path)


def test_empty_folders_are_filled(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    assert (tmp_path / "prompts/case.md") in init_workspace(tmp_path)


def test_a_gitignore_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("secrets/\n", encoding="utf-8")
    init_workspace(tmp_path)
    assert "secrets/" in (tmp_path / ".gitignore").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", [".", "prompts"], ids=["inside", "itself"])
def test_a_file_in_the_way_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "prompts").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="prompts"):
        init_workspace(tmp_path / target)
