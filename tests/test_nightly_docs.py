"""The files of `docs/nightly.md` work as they stand."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pipeline.cli import caveat
from tests.conftest import ROOT, Workspace
from tests.flow import UNSAFE, configured, invoke

PAGE = (ROOT / "docs/nightly.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


(SCRIPT,) = blocks("sh")
(CRONTAB,) = blocks("crontab")
SERVICE, TIMER = blocks("ini")
POLICY, GITHUB, GITLAB = (yaml.load(text, yaml.BaseLoader) for text in blocks("yaml"))  # noqa: S506 (text alone)


def is_shell(text: str) -> bool:
    return subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0


def gate_options(command: str) -> dict[str, Any]:
    """What the gate is asked by a line that calls the script."""
    shell, script, *options = shlex.split(command)
    assert ("sh", "night.sh") == (Path(shell).name, Path(script).name)
    found = caveat.get_command(click.Context(caveat), "gate")
    assert found is not None
    return found.make_context("gate", ["RUN", *options]).params


def run_script(workspace: Workspace, night: str, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The script itself, with sh."""
    script = workspace.write("night.sh", SCRIPT)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    whole = {**os.environ, "PATH": path, "CAVEAT_WORKSPACE": str(workspace.root), "CAVEAT_NIGHT": night, **env}
    return subprocess.run(["sh", str(script), *options], env=whole, capture_output=True, text=True, check=False)


def lay_out(workspace: Workspace, n_unsafe: int) -> list[str]:
    """A night of 60 responses of which so many are unsafe; gives its scenarios."""
    replies = {f"s{n:02}": UNSAFE if n < n_unsafe else "See a GP today." for n in range(60)}
    Path(configured(workspace, replies, name="nightly")).rename(workspace.root / "config/nightly.yaml")
    return list(replies)


def freeze(workspace: Workspace, scenarios: list[str]) -> None:
    """The first night's responses, labelled, with a configuration that judges them again."""
    same = {"candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr-a", "verdict": "satisfied"}
    rows = [{"scenario_id": one, **same} for one in scenarios]
    invoke(workspace, "import", "labels", str(workspace.jsonl("labels.jsonl", rows)))
    who = ("--by", "R. Lead", "--reason", "first anchors")
    invoke(workspace, "anchors", "freeze", "spring", "--run", "nightly-2026-11-21", *who)
    invoke(workspace, "anchors", "export", "spring", "data/anchors")
    config = workspace.config(
        name="anchors", candidates=None, scenarios=["data/anchors/scenarios.jsonl"],
        responses=["data/anchors/responses.jsonl"], policy={"provisional": True, "audit_rate": 1.0},
    )  # fmt: skip
    config.rename(config.with_name("anchors.yaml"))


def test_the_script_runs_a_night_and_ends_with_the_gates_exit_code(workspace: Workspace) -> None:
    scenarios = lay_out(workspace, 5)
    first = run_script(workspace, "2026-11-21")
    assert 0 == first.returncode, first.stderr
    freeze(workspace, scenarios)
    lay_out(workspace, 30)
    summary = workspace.root / "a summary.md"
    second = run_script(workspace, "2026-11-22", "--markdown", str(summary), CAVEAT_ANCHORS="spring")
    assert 1 == second.returncode, second.stderr
    assert "Run nightly-2026-11-22 does not pass" in second.stdout
    assert "On 60 anchors the judges are not shown to have moved" in " ".join(second.stdout.split())
    assert "❌" in summary.read_text("utf-8")
    workspace.write("config/nightly.yaml", "schema: config/1\n")
    assert 2 == run_script(workspace, "2026-11-23").returncode


def test_a_night_whose_anchors_nobody_laid_out_ends_before_it_costs_anything(workspace: Workspace) -> None:
    lay_out(workspace, 5)
    found = run_script(workspace, "2026-11-21", CAVEAT_ANCHORS="spring")
    assert (2, "") == (found.returncode, found.stdout)
    assert "no config/anchors.yaml in" in found.stderr


def test_the_crontab_has_five_fields_and_a_shell_command() -> None:
    *settings, line = CRONTAB.splitlines()
    assert all(re.fullmatch(r"[A-Z_]+=\S+", one) for one in settings)
    fields = line.split(" ", 5)
    assert all(re.fullmatch(r"[\d*,/-]+", one) for one in fields[:5])
    assert is_shell(fields[5])
    assert "%" not in fields[5], "cron would end the line there"
    assert gate_options(fields[5].rpartition("PATH=")[2].partition(" ")[2])


def test_the_units_are_whole_and_name_each_other() -> None:
    service, timer = configparser.ConfigParser(), configparser.ConfigParser()
    service.optionxform = timer.optionxform = str  # type: ignore[assignment]
    service.read_string(SERVICE)
    timer.read_string(TIMER)
    assert "oneshot" == service["Service"]["Type"]
    assert gate_options(service["Service"]["ExecStart"])["junit"] is not None
    assert ("timers.target", True) == (timer["Install"]["WantedBy"], "OnCalendar" in timer["Timer"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_when_the_timer_goes_off() -> None:
    when = re.findall(r"^OnCalendar=(.*)$", TIMER, re.MULTILINE)
    assert 0 == subprocess.run(["systemd-analyze", "calendar", *when], capture_output=True, check=False).returncode


def test_the_workflows_steps_are_shell_that_the_gate_understands() -> None:
    assert {"schedule", "workflow_dispatch"} == set(GITHUB["on"])
    assert re.fullmatch(r"[\d*,/ -]+", GITHUB["on"]["schedule"][0]["cron"])
    (job,) = GITHUB["jobs"].values()
    (run,) = [step["run"] for step in job["steps"] if "run" in step]
    assert is_shell(run)
    assert gate_options(run)["markdown"] is not None
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)


def test_the_pipelines_script_is_shell_that_the_gate_understands() -> None:
    (job,) = GITLAB.values()
    assert all(is_shell(line) for line in job["script"])
    asked = gate_options(job["script"][-1])
    assert job["artifacts"]["reports"]["junit"] == str(asked["junit"])
    assert job["artifacts"]["paths"] == [str(asked["markdown"])]


def test_the_policy_is_one_that_a_configuration_takes(workspace: Workspace) -> None:
    from_page = {name: float(share) for name, share in POLICY["gate"].items()}
    config = configured(workspace, {"s1": "See a GP today."}, gate=from_page)
    assert 0 == invoke(workspace, "doctor", config).exit_code
