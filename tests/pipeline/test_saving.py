"""A rubric that was saved is the rubric that is loaded, whatever words clinicians write."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.rubric import Rubric
from pipeline.files.saving import save_yaml
from pipeline.files.whole import write_whole
from pipeline.inputs import load_rubric
from tests.build import criterion_json, rubric_json
from tests.conftest import ROOT

PLAIN = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
TRAPS = ["yes", "no", "null", "~", "1e3", "0x1F", "2026-11-28", "- a", "a: b", "# x", "'", "&a", "*a", "!t", "a\r\nb"]
WORDS = st.one_of(PLAIN.filter(lambda text: any(not each.isspace() for each in text)), st.sampled_from(TRAPS))
"""What somebody writes, and what YAML might take for something else."""


def _whole(body: dict[str, Any]) -> Rubric:
    return Rubric.model_validate_json(orjson.dumps(body))


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    before, quote, after, why = (draw(WORDS) for _ in range(4))
    text = f"{before}{quote}{after}"
    one = criterion_json(title=draw(WORDS), question=draw(WORDS), not_a_violation=[draw(WORDS)], observable=draw(WORDS))
    one["examples"]["violates"][0] = {"text": text, "quote": quote, "why": why}
    one["lexicon"] = {"unsafe": ["nothing to worry about", "no"]}
    return _whole(rubric_json(one, title=draw(WORDS), summary=draw(WORDS), references=[draw(WORDS)]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=rubrics())
def test_what_is_saved_is_what_is_loaded(tmp_path: Path, one: Rubric) -> None:
    path = tmp_path / "r.yaml"
    save_yaml(one, path, "Kept by the workspace.\nChange it there.")
    assert one == load_rubric(path)
    assert one.sha256 == load_rubric(path).sha256


@pytest.mark.parametrize("text", ["a\x85", "\u2028a", "a\u2029b", "a\n", " a ", "yes", "1"])
def test_what_ends_a_line_or_looks_like_another_kind_is_kept(tmp_path: Path, text: str) -> None:
    one = _whole(rubric_json(criterion_json(), references=[f"x{text}"]))
    save_yaml(one, tmp_path / "r.yaml")
    assert one == load_rubric(tmp_path / "r.yaml")


@pytest.mark.parametrize("path", sorted((ROOT / "rubrics").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_rubric_that_ships_goes_round(tmp_path: Path, path: Path) -> None:
    one = load_rubric(path)
    save_yaml(one, tmp_path / path.name)
    assert one == load_rubric(tmp_path / path.name)


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "r.yaml"
    write_whole(path, b"before")
    write_whole(path, b"after")
    assert b"after" == path.read_bytes()
    assert [path] == list(path.parent.iterdir())
