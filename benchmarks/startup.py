"""What it costs to say something: CPU of `caveat --help` and of `caveat queue` on the demonstration's store.

Targets: 0.5 s and 1.0 s of CPU (user and system), the middle one of five. A run must import only the SDKs that its
configuration names; the demonstration names none.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.workspace import init_workspace
from tests.conftest import ROOT
from tests.flow import MAIN

_TARGETS = {"--help": 0.5, "queue": 1.0}
_TRIALS = 5
_SDKS = ("openai", "anthropic", "litellm", "ray")
_RUN = f"""
import sys
from pathlib import Path
from pipeline.run import run_batch
run_batch(Path(sys.argv[1]), Path(sys.argv[1]) / "config/demo.yaml")
print(*[name for name in {_SDKS!r} if name in sys.modules])
"""


def main() -> int:
    """A demonstration, then each command a few times."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        init_workspace(demo)
        # compiled modules as an installed package has them, whatever this process's own environment says
        environ = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        imported = _output(["-c", _RUN, str(demo)], environ).split()
        found = {name: _cpu_s(["-c", MAIN, "-C", str(demo), name], environ) for name in _TARGETS}
    print(f"SDKs that the demonstration's run imported: {', '.join(imported) or 'none'}")
    said = ", ".join(f"{name} {cpu_s:.2f} s (target {_TARGETS[name]:.1f})" for name, cpu_s in found.items())
    print(f"CPU from start to end: {said}")
    return 1 if imported or any(cpu_s > _TARGETS[name] for name, cpu_s in found.items()) else 0


def _cpu_s(arguments: list[str], environ: dict[str, str]) -> float:
    _output(arguments, environ)  # compiles
    return statistics.median(_once(arguments, environ) for _ in range(_TRIALS))


def _once(arguments: list[str], environ: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _output(arguments, environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _output(arguments: list[str], environ: dict[str, str]) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
