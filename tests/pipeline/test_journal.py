"""The journal: append-only, held by one process, never read past what is whole."""

import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InputError, RunHeldError
from pipeline.journal import Entry, Journal, read_entries
from tests.conftest import ROOT

ENTRIES: list[Entry] = [{"kind": "scenario", "n": n, "text": "ä\n" * n} for n in range(6)]
HOLD = """
import sys
from pathlib import Path
from pipeline.journal import Journal
with Journal(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def written(folder: Path) -> bytes:
    with Journal(folder) as journal:
        for entry in ENTRIES:
            journal.append(entry)
    return journal.path.read_bytes()


def read(path: Path, offset: int = 0, most_bytes: int | None = None) -> list[Entry]:
    return [entry for entry, _ in read_entries(path, offset, most_bytes)]


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    written(tmp_path)
    assert ENTRIES == read(tmp_path / "journal.jsonl")


def test_every_offset_leads_to_the_rest(tmp_path: Path) -> None:
    written(tmp_path)
    path = tmp_path / "journal.jsonl"
    rests = [read(path, offset) for _, offset in read_entries(path)]
    assert [ENTRIES[n:] for n in range(1, 7)] == rests


def test_reading_stops_after_so_many_bytes_but_never_before_one_entry(tmp_path: Path) -> None:
    content = written(tmp_path)
    path = tmp_path / "journal.jsonl"
    assert ENTRIES[:1] == read(path, 0, 1)
    assert ENTRIES == read(path, 0, len(content))


def test_a_journal_that_is_not_there_has_no_entries(tmp_path: Path) -> None:
    assert [] == read(tmp_path / "journal.jsonl")


def test_a_torn_last_line_is_left_for_later_by_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"kind":"item"}\n{"kind":"run"}')
    assert [{"kind": "item"}] == read(path)


@pytest.mark.parametrize("torn", [b'{"kind":', b"\0" * 100_000, b"{}"], ids=["half", "zeros", "whole-but-for-the-end"])
def test_a_torn_last_line_is_cut_off_before_more_is_written(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "journal.jsonl").write_bytes(written(tmp_path) + torn)
    with Journal(tmp_path) as journal:
        journal.append({"kind": "item"})
    assert [*ENTRIES, {"kind": "item"}] == read(journal.path)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_a_journal_cut_anywhere_loses_at_most_the_torn_line(data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        content = written(Path(name))
        cut = data.draw(st.integers(0, len(content)))
        path = Path(name) / "journal.jsonl"
        path.write_bytes(content[:cut])
        n_whole = content[:cut].count(b"\n")
        assert ENTRIES[:n_whole] == read(path)
        with Journal(Path(name)) as journal:
            journal.append({"kind": "item"})
        assert [*ENTRIES[:n_whole], {"kind": "item"}] == read(path)


@pytest.mark.parametrize("damage", [b"{oops}", b"\xff\xff", b"", b"123", b"[]", b"{}", b'{"kind": 1}'])
def test_damage_in_the_middle_names_the_byte(tmp_path: Path, damage: bytes) -> None:
    first = orjson.dumps({"kind": "item"}) + b"\n"
    path = tmp_path / "journal.jsonl"
    path.write_bytes(first + damage + b"\n" + first)
    with pytest.raises(InputError, match=rf"journal\.jsonl: is damaged at byte {len(first)}; the run cannot"):
        read(path)


def test_a_second_process_is_refused_and_told_who_holds_the_run(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert b"held\n" == holder.stdout.readline()
        with pytest.raises(RunHeldError, match=rf"process {holder.pid} is working on this run"):
            Journal(tmp_path)
        holder.kill()
    written(tmp_path)  # the kernel lets go of a dead process's lock
    assert ENTRIES == read(tmp_path / "journal.jsonl")


def test_an_entry_that_found_no_room_leaves_nothing_of_itself_in_front_of_the_next(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(tmp_path) as journal:
        journal.append({"kind": "first"})
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                journal.append({"kind": "second", "text": "x" * 200})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        journal.append({"kind": "third"})
        assert ["first", "third"] == [entry["kind"] for entry, _ in read_entries(journal.path)]
