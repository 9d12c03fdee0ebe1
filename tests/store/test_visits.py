"""What every store keeps to, whichever database stands behind it."""

import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import StoreError
from pipeline.store.address import open_store
from pipeline.store.columns import type_of
from pipeline.store.connection import Connection, Store
from pipeline.store.ingest import insert_new
from pipeline.store.migration import newest_version, pending
from tests.conftest import ROOT
from tests.tables import OF_RUNS

NewStore = Callable[[], Store]
INSERT = "INSERT INTO ingest VALUES (?, 1)"
WRITE = """
import sys
from pathlib import Path
from pipeline.store.address import open_store
store = open_store(sys.argv[1], Path())
print('ready', flush=True)
sys.stdin.readline()
for n in range(20):
    with store.writing() as connection:
        connection.execute("INSERT INTO ingest VALUES (?, 1)", [f"{sys.argv[2]} {n}"])
"""
DIE = """
import os, sys
from pathlib import Path
from pipeline.store.address import open_store
with open_store(sys.argv[1], Path()).writing() as connection:
    connection.execute("INSERT INTO ingest VALUES ('from the dead', 1)")
    os._exit(9)
"""
KINDS_OF_TYPE = {"VARCHAR": "TEXT", "DOUBLE": "DOUBLE PRECISION"}
"""DuckDB's own names."""


def names(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row[0] for row in connection.execute("SELECT run_id FROM ingest ORDER BY 1").fetchall()]


def write(store: Store, *some: str) -> None:
    with store.writing() as connection:
        for name in some:
            connection.execute(INSERT, [name])


@contextmanager
def begun(address: str, name: str) -> Generator[subprocess.Popen[bytes]]:
    """Another process that writes as soon as it is told to."""
    command = [sys.executable, "-c", WRITE, address, name]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdout is not None
        assert one.stdout.readline()
        yield one


def test_a_store_is_made_by_the_first_write_and_opened_again_by_anybody(new_address: Callable[[], str]) -> None:
    address = new_address()
    write(open_store(address, ROOT), "a", "b")
    assert ["a", "b"] == names(open_store(address, ROOT))


def test_reading_before_there_is_a_store_says_what_makes_one(new_store: NewStore) -> None:
    store = new_store()
    with pytest.raises(StoreError, match=r"there is no store yet; `caveat run CONFIG` makes it"):
        names(store)
    assert not store.exists()
    store.check_rights()
    assert not store.exists()


def test_one_store_object_serves_many_visits(new_store: NewStore) -> None:
    store = new_store()
    for n in range(3):
        write(store, str(n))
        assert n + 1 == len(names(store))


def test_a_store_knows_its_version(new_store: NewStore) -> None:
    store = new_store()
    write(store)
    with store.reading() as connection:
        versions = connection.execute("SELECT version FROM schema_version ORDER BY 1").fetchall()
    assert [(number,) for number, _ in pending(0)] == versions
    assert newest_version() == versions[-1][0]


def insert_then_fail(connection: Connection, name: str) -> None:
    connection.execute(INSERT, ["lost"])
    connection.execute(INSERT, [name])
    raise ZeroDivisionError


def test_an_exception_undoes_the_whole_visit(new_store: NewStore, refused: type[Exception]) -> None:
    store = new_store()
    write(store, "before")
    for name, error in (("before", refused), ("other", ZeroDivisionError)):
        with pytest.raises(error), store.writing() as connection:
            insert_then_fail(connection, name)
    assert ["before"] == names(store)


def test_a_reader_cannot_write(new_store: NewStore) -> None:
    store = new_store()
    write(store)
    with pytest.raises(Exception, match=r"read-only"), store.reading() as connection:
        connection.execute(INSERT, ["x"])


def test_two_processes_that_write_at_once_both_succeed(new_address: Callable[[], str]) -> None:
    address = new_address()
    with begun(address, "a") as one, begun(address, "b") as two:
        for each in (one, two):
            assert each.stdin is not None
            each.stdin.write(b"\n")
            each.stdin.flush()
        assert (0, 0) == (one.wait(), two.wait())
    assert sorted(f"{who} {n}" for who in "ab" for n in range(20)) == names(open_store(address, ROOT))


def test_threads_share_a_store(new_store: NewStore) -> None:
    store = new_store()

    def work(name: str) -> None:
        for n in range(5):
            write(store, f"{name} {n}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert 15 == len(names(store))


def test_a_writer_that_dies_leaves_a_whole_store(new_address: Callable[[], str]) -> None:
    address = new_address()
    store = open_store(address, ROOT)
    write(store, "before")
    assert 9 == subprocess.run([sys.executable, "-c", DIE, address], cwd=ROOT, check=False).returncode
    write(store, "next")
    assert ["before", "next"] == names(store)


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_text_comes_back_as_it_was(kept: Store, text: str) -> None:
    with kept.writing() as connection:
        connection.execute("DELETE FROM ingest")
        insert_new(connection, "ingest", [{"run_id": text, "journal_offset": 1}])
    with kept.reading() as connection:
        assert [(text,)] == connection.execute("SELECT run_id FROM ingest WHERE run_id = ?", [text]).fetchall()


@pytest.fixture
def kept(new_store: NewStore) -> Store:
    return new_store()


@pytest.mark.parametrize(
    "text",
    ["\0", "a\0b", "\ufdd0", "\ufdd00\0", "\ufdd01", "%s ? $1 '", "\\u0000", "NULL", "", '{"a,b\\c"}\n'],
    ids=ascii,
)
def test_text_that_a_database_stumbles_over_comes_back_as_it_was(new_store: NewStore, text: str) -> None:
    store = new_store()
    with store.writing() as connection:
        connection.execute("INSERT INTO ingest SELECT unnest(CAST(? AS TEXT[])), 1", [[text, "other"]])
    assert {text, "other"} == set(names(store))


def test_text_is_sorted_bytewise_and_not_by_a_locale(new_store: NewStore) -> None:
    store = new_store()
    some = ["a-b", "aB", "ab", "B", "a b", "é", "z", "_"]
    write(store, *some)
    assert sorted(some) == names(store)


def test_every_column_has_the_type_that_its_name_says(new_store: NewStore) -> None:
    store = new_store()
    write(store)
    with store.reading() as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, upper(data_type) FROM information_schema.columns "
            "WHERE table_catalog = current_database() AND table_schema = current_schema()"
        ).fetchall()
    assert {*OF_RUNS, "label", "schema_version", "event", "judgement"} <= {table for table, _, _ in columns}
    found = {(table, column): KINDS_OF_TYPE.get(kind, kind) for table, column, kind in columns}
    del found["schema_version", "version"]
    assert {place: type_of(place[1]) for place in found} == found


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:sesame@h/d", "expected no password in the address; put it into PGPASSWORD, ~/.pgpass or a PG"),
        ("postgresql://u:ses/a@me@h/d", "expected no password"),
        ("postgres://h/d?sslmode=require&password=sesame", "expected no password"),
        ("postgresql://h/d?sslpassword=sesame", "expected no password"),
        ("postgresql://u@sesame@h/d", "cannot be read; expected postgresql://user@host:port/database"),
        ("mysql://u:sesame@h/d", "mysql://…: is no store; expected a path or postgresql://user@host/database"),
    ],
)
def test_an_address_that_will_not_do_is_refused_and_its_secrets_are_not_repeated(address: str, said: str) -> None:
    with pytest.raises(StoreError) as refusal:
        open_store(address, Path())
    assert said in str(refusal.value)
    assert "ses" not in str(refusal.value)
    assert refusal.value.__cause__ is None
