"""Backups while people work, stores that come out of them, and the copy that a change of schema keeps."""

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import orjson
import pytest

from domain.errors import BrokenStoreError, InputError, StoreError
from domain.person import Person, Role
from pipeline.doctor import examine
from pipeline.run import run_batch
from pipeline.store.backup import back_up, restore
from pipeline.store.door import DuckDBStore
from pipeline.store.events import PEOPLE, Deed, fetch_head, record_event
from pipeline.store.migration import newest_version, pending, record
from pipeline.store.people import record_people
from tests.certified import NOW
from tests.conftest import ROOT, Workspace
from tests.flow import invoke

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def store(workspace: Workspace) -> DuckDBStore:
    """A run, a person, and one thing that she did."""
    run_batch(workspace.root, workspace.config(), run_id="c", environ={})
    one = DuckDBStore(workspace.root / "data/caveat.duckdb", wait_s=2)
    with one.writing(PEOPLE) as connection:
        record_people(connection, [Person("p", "Name", frozenset({Role.TRAINER}))], "t", "lead")
    act(one, 1)
    return one


def act(store: DuckDBStore, number: int) -> None:
    with store.writing(PEOPLE) as connection:
        record_event(connection, Deed("claimed", "p", f"i{number}", "t"))


def old_store(path: Path, version: int) -> None:
    """A store as an earlier Caveat left it."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS store (STORAGE_VERSION 'v1.5.0'); USE store")
        for number, script in pending(0):
            if number <= version:
                record(connection, number, script)
        connection.execute("INSERT INTO ingest VALUES ('kept', 1)")


def content(store: DuckDBStore) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'store' ORDER BY 1"
        ).fetchall()
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


def runs_of(store: DuckDBStore) -> Path:
    return store.path.parent / "runs"


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if not one.name.endswith((".lock", ".turn")))


def test_a_backup_holds_all_that_the_store_holds(store: DuckDBStore, tmp_path: Path) -> None:
    done = back_up(store, tmp_path / "b.duckdb")
    assert (1, 2, (tmp_path / "b.duckdb").stat().st_size) == (done.n_runs, done.head.seq, done.n_bytes)
    before = content(store)
    assert any(before.values())
    assert before == content(DuckDBStore(tmp_path / "b.duckdb"))


def test_a_backup_made_while_people_work_holds_a_whole_moment_and_nobodys_work_is_lost(
    store: DuckDBStore, tmp_path: Path
) -> None:
    begun = threading.Event()

    def work() -> None:
        for number in range(30):
            act(DuckDBStore(store.path), 10 + number)
            begun.set()

    person = threading.Thread(target=work)
    person.start()
    assert begun.wait(10)
    backups = [back_up(store, tmp_path / f"{n}.duckdb") for n in range(3)]
    person.join()
    assert 2 < backups[0].head.seq <= backups[1].head.seq <= backups[2].head.seq
    for n, one in enumerate(backups):
        with DuckDBStore(tmp_path / f"{n}.duckdb").reading() as connection:
            assert one.head == fetch_head(connection)
    with store.reading() as connection:
        assert 32 == fetch_head(connection).seq


def test_a_backup_writes_over_nothing_and_names_what_is_missing(store: DuckDBStore, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("somebody's")
    with pytest.raises(InputError, match="writes over nothing"):
        back_up(store, taken)
    assert "somebody's" == taken.read_text()
    with pytest.raises(InputError, match=r"none: is no folder"):
        back_up(store, tmp_path / "none/b.duckdb")


def test_what_was_done_since_is_set_aside_and_the_runs_since_are_fed_from_their_journals(
    workspace: Workspace, store: DuckDBStore, tmp_path: Path
) -> None:
    back_up(store, tmp_path / "b.duckdb")
    act(store, 2)
    run_batch(workspace.root, workspace.config(), run_id="d", environ={})
    done = restore(store, tmp_path / "b.duckdb", runs_of(store), NOW)
    assert (2, {"d": 7}, {}) == (done.head.seq, done.entries, done.refused)
    with store.reading() as connection:
        assert done.head == fetch_head(connection)
        assert [("c",), ("d",)] == connection.execute("SELECT run_id FROM run ORDER BY 1").fetchall()
    assert done.aside is not None
    with DuckDBStore(done.aside).reading() as connection:
        assert 3 == fetch_head(connection).seq
    act(store, 3)
    assert [] == [one for one in files(store.path.parent) if "restored" in one]


@pytest.mark.parametrize("state", ["broken", "gone"])
def test_a_store_that_is_lost_comes_back(store: DuckDBStore, tmp_path: Path, state: str) -> None:
    before = content(store)
    back_up(store, tmp_path / "b.duckdb")
    if state == "broken":
        store.path.write_bytes(b"garbage" * 1000)
    else:
        store.path.unlink()
    done = restore(store, tmp_path / "b.duckdb", runs_of(store), NOW)
    assert before == content(store)
    if done.aside is not None:
        assert b"garbage" * 1000 == done.aside.read_bytes()


@pytest.mark.parametrize("spoilt", ["garbage", "cut", "a block", "no store", "newer", "a changed deed", "empty"])
def test_a_backup_that_is_not_sound_is_refused_and_nothing_changes(
    store: DuckDBStore, tmp_path: Path, spoilt: str
) -> None:
    path = tmp_path / "b.duckdb"
    back_up(store, path)
    expected = "cannot be brought over"
    match spoilt:
        case "garbage":
            path.write_bytes(b"garbage" * 1000)
        case "cut":
            path.write_bytes(path.read_bytes()[:20_000])
        case "a block":
            whole = bytearray(path.read_bytes())
            at = whole.rindex(b"claimed")
            whole[at : at + 7] = b"CLAIMED"
            path.write_bytes(whole)
        case "a changed deed":
            with duckdb.connect(str(path)) as connection:
                connection.execute("UPDATE event SET person_id = 'somebody else' WHERE seq = 2")
            expected = r"not as it was written \(event 2"
        case "newer":
            with duckdb.connect(str(path)) as connection:
                connection.execute("INSERT INTO schema_version VALUES (99)")
            expected = "written by a newer Caveat"
        case _:
            path.unlink()
            with duckdb.connect(str(path)) as connection:
                connection.execute("CREATE TABLE recipes (n INTEGER)" if spoilt == "no store" else "SELECT 1")
            expected = "is not a store of Caveat"
    before, held = content(store), path.read_bytes()
    with pytest.raises(StoreError, match=rf"b\.duckdb: .*{expected}"):
        restore(store, path, runs_of(store), NOW)
    assert before == content(store)
    assert held == path.read_bytes()
    assert ["caveat.duckdb", "responses", "runs", "scenarios"] == files(store.path.parent)


def test_a_store_that_somebody_holds_is_not_replaced(store: DuckDBStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.duckdb")
    impatient = DuckDBStore(store.path, wait_s=0.1)
    command = [sys.executable, "-c", HOLD, str(store.path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout is not None
        assert stranger.stdout.readline()
        with pytest.raises(StoreError, match=rf"another program holds the store: .* \(process {stranger.pid}\)"):
            restore(impatient, tmp_path / "b.duckdb", runs_of(store), NOW)
        stranger.kill()
    with store.reading(), pytest.raises(StoreError, match="kept the store for too long"):
        restore(impatient, tmp_path / "b.duckdb", runs_of(store), NOW)
    assert ["caveat.duckdb", "responses", "runs", "scenarios"] == files(store.path.parent)


@pytest.mark.parametrize("version", range(1, newest_version()))
def test_an_older_store_is_brought_forward_and_kept_as_it_was(tmp_path: Path, version: int) -> None:
    path = tmp_path / "s.duckdb"
    old_store(path, version)
    with DuckDBStore(path).reading() as connection:
        assert (newest_version(),) == connection.execute("SELECT max(version) FROM schema_version").fetchone()
        assert [("kept",)] == connection.execute("SELECT run_id FROM ingest").fetchall()
    with duckdb.connect(str(tmp_path / f"s.duckdb.schema-{version:04d}"), read_only=True) as connection:
        assert (version,) == connection.execute("SELECT max(version) FROM schema_version").fetchone()
        assert [("kept",)] == connection.execute("SELECT run_id FROM ingest").fetchall()
    assert ["s.duckdb", f"s.duckdb.schema-{version:04d}"] == files(tmp_path)


def test_an_older_backup_is_brought_forward_on_its_way_in(store: DuckDBStore, tmp_path: Path) -> None:
    old_store(tmp_path / "old.duckdb", 3)
    done = restore(store, tmp_path / "old.duckdb", runs_of(store), NOW)
    assert {"c": 7} == done.entries
    with store.reading() as connection:
        assert [("c",), ("kept",)] == connection.execute("SELECT run_id FROM ingest ORDER BY 1").fetchall()


def test_where_no_copy_can_be_kept_the_schema_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    old_store(path, 3)
    (tmp_path / "s.duckdb.schema-0003").mkdir()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="no copy could be kept before it is changed"), DuckDBStore(path).reading():
        pytest.fail("the door opened")
    assert before == path.read_bytes()


def test_the_commands_say_what_they_did(workspace: Workspace, store: DuckDBStore, tmp_path: Path) -> None:
    at = str(tmp_path / "b.duckdb")
    assert "Backed up 1 runs and 2 events" in invoke(workspace, "store", "backup", at).output
    act(store, 2)
    done = orjson.loads(invoke(workspace, "store", "restore", at, "--yes", "--json").stdout)
    assert (2, {}, {}) == (done["events"], done["entries"], done["refused"])
    said = invoke(workspace, "store", "restore", at, "--yes").output
    assert "Restored " in said
    assert "is in the old file alone, kept as " in said


def test_without_a_yes_nothing_is_restored(workspace: Workspace, store: DuckDBStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.duckdb")
    act(store, 2)
    assert 1 == invoke(workspace, "store", "restore", str(tmp_path / "b.duckdb")).exit_code
    with store.reading() as connection:
        assert 3 == fetch_head(connection).seq


@pytest.mark.parametrize(("command", "program"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_a_store_in_postgresql_is_left_to_its_own_programs(workspace: Workspace, command: str, program: str) -> None:
    pytest.importorskip("psycopg", reason="the driver is optional and not installed")
    with pytest.raises(StoreError, match=f"PostgreSQL has its own way: {program}"):
        invoke(workspace, "store", command, "x", "--store", "postgresql://nobody@127.0.0.1/none")


def test_a_damaged_store_is_not_backed_up(store: DuckDBStore, tmp_path: Path) -> None:
    whole = bytearray(store.path.read_bytes())
    at = whole.rindex(b"claimed")
    whole[at : at + 7] = b"CLAIMED"
    store.path.write_bytes(whole)
    with pytest.raises(BrokenStoreError, match=r"caveat\.duckdb: is broken"):
        back_up(DuckDBStore(store.path), tmp_path / "b.duckdb")
    assert not (tmp_path / "b.duckdb").exists()


def test_doctor_reads_a_sound_store_of_either_kind_whole(anywhere: Workspace) -> None:
    config = anywhere.config()
    invoke(anywhere, "run", str(config))
    [check] = [one for one in examine(anywhere.root, config, {}) if one.name == "store"]
    assert check.ok
    assert "can be read whole; 1 runs in it" in check.says


def test_doctor_finds_a_damaged_block_that_nothing_else_reads(workspace: Workspace, store: DuckDBStore) -> None:
    whole = bytearray(store.path.read_bytes())
    at = whole.rindex(b"claimed")
    whole[at : at + 7] = b"CLAIMED"
    store.path.write_bytes(whole)
    [check] = [one for one in examine(workspace.root, workspace.config(), {}) if one.name == "store"]
    assert not check.ok
    assert "is broken (Corrupt database file" in check.says
    assert "`caveat store rebuild`" in check.says
    assert "`caveat store restore BACKUP`" in check.says


def test_doctor_finds_a_changed_deed(workspace: Workspace, store: DuckDBStore) -> None:
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("UPDATE event SET person_id = 'somebody else' WHERE seq = 2")
    [check] = [one for one in examine(workspace.root, workspace.config(), {}) if one.name == "store"]
    assert not check.ok
    assert "not as it was written (event 2: " in check.says
    assert "`caveat store restore BACKUP`" in check.says
