"""A Ray cluster of two nodes on loopback, as a program of its own: Ray's threads and exit handlers stay out of pytest.

Says its address, then obeys one word a line: `remove` kills the second node as a power cut would, `add` starts another.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",  # on loopback, and so that nothing is written to anybody's home
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "PYTHONPATH": str(ROOT),
}
_STORE_BYTES = 100 * 1024 * 1024
_NOTICES_A_DEAD_NODE = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 2000,
    "health_check_failure_threshold": 4,
}


@dataclass(frozen=True)
class Nodes:
    """The cluster, seen from outside."""

    process: "subprocess.Popen[str]"
    address: str

    def tell(self, word: str) -> None:
        """`remove` or `add`; returns when it is done."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        assert "done\n" == self.process.stdout.readline()

    def workers(self) -> list[int]:
        """Processes that hold one of our workers, wherever in the cluster."""
        return self.holding("Worker")

    def holding(self, actor: str) -> list[int]:
        """Processes that hold an actor of this class."""
        return [pid for pid in _descendants(self.process.pid) if _title(pid).startswith(f"ray::{actor}")]


@contextmanager
def two_nodes(**environment: str) -> Generator[Nodes]:
    """The cluster until the block ends; its nodes have this environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.nodes"], cwd=ROOT, env={**os.environ, **ENVIRONMENT, **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield Nodes(process, process.stdout.readline().strip())
    finally:
        process.communicate()


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []
    return children + [further for child in children for further in _descendants(child)]


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""


def main() -> None:
    """Until standard input ends."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415 (2 CPU seconds; only this program needs it)

    head = {"num_cpus": 1, "object_store_memory": _STORE_BYTES, "include_dashboard": False}
    cluster: Any = Cluster(initialize_head=True, head_node_args={**head, "_system_config": _NOTICES_A_DEAD_NODE})
    second = cluster.add_node(num_cpus=1, object_store_memory=_STORE_BYTES)
    os.write(1, f"{cluster.address}\n".encode())
    for line in sys.stdin:
        if line.strip() == "remove":
            cluster.remove_node(second, allow_graceful=False)
        else:
            second = cluster.add_node(num_cpus=1, object_store_memory=_STORE_BYTES)
        os.write(1, b"done\n")
    cluster.shutdown()


if __name__ == "__main__":
    main()
