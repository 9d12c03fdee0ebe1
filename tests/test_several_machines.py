"""One PostgreSQL store for several machines: two that feed it, and one that only reads."""

import subprocess
import sys
from pathlib import Path

import orjson

from tests.conftest import ROOT, Workspace
from tests.flow import MAIN, UNSAFE, authored, facts, invoke, start


def test_two_runs_fed_by_two_processes_at_once_both_end_in_the_store(
    address: str, tmp_path: Path, workspace: Workspace
) -> None:
    """They share their scenarios and rubric, as nights of two candidates would."""
    replies = {f"s{n}": UNSAFE if n % 2 else "See a GP." for n in range(40)}
    workspace.store = address
    config = authored(workspace, replies)
    running = [start(workspace, "run", config, "--run-id", one, "--json") for one in ("a", "b")]
    for one in running:
        with one:
            _, said = one.communicate()
        assert 0 == one.returncode, said
    elsewhere = Workspace(tmp_path / "elsewhere", address)  # no run folder beside it
    for one in ("a", "b"):
        assert {"flagged": 20, "borderline": 0, "cleared": 20} == facts(elsewhere, "report", one)["dispositions"]
    assert 80 == len(facts(elsewhere, "queue", "--limit", "999")["items"])


def test_a_second_machine_reads_queue_report_and_comparison_without_the_run_folder(
    address: str, tmp_path: Path, workspace: Workspace
) -> None:
    workspace.store = address
    invoke(workspace, "run", authored(workspace, {"s1": UNSAFE, "s2": "See a GP."}))
    label = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated"}
    workspace.jsonl("ours.jsonl", [label, {**label, "scenario_id": "s2", "verdict": "satisfied"}])
    invoke(workspace, "import", "labels", str(workspace.root / "ours.jsonl"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for command in (["queue"], ["report", "c"], ["compare", "c"]):
        here = facts(workspace, *command)
        there = [sys.executable, "-c", MAIN, "-C", str(elsewhere), *command, "--json", "--store", address]
        said = subprocess.run(there, cwd=ROOT, capture_output=True, check=True).stdout
        assert here == orjson.loads(said)
    assert [] == list(elsewhere.iterdir())
