"""A run on a Ray cluster of two nodes on loopback: what a call costs there, and what a lost node costs.

CPU (user and system, of driver and workers; the endpoint is apart) over the middle of a run, so that start-up drops
out, and so the calls a second that two cores are good for. Targets: 800 a second, half of what bare async actors
without prompts, checks and journal were good for in a trial; after a node is killed, no more calls made again than one
worker may have in flight, and those whose report was on its way. Exits 1 where either is missed.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.endpoint import Served, served
from benchmarks.night import CALLS_A_SCENARIO, lay_out
from pipeline.journal import read_entries
from tests.cluster.nodes import ENVIRONMENT, Nodes, two_nodes

_TARGET_RATE = 800
_IN_FLIGHT = 256
_BUSY, _LOSS = (2500, 0.2), (1000, 1.0)
"""Scenarios, and seconds a call: as fast as the machine is, and with some of it left, as a night has it."""
_ON_THE_WAY_S = 0.05
"""How long a report may take from a worker to the driver on a machine whose CPU is used up; else some milliseconds."""
_MOST_AGAIN = _IN_FLIGHT // 2 + int(_ON_THE_WAY_S * _IN_FLIGHT / 2 / _LOSS[1])
_MAIN = "from pipeline.cli import main; main()"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Moment:
    """How far a run is, and what it has used."""

    n_calls: int
    cpu_s: float
    at: float


def main() -> int:
    """One run undisturbed, one that loses a node."""
    with two_nodes() as nodes:
        cpu_ms, rate = _undisturbed(nodes)
        n_again = _lost_node(nodes)
    good_for = 2000 / cpu_ms
    print(f"{rate:.0f} calls/s on this machine as it is now; {cpu_ms:.2f} ms CPU a call")
    print(f"node killed: {n_again} calls made again (at most {_MOST_AGAIN})")
    print(f"two cores are good for {good_for:.0f} calls/s (target {_TARGET_RATE})")
    return 0 if good_for >= _TARGET_RATE and n_again <= _MOST_AGAIN else 1


def _undisturbed(nodes: Nodes) -> tuple[float, float]:
    """CPU milliseconds a call, and calls a second."""
    n_scenarios, latency_s = _BUSY
    with served(latency_s) as endpoint, tempfile.TemporaryDirectory() as folder:
        running = _start(Path(folder), endpoint, nodes, n_scenarios)
        n_all = n_scenarios * CALLS_A_SCENARIO
        first = _wait(endpoint, nodes, running, n_all // 4)
        last = _wait(endpoint, nodes, running, 3 * n_all // 4)
        _end(running)
    n_calls = last.n_calls - first.n_calls
    return (last.cpu_s - first.cpu_s) * 1000 / n_calls, n_calls / (last.at - first.at)


def _lost_node(nodes: Nodes) -> int:
    """Calls that were made again."""
    n_scenarios, latency_s = _LOSS
    with served(latency_s) as endpoint, tempfile.TemporaryDirectory() as folder:
        running = _start(Path(folder), endpoint, nodes, n_scenarios)
        _wait(endpoint, nodes, running, n_scenarios * CALLS_A_SCENARIO // 2)
        nodes.tell("remove")
        _end(running)
        journal = Path(folder) / "data/runs/c/journal.jsonl"
        n_kept = sum(1 for entry, _ in read_entries(journal) if entry.get("call"))
        assert n_kept == n_scenarios * CALLS_A_SCENARIO, "calls are missing, or there twice"
        return endpoint.stats()["calls"] - n_kept


def _start(root: Path, endpoint: Served, nodes: Nodes, n_scenarios: int) -> "subprocess.Popen[bytes]":
    config = lay_out(root, endpoint.url, n_scenarios, in_flight=_IN_FLIGHT, transport="direct")
    command = [sys.executable, "-c", _MAIN, "-C", str(root), "run", str(config), "--json"]
    return subprocess.Popen(
        [*command, "--engine", "ray", "--ray-address", nodes.address],
        env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _wait(endpoint: Served, nodes: Nodes, running: "subprocess.Popen[bytes]", n_calls: int) -> Moment:
    """Until so many calls were made."""
    while (n := endpoint.stats()["calls"]) < n_calls:
        assert running.poll() is None, "the run ended too soon"
        time.sleep(0.02)
    return Moment(n, sum(_cpu_s(pid) for pid in (running.pid, *nodes.workers())), time.monotonic())


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _end(running: "subprocess.Popen[bytes]") -> None:
    said, _ = running.communicate()
    assert orjson.loads(said)["complete"], said.decode()


if __name__ == "__main__":
    sys.exit(main())
