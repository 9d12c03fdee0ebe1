"""The store at size: a million verdicts fed from a journal, and pages read beside it: the queue's, and some items'.

Feeding goes on without a pause, which is harder on readers than any run. Targets: the last 100,000 verdicts take at
most 1.5 times as long as the first, the door is never held above 0.5 s, and 95 % of the reads take at most 150 ms.
`--store postgres` measures a PostgreSQL server of its own, with its usual durability.
"""

import argparse
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks.million import VERDICTS_AN_ITEM, lines_of, run_line, specimen
from pipeline.journal import NAME, Entry
from pipeline.store.address import open_store
from pipeline.store.connection import Connection, Store
from pipeline.store.ingest import ingest
from pipeline.store.queue import count_queue, fetch_queue
from pipeline.store.results import fetch_items
from tests.postgres import cluster, find_programs

_GROWTH_TARGET, _HELD_TARGET_S, _READ_TARGET_S = 1.5, 0.5, 0.15
_PART = 100_000
_ITEMS_A_PART = -(-_PART // VERDICTS_AN_ITEM)
_READ_EVERY_S = 0.1
_RUN_ID = "million"


def _queue_page(connection: Connection) -> None:
    count_queue(connection)
    fetch_queue(connection, limit=20)


def _items_page(connection: Connection) -> None:
    fetch_items(connection, _RUN_ID, limit=5)


_PAGES = (_queue_page, _items_page)


class _TimedStore:
    """Notes how long each writing visit took from the open door on: work, commit, closing."""

    def __init__(self, store: Store) -> None:
        self.address, self.exists, self.check_rights = store.address, store.exists, store.check_rights
        self.reading, self._writing = store.reading, store.writing
        self.held_s: list[float] = []

    @contextmanager
    def writing(self, turn: str = "any") -> Generator[Connection]:
        with self._writing(turn) as connection:
            started = time.perf_counter()
            yield connection
        self.held_s.append(time.perf_counter() - started)


def main() -> int:
    """Feed, or (in a process of its own) read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verdicts", type=int, default=1_000_000)
    parser.add_argument("--store", choices=["duckdb", "postgres"], default="duckdb")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    given = parser.parse_args()
    return _read(given.read) if given.read else _measure(given.store, max(1, given.verdicts // _PART))


@contextmanager
def _address(kind: str, root: Path) -> Generator[str]:
    """Of an empty store."""
    if kind == "duckdb":
        yield str(root / "million.duckdb")
        return
    if (programs := find_programs()) is None:
        sys.exit("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with cluster(programs, durable=True) as server:
        yield server.database()


def _measure(kind: str, n_parts: int) -> int:
    with tempfile.TemporaryDirectory() as folder, _address(kind, Path(folder)) as address:
        root = Path(folder)
        entries = specimen(root)
        store = _TimedStore(open_store(address, root))
        run = root / "data/runs" / _RUN_ID
        run.mkdir()
        (run / NAME).write_bytes(run_line(entries))
        reads: list[float] = []
        parts = [_feed(store, address, run, entries, number, reads) for number in range(n_parts)]
        idle_s = _visit(store, parts)
    return _say(parts, max(store.held_s) + idle_s, reads)


def _feed(store: _TimedStore, address: str, run: Path, entries: list[Entry], number: int, reads: list[float]) -> float:
    """Seconds for one part; the reads that were made beside it are added."""
    with (run / NAME).open("ab") as journal:
        for item in range(number * _ITEMS_A_PART, (number + 1) * _ITEMS_A_PART):
            journal.writelines(lines_of(entries, item))
    with _reading(address, reads):
        started, cpu_s = time.perf_counter(), time.process_time()
        ingest(store, run)
        took_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu_s
    print(f"{_PART:,} more: {took_s:.1f} s, {cpu_s:.1f} s of CPU, held {max(store.held_s):.2f} s at most", flush=True)
    return took_s


def _visit(store: Store, parts: list[float]) -> float:
    """Seconds that opening and closing the door alone takes at this size."""
    with store.reading() as connection:
        (n_verdicts,) = connection.execute("SELECT count(*) FROM verdict").fetchall()[0]
    started = time.perf_counter()
    with store.writing():
        pass
    took_s = time.perf_counter() - started
    assert n_verdicts == len(parts) * _ITEMS_A_PART * VERDICTS_AN_ITEM
    print(f"{n_verdicts:,} verdicts; a visit without work: {1000 * took_s:.0f} ms")
    return took_s


@contextmanager
def _reading(address: str, reads: list[float]) -> Generator[None]:
    """A process that reads the queue's page until the block ends."""
    command = [sys.executable, "-m", "benchmarks.store", "--read", address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it has imported all it needs
        yield
        said, _ = process.communicate(b"\n")
    assert process.returncode == 0
    reads += orjson.loads(said)


def _read(address: str) -> int:
    """A page now and then, until something comes in."""
    store = open_store(address, Path())
    took: list[float] = []
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], _READ_EVERY_S)[0]:
        if store.exists():
            started = time.perf_counter()
            with store.reading() as connection:
                _PAGES[len(took) % len(_PAGES)](connection)
            took.append(time.perf_counter() - started)
    print(orjson.dumps(took).decode())
    return 0


def _say(parts: list[float], held_s: float, reads: list[float]) -> int:
    growth, p95_s = parts[-1] / parts[0], statistics.quantiles(reads, n=20)[-1]
    median_ms, longest_ms = 1000 * statistics.median(reads), 1000 * max(reads)
    print(f"{len(reads)} reads beside it: median {median_ms:.0f} ms, longest {longest_ms:.0f} ms")
    print(
        f"last {_PART:,} against the first: {growth:.2f} x (target {_GROWTH_TARGET}); door held {held_s:.2f} s at most "
        f"(target {_HELD_TARGET_S}); reads p95 {1000 * p95_s:.0f} ms (target {1000 * _READ_TARGET_S:.0f})"
    )
    return 0 if growth <= _GROWTH_TARGET and held_s <= _HELD_TARGET_S and p95_s <= _READ_TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
