"""Nothing lost, nothing paid twice: a run killed with SIGKILL at random moments and resumed each time.

Every run must end with the store of an undisturbed one, and no call that the journal held at the moment of a kill may
reach the endpoint again. The same with a disk that is full, and with two processes on one folder.
"""

import argparse
import itertools
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks.endpoint import Served, served
from benchmarks.fulldisk import on_a_full_disk
from benchmarks.night import lay_out
from benchmarks.traces import Trace, calls_of, journal_of, repeated, trace_of
from domain.errors import CaveatError, RunHeldError
from pipeline.run import run_batch

_SCENARIOS, _IN_FLIGHT, _LATENCY_S = 200, 16, 0.1
_KILLS_A_RUN = 5
_PATIENCE_S = 120.0
_DISKS_KIB = (300, 400, 500, 600, 800, 1000, 1200, 2500)
"""Room that is left for a run that needs about 5 MiB."""
_CONFIG = "config/c.yaml"

_processes = multiprocessing.get_context("forkserver")


@dataclass
class _Bench:
    """What all trials share."""

    endpoint: Served
    folder: Path
    expected: Trace = field(default_factory=dict[str, list[str]])
    took_s: float = 0.0
    names: Iterator[int] = field(default_factory=itertools.count)

    def workspace(self, root: Path | None = None) -> Path:
        """Laid out, nothing run yet."""
        root = root or self.folder / str(next(self.names))
        lay_out(root, self.endpoint.url, _SCENARIOS, in_flight=_IN_FLIGHT, transport="direct")
        return root

    def problems(self, root: Path) -> list[str]:
        """In what a finished run differs from an undisturbed one."""
        try:
            found, twice = trace_of(root), repeated(root)
        except (AssertionError, CaveatError) as error:
            return [f"the store cannot be compared: {error}"]
        differing = [table for table, rows in self.expected.items() if rows != found[table]]
        return [f"{table}: another content" for table in differing] + [f"twice in the journal: {one}" for one in twice]


def main() -> int:
    """Kills, full disks, two at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    _processes.set_forkserver_preload(["pipeline.run", "aiohttp"])  # a kill should hit the run, not its imports
    chance = random.Random(given.seed)  # noqa: S311 (moments, not secrets)
    with served(_LATENCY_S, records=True) as endpoint, tempfile.TemporaryDirectory() as folder:
        bench = _Bench(endpoint, Path(folder))
        _undisturbed(bench)
        problems = _killed(bench, chance, given.kills)
        for kib in _DISKS_KIB:
            problems += _full(bench, kib)
        problems += _two_at_once(bench)
    for problem in problems:
        print(f"wrong: {problem}")
    print(f"{given.kills} kills, {len(_DISKS_KIB)} full disks, 1 pair of processes: {len(problems)} wrong (target 0)")
    return 1 if problems else 0


def _undisturbed(bench: _Bench) -> None:
    warm = _processes.Process(target=int)  # the first process waits for all imports
    warm.start()
    warm.join()
    root, started = bench.workspace(), time.monotonic()
    assert _end_of(_start(root)) == 0
    bench.took_s, bench.expected = time.monotonic() - started, trace_of(root)
    asked = bench.endpoint.calls()
    assert len(asked) == len(set(asked)), "the calls of a run must differ, or they cannot be told apart"
    assert sorted(calls_of(root)) == sorted(asked), "the benchmark does not know what Caveat sends"
    print(f"undisturbed: {len(asked)} calls in {bench.took_s:.1f} s", flush=True)


def _killed(bench: _Bench, chance: random.Random, n_kills: int) -> list[str]:
    """Run after run, each killed a few times and then left to its end."""
    problems: list[str] = []
    n_done = n_runs = n_again = 0
    while n_done < n_kills:
        root, first = bench.workspace(), len(bench.endpoint.calls())
        kept: set[str] = set()
        for _ in range(min(_KILLS_A_RUN, n_kills - n_done)):
            n_before = len(bench.endpoint.calls())
            if not _kill(_start(root), chance.uniform(0, bench.took_s)):
                break
            n_done += 1
            problems += _paid_twice(bench, kept, n_before)
            kept = set(calls_of(root))
        n_before = len(bench.endpoint.calls())
        code = _end_of(_start(root))
        problems += _paid_twice(bench, kept, n_before) + ([] if code == 0 else [f"a resumed run ended with {code}"])
        problems += bench.problems(root)
        n_runs += 1
        n_again += len(bench.endpoint.calls()) - first - len(set(calls_of(root)))
    print(
        f"{n_done} kills in {n_runs} runs; {n_again} calls were in flight and asked again; {len(problems)} wrong",
        flush=True,
    )
    return problems


def _paid_twice(bench: _Bench, kept: set[str], n_before: int) -> list[str]:
    again = kept.intersection(bench.endpoint.calls()[n_before:])
    return [f"{len(again)} calls that were in the journal were made again"] if again else []


def _full(bench: _Bench, kib: int) -> list[str]:
    """The disk fills up, the run ends by itself; with room again it goes on to the end."""
    with on_a_full_disk(bench.folder / f"disk-{kib}") as disk:
        root = bench.workspace(disk.root)
        disk.leave(kib)
        process = _start(root, disk.most_bytes)
        code = _end_of(process)
        kept, n_before = set(calls_of(root)) if journal_of(root).exists() else set[str](), len(bench.endpoint.calls())
        disk.leave(None)
        print(f"disk with {kib} KiB ({disk.kind}): ended with {code}, {len(kept)} calls in the journal", flush=True)
        wrong = [] if code not in (0, None) else [f"a run on a full disk ended with {code}"]
        resumed = _end_of(_start(root))
        wrong += [] if resumed == 0 else [f"a run resumed after a full disk ended with {resumed}"]
        return wrong + _paid_twice(bench, kept, n_before) + bench.problems(root)


def _two_at_once(bench: _Bench) -> list[str]:
    root = bench.workspace()
    process, held = _start(root), journal_of(root).with_name("run.lock")
    while not (held.exists() and held.read_text(encoding="ascii") == str(process.pid)):
        time.sleep(0.01)
    try:
        run_batch(root, root / _CONFIG)
        wrong = ["a second process worked on the same run"]
    except RunHeldError as refused:
        wrong = [] if f"process {process.pid} " in str(refused) else [f"does not say who holds the run: {refused}"]
        print(f"the second of two is told: {str(refused).partition(': ')[2]}")
    code = _end_of(process)
    return wrong + ([] if code == 0 else [f"the first of two ended with {code}"]) + bench.problems(root)


def _start(root: Path, most_bytes: int | None = None) -> BaseProcess:
    process = _processes.Process(target=_run, args=(root, most_bytes))
    process.start()
    return process


def _run(root: Path, most_bytes: int | None) -> None:
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        result = run_batch(root, root / _CONFIG)
    except Exception as error:  # noqa: BLE001 (what a command line would show: a sentence for these two, else a trace)
        foreseen = isinstance(error, CaveatError | OSError)
        print(f"{'a sentence' if foreseen else 'NO SENTENCE'}: {type(error).__name__}: {error}"[:200], flush=True)
        sys.exit(2 if foreseen else 1)
    sys.exit(0 if result.is_complete else 3)


def _kill(process: BaseProcess, after_s: float) -> bool:
    """Whether it still ran when its moment came."""
    process.join(after_s)
    process.kill()
    process.join()
    return process.exitcode != 0


def _end_of(process: BaseProcess) -> int | None:
    """Its exit code; None where it had to be killed."""
    process.join(_PATIENCE_S)
    code = process.exitcode
    process.kill()
    process.join()
    return code


if __name__ == "__main__":
    sys.exit(main())
