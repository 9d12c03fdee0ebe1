"""What the page about Python shows, and what it says beside it."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.workspace import init_workspace
from tests.conftest import ROOT

PAGE = ROOT / "docs/how-to-python.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def clinicians_csv(folder: Path) -> None:
    """The authored labels as a table, in the place of clinicians'."""
    init_workspace(folder / "elsewhere")
    columns = ["scenario_id", "candidate_id", "criterion_id", "reviewer_id", "verdict"]
    with (folder / "clinicians.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, extrasaction="ignore")
        table.writeheader()
        for one in sorted((folder / "elsewhere/data/labels").glob("*.jsonl")):
            labels = [orjson.loads(line) for line in one.read_bytes().splitlines()]
            table.writerows({**label, "reviewer_id": "gp-1"} for label in labels)


def test_a_night_takes_ten_lines() -> None:
    assert 10 >= len([line for line in BLOCKS[0].splitlines() if line.strip()])


def test_what_is_shown_is_right_by_its_types(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("\n".join(BLOCKS), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, str(script)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "0 errors, 0 warnings, 0 informations") == (checked.returncode, checked.stdout.strip()), checked.stdout


def test_everything_shown_runs_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clinicians_csv(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), shown)  # noqa: S102 (our own page)
    assert 150 == len(shown["responses"]) == len(shown["waiting"]) + sum(shown["responses"].lane.isna())
    assert {"sensitivity", "kappa"} < set(shown["figures"].rate)
    assert [] == shown["problems"]
    assert ("passed", 0) == (shown["gate"].outcome, shown["gate"].exit_code)
    assert shown["refused"].keys() >= {"ES-1", "SN-1"}
    assert (tmp_path / "found.svg").read_text("utf-8").startswith("<svg")
    assert (tmp_path / "ward/evidence.zip").is_file()
    said = capsys.readouterr().out
    for expected in ("Nothing is sent.", "PROVISIONAL", "against 2,961 labels", "600 minutes on run demo", "many' 2"):
        assert expected in said
