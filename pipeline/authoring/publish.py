"""Approved texts into the files that runs read: after each approval, at every start of the workspace, and when asked.

The store says what was approved before any file changes, so that a crash between the two leaves work to be done and
never a file that nobody approved. While a run is at work nothing is written: it goes by the texts that it began with.
"""

from pathlib import Path

from pipeline.authoring.rubric_files import read_rubric_files, write_rubric_file
from pipeline.authoring.scenario_files import find_scenario, write_scenario
from pipeline.journal import is_held
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.rubric_versions import RubricVersion, fetch_unwritten_rubrics, record_rubric_written
from pipeline.store.scenario_versions import ScenarioVersion, fetch_unwritten_scenarios, record_scenario_written
from pipeline.workspace import RUNS


def publish(root: Path, store: Store, at: str) -> None:
    """Write every approved text that its file does not hold yet.

    A file that somebody changed meanwhile is left alone, and so is one that cannot be written: the text stays marked as
    not written, and the pages say so.
    """
    with store.reading() as connection:
        rubrics, scenarios = fetch_unwritten_rubrics(connection), fetch_unwritten_scenarios(connection)
    if not (rubrics or scenarios) or is_run_at_work(root):
        return
    rubrics_done = [one.seq for one in rubrics if _write_rubric(root, one)]
    scenarios_done = [one.seq for one in scenarios if _write_scenario(root, one)]
    with store.writing(PEOPLE) as connection:
        for seq in rubrics_done:
            record_rubric_written(connection, seq, at)
        for seq in scenarios_done:
            record_scenario_written(connection, seq, at)


def is_run_at_work(root: Path) -> bool:
    """Whether a process of this machine works on a run of the workspace now."""
    return any(is_held(folder) for folder in (root / RUNS).glob("*/"))


def _write_rubric(root: Path, one: RubricVersion) -> bool:
    there = read_rubric_files(root).by_id.get(one.rubric_id)
    stands = there.rubric.sha256 if there is not None else ""
    if stands not in (one.before_sha256, one.rubric_sha256):
        return False
    try:
        write_rubric_file(root, one.rubric())
    except OSError:
        return False
    return True


def _write_scenario(root: Path, one: ScenarioVersion) -> bool:
    there = find_scenario(root, one.scenario_id)
    if there is None or there.scenario.sha256 not in (one.before_sha256, one.scenario_sha256):
        return False
    try:
        return write_scenario(root, one.scenario())
    except OSError:
        return False
