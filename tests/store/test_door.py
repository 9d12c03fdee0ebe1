"""The one door to the store: short visits, real locks, and a sentence for everything that stands in the way."""

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from domain.errors import BrokenStoreError, StoreError
from pipeline.store import door
from pipeline.store.door import DuckDBStore
from pipeline.store.migration import newest_version
from tests.conftest import ROOT

INSERT = "INSERT INTO ingest VALUES (?, 1)"
HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
WRITE = """
import sys
from pathlib import Path
from pipeline.store.door import DuckDBStore
store = DuckDBStore(Path(sys.argv[1]))
print('ready', flush=True)
sys.stdin.readline()
for n in range(20):
    with store.writing() as connection:
        connection.execute("INSERT INTO ingest VALUES (?, 1)", [f"{sys.argv[2]} {n}"])
"""
ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from domain.errors import BrokenStoreError, StoreError
from pipeline.store.door import DuckDBStore
most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    with DuckDBStore(Path(sys.argv[1])).writing() as connection:
        connection.execute("INSERT INTO ingest VALUES (repeat('x', 10000000), 1)")
except StoreError as error:
    print(error)
"""
DIE = """
import os, sys
from pathlib import Path
from pipeline.store.door import DuckDBStore
with DuckDBStore(Path(sys.argv[1])).writing() as connection:
    connection.execute("INSERT INTO ingest VALUES ('from the dead', 1)")
    if sys.argv[2] == 'committed':
        connection.commit()
    os._exit(9)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "caveat's.duckdb"


def write(path: Path, *names: str) -> None:
    with DuckDBStore(path).writing() as connection:
        for name in names:
            connection.execute(INSERT, [name])


def insert_then_fail(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute(INSERT, ["lost"])
    connection.execute(INSERT, [name])
    raise ZeroDivisionError


def foreign(path: Path, script: str = "") -> None:
    """A database that somebody else made, in the storage format of ours."""
    path.parent.mkdir()
    with duckdb.connect() as connection:
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS it (STORAGE_VERSION 'v1.5.0'); USE it; {script}")


def names(store: DuckDBStore) -> list[str]:
    with store.reading() as connection:
        return [row[0] for row in connection.execute("SELECT run_id FROM ingest ORDER BY 1").fetchall()]


@contextmanager
def started(code: str, *arguments: str) -> Generator[subprocess.Popen[bytes]]:
    """Another process, past its first line of output."""
    one = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with one:
        assert one.stdout is not None
        assert one.stdout.readline()
        try:
            yield one
        finally:
            one.kill()


@pytest.mark.parametrize("visit", [DuckDBStore.reading, DuckDBStore.writing])
def test_a_database_without_tables_becomes_a_store(path: Path, visit: object) -> None:
    foreign(path)
    with DuckDBStore(path).reading() if visit is DuckDBStore.reading else DuckDBStore(path).writing() as connection:
        assert (newest_version(),) == connection.execute("SELECT max(version) FROM schema_version").fetchone()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("CREATE TABLE recipes (n INTEGER)", "not a store of Caveat; it holds the tables recipes"),
        (
            "CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (99)",
            rf"written by a newer Caveat \(schema 99; this one knows up to {newest_version()}\)",
        ),
    ],
    ids=["not-ours", "newer"],
)
def test_a_database_of_another_kind_is_refused_and_left_alone(path: Path, script: str, message: str) -> None:
    foreign(path, script)
    before = path.read_bytes()
    for visit in (DuckDBStore(path).reading, DuckDBStore(path).writing):
        with pytest.raises(StoreError, match=message), visit():
            pytest.fail("the door opened")
    assert before == path.read_bytes()


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage" * 1000, b"\0" * 12288, None],
    ids=["empty", "garbage", "zeros", "not-ours"],
)
def test_a_file_that_is_no_store_is_refused_by_name(path: Path, content: bytes | None) -> None:
    foreign(path, "CREATE TABLE recipes (n INTEGER)")
    if content is not None:
        path.write_bytes(content)
    for visit in (DuckDBStore(path).reading, DuckDBStore(path).writing):
        with pytest.raises(StoreError, match=r"caveat's\.duckdb: "), visit():
            pytest.fail("the door opened")


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage" * 1000, b"\0" * 12288, b"SQLite format 3\0" + b"\0" * 4080, None],
    ids=["empty", "garbage", "zeros", "another database", "cut"],
)
def test_a_broken_store_says_how_it_is_made_anew(path: Path, content: bytes | None) -> None:
    write(path, "a")
    path.write_bytes(path.read_bytes()[:20_000] if content is None else content)
    for visit in (DuckDBStore(path).reading, DuckDBStore(path).writing):
        with (
            pytest.raises(BrokenStoreError, match=r"is broken .* whole in the runs' journals: `caveat store rebuild`"),
            visit(),
        ):
            pytest.fail("the door opened")


def test_a_door_that_is_used_for_long_makes_its_instance_anew_and_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_FRESH_EVERY", 3)
    made: list[int] = []
    make = door.in_memory
    monkeypatch.setattr(door, "in_memory", lambda: made.append(1) or make())
    store = DuckDBStore(path)
    for number in range(4):
        with store.writing() as connection:
            connection.execute(INSERT, [str(number)])
    assert ["0", "1", "2", "3"] == names(store)
    assert 1 < len(made) <= 3


def test_opening_takes_no_more_after_many_visits(path: Path) -> None:
    store, sizes = DuckDBStore(path), list[int]()
    for number in range(120):
        with store.writing() as connection:
            connection.execute(INSERT, [str(number)])
        if number in {19, 119}:
            sizes.append(_catalogue_blocks(path))
    assert sizes[1] <= sizes[0] + 1, "what stands beside the rows grew with the visits"


def _catalogue_blocks(path: Path) -> int:
    """Of 4 KiB each, all of which are read whenever the file is opened."""
    with duckdb.connect() as connection:
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS store (READ_ONLY)")
        found = connection.execute("SELECT total_blocks, free_list FROM pragma_metadata_info('store')").fetchall()
    return sum(total - len(free) for total, free in found)


def test_no_table_refers_to_another_by_a_foreign_key(path: Path) -> None:
    with DuckDBStore(path).writing() as connection:
        kinds = connection.execute("SELECT DISTINCT constraint_type FROM duckdb_constraints()").fetchall()
    assert ("PRIMARY KEY",) in kinds
    assert ("FOREIGN KEY",) not in kinds, "DuckDB writes it once more at every visit (docs/adr/0030)"


def test_a_log_that_belongs_to_another_file_is_a_broken_store(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    for one in (path, other):
        write(one, "a")
    command = [sys.executable, "-c", DIE, str(other), "committed"]
    subprocess.run(command, cwd=ROOT, check=False)
    other.with_name(f"{other.name}.wal").replace(f"{path}.wal")
    with pytest.raises(BrokenStoreError, match="`caveat store rebuild`"):
        names(DuckDBStore(path))


def test_a_block_that_turns_out_to_be_damaged_while_it_is_read_is_a_broken_store(path: Path) -> None:
    write(path, *map(str, range(20_000)))
    whole = bytearray(path.read_bytes())
    at = whole.index(b"12345")
    whole[at : at + 2] = b"zz"
    path.write_bytes(whole)
    with pytest.raises(BrokenStoreError, match=r"is broken \(Corrupt database file"):
        names(DuckDBStore(path))


@pytest.mark.parametrize("most_bytes", [0, 4096, 8192, 12288, 100_000, 300_000])
def test_a_disk_that_is_full_when_the_store_is_made_leaves_none_behind(path: Path, most_bytes: int) -> None:
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(path), str(most_bytes)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert "caveat's.duckdb: " in said.stdout
    assert not path.exists()
    write(path, "next")
    assert ["next"] == names(DuckDBStore(path))


def test_a_disk_that_fills_up_later_leaves_the_store_as_it_was(path: Path) -> None:
    write(path, "before")
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(path), str(path.stat().st_size)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert "caveat's.duckdb: cannot be " in said.stdout
    assert ["before"] == names(DuckDBStore(path))


def test_what_a_kill_left_of_a_store_in_the_making_is_no_hindrance(path: Path) -> None:
    path.parent.mkdir()
    for end in ("", ".wal"):
        path.with_name(f"{path.name}.new{end}").write_bytes(b"half a store")
    write(path, "a")
    assert ["a"] == names(DuckDBStore(path))
    assert [path.name, f"{path.name}.lock", f"{path.name}.turn"] == sorted(one.name for one in path.parent.iterdir())


@pytest.mark.parametrize("exclusive", [True, False], ids=["writing", "reading"])
def test_a_stranger_who_holds_the_file_is_named(path: Path, *, exclusive: bool) -> None:
    write(path)
    store = DuckDBStore(path, wait_s=0.05)
    with started(HOLD, str(path)) as stranger:
        with (
            pytest.raises(StoreError, match=rf"another program holds the store: .*python.* \(process {stranger.pid}\)"),
            store.writing() if exclusive else store.reading(),
        ):
            pytest.fail("the door opened")
        stranger.kill()
        stranger.wait()
        assert [] == names(store)


def test_a_visitor_waits_until_the_stranger_has_gone(path: Path) -> None:
    write(path, "a")
    with started(HOLD, str(path)) as stranger:
        going = threading.Timer(0.05, stranger.kill)
        going.start()
        assert ["a"] == names(DuckDBStore(path))
        going.join()


@pytest.mark.parametrize(("moment", "kept"), [("committed", ["from the dead"]), ("before", [])])
def test_a_writer_that_dies_leaves_a_whole_store(path: Path, moment: str, kept: list[str]) -> None:
    write(path)
    end = subprocess.run([sys.executable, "-c", DIE, str(path), moment], cwd=ROOT, check=False)
    assert 9 == end.returncode
    assert kept == names(DuckDBStore(path))
    write(path, "next")
    assert sorted([*kept, "next"]) == names(DuckDBStore(path))


def test_a_lock_file_that_cannot_be_opened_is_a_sentence(path: Path) -> None:
    write(path)
    lock = path.with_name(path.name + ".lock")
    lock.unlink()
    lock.mkdir()
    with pytest.raises(StoreError, match=r"\.lock: cannot be opened: Is a directory; .* must be writable"):
        names(DuckDBStore(path))


def test_another_caveat_that_stays_too_long_is_a_sentence(path: Path) -> None:
    write(path)
    with (
        DuckDBStore(path).reading(),
        pytest.raises(StoreError, match="another Caveat process kept the store for too long"),
        DuckDBStore(path, wait_s=0.05).writing(),
    ):
        pytest.fail("the door opened")
    assert os.access(path, os.W_OK)
