"""A store made anew: all that the journals and the old file hold, and nothing thrown away."""

import shutil
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from domain.person import Person, Role
from pipeline.cli import caveat
from pipeline.doctor import examine
from pipeline.rereading import Again, Readable
from pipeline.run import run_batch
from pipeline.store.anchor_readings import Mixing, record_mixing
from pipeline.store.anchors import record_anchors
from pipeline.store.carried import fetch_carried
from pipeline.store.certificates import record_certificate
from pipeline.store.door import DuckDBStore
from pipeline.store.events import PEOPLE, Deed, fetch_head, record_event, verify
from pipeline.store.gates import record_gate
from pipeline.store.people import record_people
from pipeline.store.queue import fetch_queue
from pipeline.store.stops import record_stop
from tests.certified import NOW, anchor, certificate, gate_row, stop
from tests.conftest import Workspace
from tests.tables import OF_RUNS

LABEL = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated"}
GARBAGE = b"garbage" * 1000
OF_PEOPLE = ("label", "certificate", "anchor", "stop", "gate")
GONE: dict[str, list[tuple[object, ...]]] = {name: [] for name in OF_PEOPLE}
TABLES = (*OF_RUNS, *OF_PEOPLE)


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    """Two runs, a label, and what a lead did with them."""
    config = workspace.config()
    for run_id in ("c", "d"):
        run_batch(workspace.root, config, run_id=run_id, environ={})
    said(workspace, "import", "labels", str(workspace.jsonl("p.jsonl", [LABEL])))
    with DuckDBStore(store_of(workspace)).writing() as connection:
        record_certificate(connection, certificate())
        record_stop(connection, stop("run", "d"))
        record_anchors(connection, [anchor()])
        record_gate(connection, gate_row("c"))
    return workspace


def said(workspace: Workspace, *arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(caveat, ["-C", str(workspace.root), *arguments], input=answer)


def store_of(workspace: Workspace) -> Path:
    return workspace.root / "data/caveat.duckdb"


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with DuckDBStore(path).reading() as connection:
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in TABLES}


def aside(workspace: Workspace) -> Path:
    [found] = (workspace.root / "data").glob("caveat.duckdb.broken-*")
    return found


def test_a_broken_store_is_made_anew_from_the_journals_and_kept(full: Workspace) -> None:
    before = content(store_of(full))
    store_of(full).write_bytes(GARBAGE)
    done = said(full, "store", "rebuild", "--yes")
    assert 0 == done.exit_code
    assert "anew: 14 journal entries of 2 runs." in done.output
    assert "Labels could not be read from the old file; import them again" in done.output
    assert GARBAGE == aside(full).read_bytes()
    assert "Certificates, anchors and stops are gone: nothing clears until you grant anew" in done.output
    assert all(before[name] for name in OF_PEOPLE)
    assert before | GONE == content(store_of(full))


def test_a_store_that_can_be_read_gives_its_labels_to_the_new_one(full: Workspace) -> None:
    before = content(store_of(full))
    done = orjson.loads(said(full, "store", "rebuild", "--yes", "--json").stdout)
    assert {"c": 7, "d": 7} == done["entries"]
    assert (1, {}, str(aside(full))) == (done["labels"], done["refused"], done["aside"])
    assert before == content(store_of(full)) == content(aside(full))


def test_what_people_did_is_brought_over_and_their_chain_is_whole(full: Workspace) -> None:
    store = DuckDBStore(store_of(full))
    with store.writing(PEOPLE) as connection:
        record_people(connection, [Person("p", "Name", frozenset({Role.TRAINER}))], "t", "lead")
        record_event(connection, Deed("claimed", "p", "i", "t", new={"slot": 0}))
    with store.reading() as connection:
        before, head = fetch_carried(connection), fetch_head(connection)
    done = orjson.loads(said(full, "store", "rebuild", "--yes", "--json").stdout)
    assert 4 == done["events"]  # with a ruling and a stop
    with store.reading() as connection:
        assert before == fetch_carried(connection)
        assert [] == verify(connection, head)


def test_anchors_that_came_back_wait_still_in_the_new_store(full: Workspace) -> None:
    store = DuckDBStore(store_of(full))
    with store.writing(PEOPLE) as connection:
        [(item_id,), *_] = connection.execute("SELECT item_id FROM disposition WHERE run_id = 'c'").fetchall()
        of = Readable("spring", item_id, "c", "p", 4.0, NOW, is_waiting=False)
        record_mixing(connection, [Again("back", of, 0.5, 0.25)], Mixing("d", 1, 4.0, "policy", "t"))
    with store.reading() as connection:
        before = fetch_queue(connection, lane="anchor")
    assert ["back"] == [one.item_id for one in before]
    assert {"c": 7, "d": 7} == orjson.loads(said(full, "store", "rebuild", "--yes", "--json").stdout)["entries"]
    with store.reading() as connection:
        assert before == fetch_queue(connection, lane="anchor")


def test_a_store_that_is_gone_is_made_anew(full: Workspace) -> None:
    before = content(store_of(full))
    store_of(full).unlink()
    done = orjson.loads(said(full, "store", "rebuild", "--yes", "--json").stdout)
    assert (None, 0) == (done["aside"], done["labels"])
    assert before | GONE == content(store_of(full))
    assert [] == [one.name for one in (full.root / "data").glob("*.rebuilt*")]


def test_without_a_yes_nothing_happens(full: Workspace) -> None:
    store_of(full).write_bytes(GARBAGE)
    assert 1 == said(full, "store", "rebuild", answer="n\n").exit_code
    assert GARBAGE == store_of(full).read_bytes()
    assert 0 == said(full, "store", "rebuild", answer="y\n").exit_code


def test_without_a_journal_nothing_happens(full: Workspace) -> None:
    store_of(full).write_bytes(GARBAGE)
    shutil.rmtree(full.root / "data/runs")
    done = said(full, "store", "rebuild", "--yes")
    assert "data/runs: holds no run with a journal" in str(done.exception)
    assert GARBAGE == store_of(full).read_bytes()


def test_a_damaged_journal_is_named_and_the_others_are_fed(full: Workspace) -> None:
    (full.root / "data/runs/c/journal.jsonl").write_bytes(b"no entry\n")
    done = said(full, "store", "rebuild", "--yes")
    assert 2 == done.exit_code
    assert "anew: 7 journal entries of 1 runs." in done.output
    assert "NOT WHOLE: c: " in done.output
    assert "damaged at byte 0" in done.output


def test_doctor_names_a_broken_store_and_what_mends_it(full: Workspace) -> None:
    store_of(full).write_bytes(GARBAGE)
    [check] = [one for one in examine(full.root, full.config(), {}) if one.name == "store"]
    assert not check.ok
    assert "is broken" in check.says
    assert "`caveat store rebuild`" in check.says
