"""Commands that are killed on their way, each time a little later: what a power cut or the kernel does to them."""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["pipeline.run", "pipeline.commands.report_", "pipeline.commands.store_"])


def killed_along(root: Path, *args: str, n_kills: int, env: Mapping[str, str] = os.environ) -> Iterator[bool]:
    """After each kill, whether the command had been at work still; the moments are spread over its whole time.

    What the caller does between two kills puts things back as they were.
    """
    warm = _processes.Process(target=int)  # the first process waits for all imports
    warm.start()
    warm.join()
    began = time.monotonic()
    process = _started(root, args, env)
    process.join()
    took_s = time.monotonic() - began
    assert process.exitcode == 0, f"undisturbed, it ended with {process.exitcode}"
    for number in range(n_kills):
        yield _killed(_started(root, args, env), took_s * (number + 0.5) / n_kills)


def _started(root: Path, args: tuple[str, ...], env: Mapping[str, str]) -> BaseProcess:
    process = _processes.Process(target=_command, args=(root, args, dict(env)))
    process.start()
    return process


def _killed(process: BaseProcess, after_s: float) -> bool:
    process.join(after_s)
    process.kill()
    process.join()
    return process.exitcode != 0


def _command(root: Path, args: tuple[str, ...], env: dict[str, str]) -> None:
    from pipeline.cli import main  # noqa: PLC0415 (in the child alone)

    os.environ.update(env)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    sys.argv = ["caveat", "-C", str(root), *args]
    main()
