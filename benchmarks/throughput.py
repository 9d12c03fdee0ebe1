"""What a call costs the caller: a whole run against a bare aiohttp loop that makes the same calls.

CPU (user and system, of the caller's process alone) per call, between a small and a larger run so that start-up drops
out. Targets, at the yardstick's latency of 0.2 s: at most 9 times the bare loop's through the SDKs, 4 times on the
fastest path. At 1 s, where calls are few and what goes by the clock weighs more, the ratio is shown and has no target;
with 256 in flight the wall has one: at most 1.10 times calls × latency ÷ concurrency.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.caller import Cost, cost_of
from benchmarks.endpoint import served
from benchmarks.night import CALLS_A_SCENARIO, lay_out
from domain.model import Endpoint

_SMALL, _LARGE, _NIGHT = 250, 1500, 3000
"""Scenarios; the last where the wall counts, which start-up is part of."""
_TARGETS = {"sdk": 9.0, "direct": 4.0}
_TARGET_LATENCY_S = 0.2
_WALL_TARGET = 1.10
_PATHS: dict[str, dict[str, object]] = {"sdk": {}, "direct": {"transport": "direct"}}


@dataclass(frozen=True)
class Setting:
    """How many calls are in flight, and how long each takes."""

    concurrency: int
    latency_s: float


_WALL_SETTING = Setting(256, 1.0)
_SETTINGS = [Setting(n, s) for n in (64, 256) for s in (_TARGET_LATENCY_S, 1.0)]


@dataclass(frozen=True)
class Figure:
    """One path in one setting."""

    cpu_ms: float
    """A call."""
    wall_ratio: float
    """Of the whole larger run, start-up included, to calls × latency ÷ concurrency."""


def main() -> int:
    """Every setting, every path."""
    given = _given()
    paths = [one for one in _PATHS if one == "sdk" or "transport" in Endpoint.model_fields]
    if "direct" not in paths:
        print("direct: not there yet")
    misses: list[str] = []
    worst: dict[str, float] = {}
    for setting in given.settings:
        bare = _figure("bare", setting)
        _show("bare", setting, bare, 1.0)
        for path in paths:
            figure = _figure(path, setting)
            ratio = figure.cpu_ms / bare.cpu_ms
            if setting.latency_s == _TARGET_LATENCY_S:
                worst[path] = max(worst.get(path, 0.0), ratio)
            misses += _misses(path, setting, figure, ratio)
            _show(path, setting, figure, ratio)
    if given.profile:
        _profile(paths[-1] if given.profile == "fastest" else given.profile)
    for miss in misses:
        print(f"missed: {miss}")
    said = ", ".join(f"{path} {ratio:.1f} x (target {_TARGETS[path]:.0f})" for path, ratio in worst.items())
    against = f"CPU per call against a bare aiohttp loop at {_TARGET_LATENCY_S} s"
    print(f"{against}, worst setting: {said or 'none was asked for'}")
    return 1 if misses else 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one setting, as CONCURRENCYxLATENCY: 64x0.2")
    parser.add_argument("--profile", choices=["sdk", "direct", "fastest"], help="profile that path at 64x0.2 as well")
    given = parser.parse_args()
    n, _, latency_s = (given.only or "x").partition("x")
    given.settings = [Setting(int(n), float(latency_s))] if given.only else _SETTINGS
    return given


def _figure(path: str, setting: Setting) -> Figure:
    small, large = (_cost(path, setting, n) for n in (_SMALL, _NIGHT if setting == _WALL_SETTING else _LARGE))
    cpu_ms = 1000 * (large.cpu_s - small.cpu_s) / (large.calls - small.calls)
    return Figure(cpu_ms, large.wall_s / (large.calls * setting.latency_s / setting.concurrency))


def _cost(path: str, setting: Setting, n_scenarios: int, *options: str) -> Cost:
    n_calls = CALLS_A_SCENARIO * n_scenarios
    with served(setting.latency_s) as endpoint, tempfile.TemporaryDirectory() as folder:
        if path == "bare":
            cost = cost_of("bare", endpoint.url, "--calls", n_calls, "--concurrency", setting.concurrency)
        else:
            config = lay_out(Path(folder), endpoint.url, n_scenarios, in_flight=setting.concurrency, **_PATHS[path])
            cost = cost_of("caveat", config, *options)
        stats = endpoint.stats()
    assert (n_calls, n_calls) == (cost.calls, stats["calls"]), stats
    assert stats["peak"] <= setting.concurrency, stats
    return cost


def _misses(path: str, setting: Setting, figure: Figure, ratio: float) -> list[str]:
    is_beyond = setting.latency_s == _TARGET_LATENCY_S and ratio > _TARGETS[path]
    found = [f"{path} at {setting}: CPU {ratio:.1f} x"] if is_beyond else []
    if setting == _WALL_SETTING and figure.wall_ratio > _WALL_TARGET:
        found.append(f"{path} at {setting}: wall {figure.wall_ratio:.2f} x calls × latency ÷ concurrency")
    return found


def _show(path: str, setting: Setting, figure: Figure, ratio: float) -> None:
    print(
        f"{setting.concurrency:>4} in flight, {setting.latency_s:.1f} s: {path:<7} {figure.cpu_ms:6.2f} ms of CPU a "
        f"call ({ratio:4.1f} x bare), wall {figure.wall_ratio:.2f} x ideal",
        flush=True,
    )


def _profile(path: str) -> None:
    cost = _cost(path, Setting(64, 0.2), _LARGE, "--profile")
    print(f"profiled ({path}): {1000 * cost.cpu_s / cost.calls:.2f} ms a call, profiler and start-up included")


if __name__ == "__main__":
    sys.exit(main())
