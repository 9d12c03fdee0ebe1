"""Everyone at the door gets their turn: nobody is overtaken by whoever comes later, and the dead hold nothing."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from domain.errors import StoreError
from pipeline.store.turnstile import turn
from tests.conftest import ROOT

VISIT = """
import sys, time
from pathlib import Path
from pipeline.store.turnstile import turn
path, exclusive = Path(sys.argv[1]), sys.argv[2] == 'writer'
"""
STAY = (
    VISIT + "with turn(path, exclusive=exclusive, deadline=time.monotonic() + 60):\n print('in', flush=True)\n input()"
)
OFTEN = VISIT + (
    "print('ready', flush=True)\ninput()\n"
    "for _ in range(50):\n with turn(path, exclusive=exclusive, deadline=time.monotonic() + 60):\n  pass"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.duckdb"


def visit(path: Path, *, exclusive: bool, within_s: float = 60.0) -> AbstractContextManager[None]:
    return turn(path, exclusive=exclusive, deadline=time.monotonic() + within_s)


def somebody_waits(path: Path) -> bool:
    """Whether the turnstile is held."""
    with path.with_name(path.name + ".turn").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def until(true: Callable[[], bool]) -> None:
    while not true():
        os.sched_yield()


def starting(code: str, path: Path, who: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", code, str(path), who]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def said(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("exclusive", [False, True], ids=["reader", "writer"])
def test_whoever_waits_gets_in_before_the_one_who_left_gets_in_again(path: Path, *, exclusive: bool) -> None:
    order: list[str] = []

    def wait() -> None:
        with visit(path, exclusive=exclusive):
            order.append("waited")

    waiting = threading.Thread(target=wait)
    with visit(path, exclusive=True):
        waiting.start()
        until(lambda: somebody_waits(path))
        order.append("feeder")
    with visit(path, exclusive=True):
        order.append("feeder again")
    waiting.join()
    assert ["feeder", "waited", "feeder again"] == order


def test_readers_go_in_together(path: Path) -> None:
    with visit(path, exclusive=False), visit(path, exclusive=False, within_s=0):
        assert not somebody_waits(path)


def test_readers_that_come_later_do_not_overtake_a_writer(path: Path) -> None:
    order: list[str] = []

    def come(name: str, *, exclusive: bool) -> None:
        with visit(path, exclusive=exclusive):
            order.append(name)

    writer = threading.Thread(target=come, args=("writer",), kwargs={"exclusive": True})
    readers = [threading.Thread(target=come, args=("reader",), kwargs={"exclusive": False}) for _ in range(5)]
    with visit(path, exclusive=False):
        writer.start()
        until(lambda: somebody_waits(path))
        for one in readers:
            one.start()
    for one in (writer, *readers):
        one.join()
    assert ["writer", *5 * ["reader"]] == order


def test_nobody_starves_beside_one_who_comes_back_at_once(path: Path) -> None:
    others = [starting(OFTEN, path, who) for who in ("reader", "reader", "writer", "writer")]
    assert 4 * [b"ready"] == [said(one) for one in others]
    for one in others:
        assert one.stdin is not None
        one.stdin.write(b"\n")
        one.stdin.flush()
    while any(one.poll() is None for one in others):
        with visit(path, exclusive=True):
            pass
    for one in others:
        one.communicate()
    assert 4 * [0] == [one.returncode for one in others]


def test_one_who_is_killed_inside_or_waiting_holds_nothing(path: Path) -> None:
    with starting(STAY, path, "writer") as inside:
        assert b"in" == said(inside)
        with starting(STAY, path, "writer") as waiting:
            until(lambda: somebody_waits(path))
            waiting.kill()
        assert not somebody_waits(path)
        with starting(STAY, path, "reader") as next_one:
            until(lambda: somebody_waits(path))
            inside.kill()
            assert b"in" == said(next_one)
            next_one.kill()
    with visit(path, exclusive=True, within_s=0):
        pass


def test_one_who_stays_too_long_is_a_sentence_for_those_inside_the_queue_too(path: Path) -> None:
    with visit(path, exclusive=True), starting(STAY, path, "reader") as waiting:
        until(lambda: somebody_waits(path))
        with (
            pytest.raises(StoreError, match=r"s\.duckdb: .* kept the store for too long"),
            visit(path, exclusive=True, within_s=0),
        ):
            pytest.fail("the door opened")
        waiting.kill()
