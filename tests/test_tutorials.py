"""Each tutorial, word for word, in a throw-away copy of the repository; what it says is printed is printed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.workspace import init_workspace
from tests.conftest import ROOT
from tests.shown import Block, blocks

NOT_RUN = {"make serve": "serves until somebody ends it; tests/test_tutorial_clinician.py opens its pages"}
_COPIED = ("Makefile", "pyproject.toml", "requirements/run.txt", "docs/examples/clinicians.csv",
           "docs/examples/one-judge.yaml")  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As a clone is after its set-up."""
    if not (Path(sys.prefix) / "run.ready").exists():
        pytest.skip("this environment was not set up by make, so that make would set one up in the copy")
    root = tmp_path / "caveat"
    init_workspace(root)
    for name in _COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
        os.utime(root / name, (0, 0))  # long before the environment, which make therefore leaves as it is
    (root / ".venv").symlink_to(sys.prefix)
    return root


def steps(page: Path) -> Iterator[tuple[str, list[str]]]:
    """What is typed, block by block, with the lines that are to be seen then."""
    typed: Block | None = None
    seen: list[str] = []
    for block in blocks(page):
        if block.is_shell:
            if typed is not None:
                yield typed.text, seen
            typed, seen = block, []
        elif block.language == "text":
            seen += block.text.splitlines()
    if typed is not None:
        yield typed.text, seen


def type_in(clone: Path, texts: list[str]) -> list[str]:
    """Everything in one shell that ends at the first command that fails; gives what each block printed."""
    mark = "=== the next block ==="
    script = "set -eu\n" + "".join(f"echo '{mark}'\n{'' if text.strip() in NOT_RUN else text}" for text in texts)
    env = {"HOME": str(clone.parent), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash"],
        input=script,
        text=True,
        cwd=clone,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert 0 == done.returncode, done.stdout[-2000:]
    return done.stdout.split(mark)[1:]


@pytest.mark.parametrize("name", ["tutorial-ml-team", "tutorial-lead"])
def test_every_command_works_and_prints_what_the_tutorial_says(clone: Path, name: str) -> None:
    typed = list(steps(ROOT / f"docs/{name}.md"))
    printed = type_in(clone, [text for text, _ in typed])
    for (text, seen), output in zip(typed, printed, strict=True):
        flat, at = " ".join(output.split()), 0
        for line in seen:
            pattern = ".*?".join(map(re.escape, " ".join(line.split()).split("…")))
            found = re.compile(pattern).search(flat, at)
            assert found, f"after\n{text}\nexpected: {line}\nfound: {output[:1500]}"
            at = found.end()
