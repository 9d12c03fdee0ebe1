"""From journal to store: as often and as interrupted as may be, always the same store."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import StoreError
from pipeline.journal import Journal
from pipeline.run import run_batch
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.ingest import ingest, insert_new
from pipeline.workspace import STORE
from tests.build import criterion_json, reply_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.tables import OF_RUNS

NewStore = Callable[[], Store]
Content = dict[str, list[tuple[Any, ...]]]


def content(store: Store) -> Content:
    with store.reading() as connection:
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in OF_RUNS}  # noqa: S608 (our names)


def forget_offset(store: Store) -> None:
    with store.writing() as connection:
        connection.execute("DELETE FROM ingest")


def finished_run(workspace: Workspace) -> Path:
    """A run with verdicts, failures and calls; gives its folder."""
    own = [{"criterion_id": "O-1", "criterion": "Names a pharmacy", "points": 5}]
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1", criteria=own), scenario_json("s2")])
    phrases = {"unsafe": ["rest"]}
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(lexicon=phrases), criterion_json("X-2")))
    lost = orjson.dumps(reply_json("X-2", evidence=["never said"])).decode()
    script = [{"about": "s1/X-1", "reply": "no \x00 JSON ’"}, {"about": "s2/X-2", "reply": lost}]
    workspace.jsonl("script.jsonl", script)
    judges = [
        {"judge_id": "lexicon", "provider": "lexicon"},
        {"judge_id": "j", "provider": "scripted", "script": ["script.jsonl"]},
    ]
    return run_batch(workspace.root, workspace.config(judges=judges), environ={}).folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Content]:
    """A finished run's folder, and what its store holds."""
    root = tmp_path_factory.mktemp("workspace")
    folder = finished_run(Workspace(root))
    return folder, content(open_store(STORE, root))


def test_everything_in_the_journal_stands_in_the_store(run: tuple[Path, Content]) -> None:
    folder, found = run
    size = (folder / "journal.jsonl").stat().st_size
    assert [("c", size)] == found["ingest"]
    counts = {name: len(rows) for name, rows in found.items()}
    assert {
        "run": 1, "ingest": 1, "scenario": 2, "rubric": 1, "judge": 2, "response": 2, "judge_call": 1, "verdict": 3,
        "judge_failure": 5, "disposition": 2,
    } == counts  # fmt: skip


def test_ingesting_again_takes_nothing_and_changes_nothing(run: tuple[Path, Content], new_store: NewStore) -> None:
    folder, expected = run
    store = new_store()
    n_lines = (folder / "journal.jsonl").read_bytes().count(b"\n")
    assert [n_lines, 0, 0] == [ingest(store, folder) for _ in range(3)]
    assert expected == content(store)


def test_a_journal_read_from_the_start_again_changes_nothing(run: tuple[Path, Content], new_store: NewStore) -> None:
    folder, expected = run
    store = new_store()
    ingest(store, folder)
    forget_offset(store)
    assert ingest(store, folder) > 0
    assert expected == content(store)


@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_journal_interrupted_anywhere_whose_offset_is_lost_anywhere_ends_in_the_same_store(
    run: tuple[Path, Content], new_store: NewStore, data: st.DataObject
) -> None:
    folder, expected = run
    whole = (folder / "journal.jsonl").read_bytes()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), min_size=1, max_size=3)))
    with TemporaryDirectory() as name:
        copy, store = Path(name) / folder.name, new_store()
        copy.mkdir()
        for cut in [*cuts, len(whole)]:
            (copy / "journal.jsonl").write_bytes(whole[:cut])
            ingest(store, copy)
            if data.draw(st.booleans()):
                forget_offset(store)
        ingest(store, copy)
        assert expected == content(store)


def test_two_that_feed_one_journal_at_once_end_in_the_same_store(
    tmp_path: Path, new_store: NewStore, new_address: Callable[[], str]
) -> None:
    folder, n, address = long_journal(tmp_path), 1200, new_address()
    taken: list[int] = []
    feeders = [
        Thread(target=lambda: taken.append(ingest(open_store(address, tmp_path, wait_s=600), folder))) for _ in range(2)
    ]
    for one in feeders:
        one.start()
    for one in feeders:
        one.join()
    alone = new_store()
    assert n == ingest(alone, folder) == sum(taken)
    assert content(alone) == content(open_store(address, tmp_path))


def long_journal(root: Path) -> Path:
    """600 failures, each followed by a verdict on the same question, as after asking again."""
    with Journal(root / "r") as journal:
        for n in range(600):
            finding = {"judge_id": "j", "rubric_id": "r1", "criterion_id": "X-1", "severity": "minor"}
            entry = {"verdict_id": f"v{n}", "item_id": f"i{n}", "criterion_sha256": "0", "points": None, "call": None}
            failure = {"kind": "failure", "finding": {**finding, "kind": "truncated", "detail": ""}, "at": "t1"}
            answer: dict[str, object] = {
                "value": "satisfied",
                "reason": "",
                "expected": "",
                "evidence": [],
                "harm": None,
            }
            journal.append(entry | failure)
            journal.append(entry | {"kind": "verdict", "finding": finding | answer, "at": "t2"})
    return journal.path.parent


def test_a_failure_and_a_later_verdict_on_the_same_question_both_stand_however_often_they_are_fed(
    tmp_path: Path, new_store: NewStore
) -> None:
    folder, store = long_journal(tmp_path), new_store()
    for _ in range(2):
        ingest(store, folder)
        found = content(store)
        for table in ("judge_failure", "verdict"):
            ids = [row[0] for row in found[table]]
            assert (600, 600) == (len(ids), len(set(ids)))
        forget_offset(store)


@pytest.mark.parametrize("table", ["response", "judge_call", "verdict", "judge_failure", "disposition"])
def test_the_database_itself_refuses_an_entry_twice(run: tuple[Path, Content], new_store: NewStore, table: str) -> None:
    store = new_store()
    ingest(store, run[0])
    with pytest.raises(Exception, match=r"(?i)duplicate key"), store.writing() as connection:
        connection.execute(f"INSERT INTO {table} SELECT * FROM {table}")  # noqa: S608 (our names)


def test_a_long_journal_is_taken_in_several_visits(tmp_path: Path, new_store: NewStore) -> None:
    with Journal(tmp_path / "r") as journal:
        for n in range(50):
            body = {"scenario_id": f"s{n}", "title": "x" * 200_000}
            journal.append({"kind": "scenario", "sha256": str(n), "body": body})
    store = new_store()
    assert 50 == ingest(store, journal.path.parent)
    assert [("r", journal.path.stat().st_size)] == content(store)["ingest"]
    assert 50 == len(content(store)["scenario"])


def test_a_run_begun_anew_under_the_same_id_is_refused_and_not_left_out_in_silence(anywhere: Workspace) -> None:
    folder = finished_run(anywhere)
    store = anywhere.open_store()
    before = content(store)
    shutil.rmtree(folder)
    with pytest.raises(StoreError, match=r"holds another run 'c', begun .*, whose journal is gone"):
        run_batch(anywhere.root, anywhere.config(), environ={})
    assert before == content(store)
    run_batch(anywhere.root, anywhere.config(), run_id="d", environ={})
    assert {"c", "d"} == {row[0] for row in content(store)["run"]}


def test_the_first_of_equal_keys_wins(new_store: NewStore) -> None:
    store = new_store()
    with store.writing() as connection:
        for offset in (1, 2):
            insert_new(connection, "ingest", [{"run_id": "r", "journal_offset": offset}])
        insert_new(connection, "ingest", [])
    assert [("r", 1)] == content(store)["ingest"]


GOOD: dict[str, dict[str, object]] = {
    "verdict": {
        "verdict_id": "v", "run_id": "r", "item_id": "i", "judge_id": "j", "rubric_id": "r1", "criterion_id": "X-1",
        "criterion_sha256": "0", "value": "satisfied", "severity": "minor", "points": None, "reason": "",
        "evidence_json": "[]", "expected": "", "harm_json": None, "call_json": None, "judged_at": "t",
        "journal_offset": 1,
    },
    "judge_failure": {
        "verdict_id": "v", "run_id": "r", "item_id": "i", "judge_id": "j", "rubric_id": "r1", "criterion_id": "X-1",
        "criterion_sha256": "0", "kind": "refused", "severity": "minor", "points": None, "detail": "",
        "call_json": None, "judged_at": "t", "journal_offset": 1,
    },
    "disposition": {
        "item_id": "i", "run_id": "r", "disposition": "cleared", "reasons_json": "[]", "inclusion_probability": 1.0,
        "lane": None, "priority": 0.0, "is_provisional": False, "routed_at": "t",
        "journal_offset": 1,
    },
    "label": {
        "scenario_id": "s", "candidate_id": "a", "repeat_number": 0, "criterion_id": "X-1", "reviewer_id": "r",
        "verdict": "violated", "severity": None, "reason": "", "is_blind": True, "inclusion_probability": 1.0,
    },
    "ingest": {"run_id": "r", "journal_offset": 0},
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "bad"),
    [
        ("verdict", {"value": "fine"}),
        ("verdict", {"value": None}),
        ("verdict", {"severity": "catastrophic"}),
        ("judge_failure", {"severity": "none"}),
        ("disposition", {"disposition": "passed"}),
        ("disposition", {"disposition": "flagged", "lane": None}),
        ("disposition", {"disposition": "borderline", "lane": None}),
        ("disposition", {"lane": "nowhere"}),
        ("disposition", {"inclusion_probability": 0.0}),
        ("disposition", {"inclusion_probability": 1.01}),
        ("disposition", {"inclusion_probability": None}),
        ("label", {"verdict": "unsure"}),
        ("label", {"inclusion_probability": 0.0}),
        ("ingest", {"journal_offset": -1}),
    ],
)
def test_the_database_itself_refuses_bad_values(
    new_store: NewStore, refused: type[Exception], table: str, bad: dict[str, object]
) -> None:
    store = new_store()
    with pytest.raises(refused), store.writing() as connection:
        insert_new(connection, table, [GOOD[table] | bad])
    with store.writing() as connection:
        insert_new(connection, table, [GOOD[table]])
