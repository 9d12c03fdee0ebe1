"""Approved texts into the files that runs read: after each approval, and again at every start of the workspace.

The store says what was approved before any file changes, so that a crash between the two leaves work to be done and
never a file that nobody approved.
"""

from collections.abc import Callable
from pathlib import Path

from pipeline.authoring.rubric_files import read_rubric_files, write_rubric_file
from pipeline.store.connection import Connection, Store
from pipeline.store.events import PEOPLE
from pipeline.store.rubric_versions import RubricVersion, fetch_unwritten_rubrics, record_rubric_written


def publish(root: Path, store: Store, at: str) -> None:
    """Write every approved text that its file does not hold yet.

    A file that somebody changed meanwhile is left alone, and so is one that cannot be written: the text stays marked as
    not written, and the pages say so.
    """
    with store.reading() as connection:
        rubrics = fetch_unwritten_rubrics(connection)
    for one in rubrics:
        _mark(store, at, one.seq, record_rubric_written, is_written=_write_rubric(root, one))


def _mark(store: Store, at: str, seq: int, record: Callable[[Connection, int, str], None], *, is_written: bool) -> None:
    if is_written:
        with store.writing(PEOPLE) as connection:
            record(connection, seq, at)


def _write_rubric(root: Path, one: RubricVersion) -> bool:
    there = read_rubric_files(root).by_id.get(one.rubric_id)
    stands = there.rubric.sha256 if there is not None else ""
    if stands not in (one.before_sha256, one.rubric_sha256):
        return False
    try:
        write_rubric_file(root, one.rubric())
    except OSError:
        return False
    return True
