"""One night of the soak and the day after it: a run and its gate, each a process of its own, then ten clinicians at the
server that has been running since the first day.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.soak_reader import Reader
from tests.conftest import ROOT
from tests.flow import ENV
from tests.month import WHO, Month

_GATED_EVERY, _ANCHORS_EVERY, _COMPARED_EVERY, _BACKED_UP_EVERY = 4, 8, 10, 20
_TICKS_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Night:
    """What one night and the day after it took."""

    run_cpu_s: float
    """Of `caveat run`, its start included."""
    run_mib: float
    """Its peak."""
    gate_cpu_s: float | None
    """None: not gated."""
    page_cpu_ms: float
    """Of the server, for each request."""
    server_mib: float
    """Resident, at the end of the day."""
    store_mib: float
    n_pages: int
    n_read: int
    wall_s: float


@dataclass
class Soak:
    """The workspace, its server, and what clinicians were told had been kept."""

    month: Month
    readers: list[Reader]
    server: subprocess.Popen[Any]
    days_file: Path
    failed: list[str] = field(default_factory=list[str])

    @property
    def root(self) -> Path:
        """The workspace's folder."""
        return self.month.workspace.root

    def pass_a_night(self) -> Night:
        """Run and gate; then everybody reads until nothing waits."""
        self.month.night += 1
        began, name = time.perf_counter(), f"night-{self.month.night:03}"
        self.days_file.write_text(str(self.month.night), encoding="ascii")
        run_cpu_s = self.caveat("run", "config/night.yaml", "--run-id", name)
        run_mib = int(self.days_file.with_suffix(".peak").read_text(encoding="ascii")) / 1024
        gate_cpu_s = self._gate(name) if self.month.night % _GATED_EVERY == 1 else None
        before = _cpu_s(self.server.pid)
        n_pages, n_read = self._pass_a_day()
        page_cpu_ms = 1000 * (_cpu_s(self.server.pid) - before) / n_pages
        self._now_and_then(name)
        store_mib = (self.root / self.month.workspace.store).stat().st_size / 2**20
        return Night(
            run_cpu_s, run_mib, gate_cpu_s, page_cpu_ms, _resident_mib(self.server.pid), store_mib, n_pages, n_read,
            time.perf_counter() - began,
        )  # fmt: skip

    def caveat(self, *args: str) -> float:
        """A command in a process of its own; gives the CPU seconds that it took."""
        command = [sys.executable, "-m", "benchmarks.later", str(self.days_file), "-C", str(self.root), *args]
        with subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **ENV}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as one:
            assert one.stderr is not None
            said = one.stderr.read()
            _, status, used = os.wait4(one.pid, 0)
            one.returncode = os.waitstatus_to_exitcode(status)
        if one.returncode:
            self.failed.append(f"night {self.month.night}: caveat {' '.join(args)}: {one.returncode} {said.strip()}")
        return used.ru_utime + used.ru_stime

    def _gate(self, name: str) -> float:
        more: list[str] = []
        if self.month.night % _ANCHORS_EVERY == 1 and self.month.night > 1:
            on_anchors = name.replace("night", "anchors")
            self.caveat("run", "config/anchors.yaml", "--run-id", on_anchors, "--no-cache")
            more = ["--anchors", "spring", "--anchors-run", on_anchors]
        return self.caveat("gate", name, *more)

    def _pass_a_day(self) -> tuple[int, int]:
        """How many pages were asked for, and how many items read."""
        day = self.month.night
        here = self.readers[day % 2 :: 2]  # everybody works every other day
        with ThreadPoolExecutor(len(here)) as pool:
            done = list(pool.map(Reader.read_all, here, [day] * len(here)))
        return sum(pages for pages, _ in done), sum(read for _, read in done)

    def _now_and_then(self, name: str) -> None:
        number = self.month.night
        if number == 1:
            self.caveat("anchors", "freeze", "spring", "--run", name, *WHO)
            self.caveat("anchors", "export", "spring", "data/anchors")
        if number % _COMPARED_EVERY == 0:
            self.caveat("compare", name, "--json")
        if number % _BACKED_UP_EVERY == 0:
            self.caveat("store", "backup", str(self.root / f"{name}.duckdb"))


def _cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_S


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
