"""Makes a benchmark's calls in a process of its own, and says what they cost that process: one JSON object.

`bare` is the yardstick, an aiohttp loop that writes the same bodies as JSON and reads the answers as JSON, and does
nothing else; `caveat` is a whole run.
"""

import argparse
import asyncio
import cProfile
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

TOP = 15


@dataclass(frozen=True)
class Cost:
    """What a caller's process used."""

    calls: int
    cpu_s: float
    wall_s: float
    """Of the work, without start-up: from the first line of the run to its last."""
    peak_kib: int


def cost_of(kind: str, target: Path | str, *options: object) -> Cost:
    """Call in a fresh process. `target` is a configuration for `caveat`, a base url for `bare`."""
    command = [sys.executable, "-m", "benchmarks.caller", kind, str(target), *map(str, options)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return Cost(**orjson.loads(said.splitlines()[-1]))


def main() -> None:
    """Call, and print the cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["bare", "caveat"])
    parser.add_argument("target")
    parser.add_argument("--calls", type=int, default=0)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    call: Callable[[], int] = (
        (lambda: _bare(given.target, given.calls, given.concurrency))
        if given.kind == "bare"
        else (lambda: _caveat(Path(given.target)))
    )
    profile = cProfile.Profile() if given.profile else None
    if profile is not None:
        _import_all()
    started = time.perf_counter()
    with profile or nullcontext():
        n_calls = call()
    wall_s = time.perf_counter() - started
    if profile is not None:
        stats = pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(TOP)
        stats.print_stats(r"/(domain|judges|pipeline)/", TOP)
        stats.sort_stats("cumulative").print_stats(r"/(domain|judges|pipeline)/", 2 * TOP)
    used = resource.getrusage(resource.RUSAGE_SELF)
    facts = {"calls": n_calls, "cpu_s": used.ru_utime + used.ru_stime, "wall_s": wall_s, "peak_kib": _peak_kib()}
    print(orjson.dumps(facts).decode())


def _import_all() -> None:
    """So that a profile shows the work, not the imports."""
    for name in ("openai.types.chat", "pipeline.run"):
        import_module(name)


def _caveat(config: Path) -> int:
    from pipeline.run import run_batch  # noqa: PLC0415 (the bare caller must not pay for it)

    result = run_batch(config.parent.parent, config)
    assert result.is_complete, "calls failed"
    return result.n_new_calls


def _bare(url: str, n_calls: int, concurrency: int) -> int:
    asyncio.run(_work_off(url + "/chat/completions", _bodies(), n_calls, concurrency))
    return n_calls


def _bodies() -> list[dict[str, Any]]:
    """A scenario's calls as Caveat would send them, rendered once: nothing is rendered while the clock runs."""
    from benchmarks.bodies import bodies_of  # noqa: PLC0415 (imports the judges)

    return bodies_of(0)


async def _work_off(url: str, bodies: list[dict[str, Any]], n_calls: int, concurrency: int) -> None:
    import aiohttp  # noqa: PLC0415 (the other caller's run decides itself what it imports)

    async def work(session: aiohttp.ClientSession, numbers: Iterator[int]) -> None:
        for number in numbers:
            async with session.post(url, json=bodies[number % len(bodies)]) as answer:
                said = await answer.json()
                assert said["choices"][0]["message"]["content"]

    numbers = iter(range(n_calls))
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(work(session, numbers))


def _peak_kib() -> int:
    """Peak resident memory of this process alone; `ru_maxrss` would carry over what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
