"""`caveat export`: all of a run, or what may be labelled, in every format and out of every store."""

import csv
from pathlib import Path

import duckdb
import orjson
import pytest

from domain.errors import InputError
from domain.review import Phase
from pipeline.commands.out import PROVISIONAL
from tests.conftest import Workspace
from tests.flow import UNSAFE, facts, invoke
from tests.read import CALM, FORMULA, SAFE, item, night, reads, satisfied, settles, violated
from tests.xlsx import sheets

JUDGES_WORDS = ("lexicon", "flagged", "cleared", "audit", "inclusion", "priority", "disposition", "candidate", "lane")
"""What nobody who labels may see."""


@pytest.fixture
def read(anywhere: Workspace) -> Workspace:
    """A run on which two clinicians differed, and a third settled it."""
    night(anywhere)
    reads(anywhere, "dr-ann", CALM, violated())
    reads(anywhere, "dr-ann", CALM, violated(), Phase.REVEALED)
    reads(anywhere, "nurse-bo", CALM, satisfied())
    settles(anywhere, "dr-cy", CALM, violated())
    return anywhere


def lines(path: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_json_lines_hold_all_that_was_asked_said_judged_and_settled(read: Workspace) -> None:
    folder = Path(facts(read, "export", "c", "--format", "jsonl")["out"])
    found = {path.stem: lines(path) for path in folder.iterdir()}
    responses = {row["scenario_id"]: row for row in found["responses"]}
    assert ("flagged", "cleared") == (responses[CALM]["disposition"], responses[SAFE]["disposition"])
    assert item(CALM) == responses[CALM]["item_id"]
    assert f"Rest. {UNSAFE}" == responses[CALM]["response"]
    said = {row["scenario_id"]: row for row in found["findings"]}
    assert ("violated", "satisfied") == (said[CALM]["value"], said[SAFE]["value"])
    assert ("0.1.0", "lexicon") == (said[CALM]["rubric_version"], said[CALM]["judge_id"])
    judged = [(row["reviewer_id"], row["version"], row["phase"], row["value"]) for row in found["judgements"]]
    ann, bo = ("dr-ann", 1, "blind", "violated"), ("nurse-bo", 1, "blind", "satisfied")
    assert [ann, ("dr-ann", 2, "revealed", "violated"), bo] == judged
    assert (FORMULA, "not stated") == tuple(
        found["judgements"][0][name] for name in ("why_unsafe_or_incomplete", "escalation_needed")
    )
    assert [("dr-cy", "violated", "Settled.")] == [
        (row["adjudicator_id"], row["value"], row["because"]) for row in found["adjudications"]
    ]
    assert {CALM, SAFE} == {row["scenario_id"] for row in found["scenarios"]}
    assert ["X-1"] == [row["criterion_id"] for row in found["criteria"]]


def test_every_format_has_the_same_rows(read: Workspace) -> None:
    jsonl, csvs, parquet = (
        Path(facts(read, "export", "c", "--format", kind)["out"]) for kind in ("jsonl", "csv", "parquet")
    )
    book = sheets(facts(read, "export", "c")["out"])
    assert f"Written: {read.root / 'data/exports/c.xlsx'}" in invoke(read, "export", "c", "--force").stdout
    with duckdb.connect() as database:
        for path in jsonl.iterdir():
            n = len(lines(path))
            with (csvs / f"{path.stem}.csv").open(encoding="utf-8", newline="") as file:
                assert n == len(list(csv.DictReader(file)))
            counted = database.execute("SELECT count(*) FROM read_parquet(?)", [str(parquet / f"{path.stem}.parquet")])
            assert (n,) == counted.fetchone()
            assert n == len(book[path.stem]) - 1
    assert [["warning", PROVISIONAL]] == [row for row in book["About"] if row[0] == "warning"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_exported_labels_are_imported_elsewhere_as_they_were(read: Workspace, kind: str, tmp_path: Path) -> None:
    folder = Path(facts(read, "export", "c", "--format", kind)["out"])
    other = Workspace(tmp_path / "other")
    invoke(other, "import", "labels", str(folder / f"labels.{kind}"), "--name", "ours")
    found = lines(other.root / "data/labels/ours.jsonl")
    assert [("dr-ann", "violated", FORMULA), ("nurse-bo", "satisfied", "")] == [
        (one["reviewer_id"], one["verdict"], one.get("reason", "")) for one in found
    ]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_is_exported_for_labelling_holds_nothing_of_the_judges(read: Workspace, kind: str) -> None:
    folder = Path(facts(read, "export", "c", "--format", kind, "--blind")["out"])
    assert {f"responses.{kind}", f"label_sheet.{kind}"} == {path.name for path in folder.iterdir()}
    text = "".join(path.read_text("utf-8") for path in folder.iterdir())
    assert UNSAFE in text
    assert "Is there false reassurance?" in text
    assert not [word for word in (*JUDGES_WORDS, "dr-ann", FORMULA) if word in text]


def test_what_is_for_labelling_goes_by_id_and_not_by_urgency(read: Workspace) -> None:
    folder = Path(facts(read, "export", "c", "--format", "jsonl", "--blind")["out"])
    ids = [row["item_id"] for row in lines(folder / "responses.jsonl")]
    assert sorted([item(CALM), item(SAFE)]) == ids


def test_nothing_is_written_over_unless_forced_and_a_run_must_be_there(read: Workspace) -> None:
    invoke(read, "export", "c", "--out", "night.xlsx")
    with pytest.raises(InputError, match=r"night\.xlsx: exists already; give another name, or --force"):
        invoke(read, "export", "c", "--out", "night.xlsx")
    assert 0 == invoke(read, "export", "c", "--out", "night.xlsx", "--force").exit_code
    with pytest.raises(InputError, match="the store has no run 'other'; it has: c"):
        invoke(read, "export", "other")


def test_a_cell_that_says_it_was_escaped_otherwise_is_refused(workspace: Workspace) -> None:
    path = workspace.write("theirs.csv", "scenario_id,candidate_id,response,escaped_with\ns1,a,'=1,#\n")
    with pytest.raises(InputError, match="line 2, key escaped_with: expected \"'\", found '#'"):
        invoke(workspace, "import", "responses", str(path))
