"""All of `hb-hard200-4systems` through an OpenAI-compatible endpoint that replays the file's own verdicts.

Every item must end cleared, flagged or borderline, and every points score must equal the file's own to 1e-9.
The target: 800 of 800. Exits 1 below it; 0 with a reason where the data is not beside the repository.
"""

import sys
import tempfile
import time
from pathlib import Path

import orjson

from domain.verdict import VerdictValue
from pipeline.files.jsonl import write_jsonl
from pipeline.importing.healthbench import import_healthbench
from pipeline.points import points_score
from pipeline.run import RunResult, run_batch
from pipeline.store.address import open_store
from pipeline.store.results import fetch_items, fetch_own_points
from pipeline.workspace import STORE
from tests.conftest import SHARED, Workspace
from tests.endpoint import endpoint
from tests.replay import replaying

_FILE = SHARED / "data/hb-hard200-4systems/hb_hard200_4systems.jsonl"
_TARGET = 800


def main() -> int:
    """Run, and count the scores that are equal."""
    if not _FILE.exists():
        print("skipped: the data is not beside the repository")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        started = time.perf_counter(), time.process_time()
        result = _run(workspace)
        wall, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
        n_equal = _equal_scores(workspace)
    progress = result.progress
    print(f"{progress.n_calls} calls in {wall:.0f} s ({cpu:.0f} s of CPU, the endpoint's own included)")
    print(f"dispositions: {dict(progress.dispositions)}; judge failures: {dict(progress.failures)}")
    print(f"points scores equal to the file's own: {n_equal} of {_TARGET}")
    return 0 if n_equal == _TARGET and sum(progress.dispositions.values()) == _TARGET else 1


def _run(workspace: Workspace) -> RunResult:
    found = import_healthbench(_FILE)
    write_jsonl(workspace.root / "data/scenarios/hb.jsonl", found.scenarios.values())
    write_jsonl(workspace.root / "data/responses/hb.jsonl", found.responses)
    with endpoint(replaying(found)) as served:
        judge = {"judge_id": "replay", "provider": "openai", "model": "m", "base_url": served.openai_url}
        config = workspace.config(
            candidates=None,
            rubrics=None,
            scenarios=["data/scenarios/hb.jsonl"],
            responses=["data/responses/hb.jsonl"],
            judges=[{**judge, "concurrency": 64}],
            policy={"provisional": True, "audit_rate": 0.1},
        )
        return run_batch(workspace.root, config)


def _equal_scores(workspace: Workspace) -> int:
    expected = {(row["prompt_id"], row["system"]): row["judge_score"] for row in map(orjson.loads, _FILE.open("rb"))}
    with open_store(STORE, workspace.root).reading() as connection:
        items = {one.item_id: one for one in fetch_items(connection, "c", limit=2 * _TARGET)}
        rows = fetch_own_points(connection, "c")
    by_item: dict[tuple[str, str], list[tuple[float, VerdictValue | None]]] = {}
    for row in rows:
        item = items[row[0]]
        by_item.setdefault((item.scenario.scenario_id, item.candidate_id), []).append((row[4], row[5]))
    scores = {key: points_score(some) for key, some in by_item.items()}
    return sum(
        1 for key, score in expected.items() if (mine := scores.get(key)) is not None and abs(mine - score) < 1e-9
    )


if __name__ == "__main__":
    sys.exit(main())
