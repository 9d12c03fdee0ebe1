"""Does memory grow with the run: peak resident memory of a whole run, small and ten times as large.

Candidate and judges are asked over loopback without latency, on the direct transport (the SDKs' is the same pipeline
with a constant more). Target: the peak at 100,000 calls is at most 1.3 times that at 10,000.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.caller import cost_of
from benchmarks.endpoint import served
from benchmarks.night import CALLS_A_SCENARIO, lay_out

_TARGET = 1.3
_IN_FLIGHT = 64
"""Calls, of candidate and judges together."""


def main() -> int:
    """Two runs, each in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000, help="calls")
    parser.add_argument("--large", type=int, default=100_000, help="calls")
    parser.add_argument("--transport", choices=["direct", "sdk"], default="direct")
    given = parser.parse_args()
    small, large = (_peak_mib(n_calls, given.transport) for n_calls in (given.small, given.large))
    ratio = large / small
    print(f"peak RSS at {given.large:,} calls against {given.small:,}: {ratio:.2f} x (target {_TARGET})")
    return 0 if ratio <= _TARGET else 1


def _peak_mib(n_calls: int, transport: str) -> float:
    with served(0.0) as endpoint, tempfile.TemporaryDirectory() as folder:
        n_scenarios = n_calls // CALLS_A_SCENARIO
        config = lay_out(Path(folder), endpoint.url, n_scenarios, in_flight=_IN_FLIGHT, transport=transport)
        cost = cost_of("caveat", config)
    assert n_scenarios * CALLS_A_SCENARIO == cost.calls
    print(f"{cost.calls:>8,} calls: {cost.peak_kib / 1024:.0f} MiB, {cost.cpu_s:.0f} s of CPU", flush=True)
    return cost.peak_kib / 1024


if __name__ == "__main__":
    sys.exit(main())
