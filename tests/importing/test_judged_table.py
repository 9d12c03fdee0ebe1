"""Tables of anybody's making: whose columns say what, and what is refused with its line."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from domain.verdict import VerdictValue
from pipeline.importing.judged_table import CANDIDATE, Columns, Judged, read_judged
from tests.conftest import Workspace
from tests.flow import facts, invoke

V, S, C = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.CANNOT_TELL
WIDE = Columns(
    "Question", "kind", ("doctor 1", "doctor 2"), candidate="llm", response="claim", judges=("gpt",),
    words={"entailment": S, "neutral": V},
)  # fmt: skip
LONG = Columns("prompt", "theme", ("people",), judge="model", said="grade", rubric="set")
HEADER = "Question,llm,claim,kind,gpt,doctor 1,doctor 2\n"
LINE = "Is it safe?,m,The first claim,must,Entailment,Neutral,Entailment\n"


def csv_of(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def jsonl_of(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    path = tmp_path / "table.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return path


def row(**changes: Any) -> dict[str, Any]:
    return {"prompt": "p1", "theme": "t", "set": "r", "model": "j", "grade": 1.0, "people": False, **changes}


def test_a_column_for_each_judge_and_person_with_words_of_their_own(tmp_path: Path) -> None:
    found = read_judged(
        csv_of(tmp_path, LINE, LINE.replace("first", "second").replace("Entailment", "NEUTRAL", 1)), WIDE
    )
    assert [S, V] == [one.verdict for one in found.verdicts]
    assert [0, 1] == [one.repeat for one in found.verdicts]
    assert 4 == len(found.labels)
    assert len({one.reviewer_id for one in found.labels}) == 2
    assert found.labels[0].inclusion_probability == 1
    scenario_id = found.verdicts[0].scenario_id
    assert scenario_id.startswith("Is-it-safe")
    assert "?" not in scenario_id


def test_a_row_for_each_judge_says_each_persons_label_once(tmp_path: Path) -> None:
    found = read_judged(jsonl_of(tmp_path, row(), row(model="k", grade=0), row(prompt="p2", grade="unsure")), LONG)
    assert [("j", S), ("k", V), ("j", C)] == [(one.judge_id, one.verdict) for one in found.verdicts]
    assert [("p1", V), ("p2", V)] == [(one.scenario_id, one.verdict) for one in found.labels]
    assert {("r", CANDIDATE)} == {(one.rubric_id, one.candidate_id) for one in found.verdicts}


def test_what_a_judge_left_empty_is_a_failure_and_what_a_person_left_empty_no_label(tmp_path: Path) -> None:
    found: Judged = read_judged(csv_of(tmp_path, "Q,m,c,must,,Neutral,\n"), WIDE)
    assert ["failed"] == [one.verdict for one in found.verdicts]
    assert [V] == [one.verdict for one in found.labels]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([LINE.replace("Neutral", "Perhaps")], "line 2, key doctor 1: 'perhaps' is no verdict; say what it means with"),
        ([LINE, LINE], "line 3, key gpt: this judge has spoken on this question before"),
        ([",m,c,must,Neutral,Neutral,\n"], "line 2, key Question: is empty"),
    ],
)
def test_a_broken_table_is_refused_by_line_and_column(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_judged(csv_of(tmp_path, *lines), WIDE)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"prompt": "p"}], "line 1, key theme: there is no such column; there are: prompt"),
        ([row(), row(model="k", people=True)], "line 2, key people: says another thing of this question than before"),
    ],
)
def test_rows_that_lack_a_column_or_contradict_others_are_refused(
    tmp_path: Path, rows: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_judged(jsonl_of(tmp_path, *rows), LONG)


def test_one_command_in_an_empty_folder_compares_and_the_run_stays(workspace: Workspace) -> None:
    rows = [row(prompt=f"p{n}", grade=n % 3 > 0, people=n % 2 > 0) for n in range(30)]
    workspace.jsonl("theirs.jsonl", rows)
    options = ["--scenario", "prompt", "--criterion", "theme", "--judge-name", "model", "--judge-said", "grade",
               "--label", "people"]  # fmt: skip
    found = facts(workspace, "compare-table", "theirs.jsonl", *options, "--replicates", "100")
    assert 30 == found["groups"]["all"][0]["n_questions"]
    assert pytest.approx(1 / 3) == found["groups"]["all"][0]["judges"]["j"]["as_counted"]["sensitivity"]
    again = facts(workspace, "compare", "theirs", "--labels", "data/labels/theirs.jsonl", "--replicates", "100")
    assert found["groups"] == again["groups"]
    for name in ("theirs", "ours"):
        workspace.jsonl("data/labels/ours.jsonl", [])
        with pytest.raises(InputError, match="exists already; give another --name"):
            invoke(workspace, "compare-table", "theirs.jsonl", "--name", name, *options)
    with pytest.raises(InputError, match="--judge for each judge's column, or --judge-name and --judge-said"):
        invoke(workspace, "compare-table", "theirs.jsonl", "--name", "x", *options, "--judge", "grade")


def test_criteria_without_a_figure_are_folded_away_where_they_would_be_most_of_the_page(workspace: Workspace) -> None:
    rows = [row(prompt=f"p{n}", theme=f"t{n}", grade=True, people=True) for n in range(5)]
    rows += [row(prompt=f"q{n}", theme="t5", grade=n % 2 > 0, people=n % 3 > 0) for n in range(30)]
    workspace.jsonl("theirs.jsonl", rows)
    options = ["--scenario", "prompt", "--criterion", "theme", "--judge-name", "model", "--judge-said", "grade",
               "--label", "people", "--replicates", "100"]  # fmt: skip
    invoke(workspace, "compare-table", "theirs.jsonl", *options, "--html", "page.html")
    page = (workspace.root / "page.html").read_text("utf-8")
    drawn, _, folded = page.partition("<summary>5 more of which there is no figure yet, and why</summary>")
    assert ">t5 " in drawn
    assert ">t4 " not in drawn
    assert ">t4 " in folded
