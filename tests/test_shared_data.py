"""Real data, where it lies beside the repository: other people's files through the whole of Caveat."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.verdict import VerdictValue
from pipeline.files.jsonl import write_jsonl
from pipeline.importing.healthbench import import_healthbench
from pipeline.points import points_score
from pipeline.run import run_batch
from pipeline.store.results import fetch_items, fetch_own_points
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.flow import invoke
from tests.replay import replaying

Serve = Callable[[Say], Endpoint]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def _config(workspace: Workspace, url: str) -> Path:
    judge = {"judge_id": "replay", "provider": "openai", "model": "m", "base_url": url, "concurrency": 32}
    return workspace.config(
        candidates=None, rubrics=None, scenarios=["data/scenarios/hb.jsonl"], responses=["data/responses/hb.jsonl"],
        judges=[judge], policy={"provisional": True, "audit_rate": 0.1},
    )  # fmt: skip


def test_points_from_the_replayed_verdicts_equal_the_files_own_scores_on_all_800_responses(shared: Path) -> None:
    path = shared / "data/hb-hard200-4systems/hb_hard200_4systems.jsonl"
    rows = _rows(path)
    found = import_healthbench(path)
    points = {one.scenario_id: {c.criterion_id: c.points for c in one.criteria} for one in found.scenarios.values()}
    verdicts: dict[tuple[str, str], list[tuple[float, VerdictValue | None]]] = {}
    for label in found.labels:
        pair = (points[label.scenario_id][label.criterion_id], label.verdict)
        verdicts.setdefault((label.scenario_id, label.candidate_id), []).append(pair)
    scores = {key: points_score(some) for key, some in verdicts.items()}
    assert len(rows) == len(scores) == 800
    for row in rows:
        assert row["judge_score"] == pytest.approx(scores[row["prompt_id"], row["system"]], abs=1e-9)


def test_a_replayed_run_ends_every_item_and_scores_as_the_file_does(
    shared: Path, workspace: Workspace, serve: Serve
) -> None:
    path = shared / "data/hb-hard200-4systems/hb_hard200_4systems.jsonl"
    rows = _rows(path)[:40]
    found = import_healthbench(path)
    wanted = {(row["prompt_id"], row["system"]) for row in rows}
    write_jsonl(workspace.root / "data/scenarios/hb.jsonl", found.scenarios.values())
    some = [one for one in found.responses if (one.scenario_id, one.candidate_id) in wanted]
    write_jsonl(workspace.root / "data/responses/hb.jsonl", some)
    # doctors' names among them
    invoke(workspace, "identifiers", "allow", "data/scenarios/hb.jsonl", "--by", "A. Lead", "--reason", "published")

    result = run_batch(workspace.root, _config(workspace, serve(replaying(found)).openai_url))

    assert result.is_complete
    assert sum(result.progress.dispositions.values()) == 40
    assert not result.progress.failures
    scores = _scores(workspace)
    for row in rows:
        assert row["judge_score"] == pytest.approx(scores[row["prompt_id"], row["system"]], abs=1e-9)


def _scores(workspace: Workspace) -> dict[tuple[str, str], float | None]:
    with workspace.open_store().reading() as connection:
        items = {one.item_id: one for one in fetch_items(connection, "c", limit=1000)}
        by_item: dict[str, list[Any]] = {}
        for item_id, _, _, _, points, value in fetch_own_points(connection, "c"):
            by_item.setdefault(item_id, []).append((points, value))
    return {
        (items[item_id].scenario.scenario_id, items[item_id].candidate_id): points_score(some)
        for item_id, some in by_item.items()
    }


def test_physician_criteria_are_answered_and_judged_from_scenario_to_queue(
    shared: Path, workspace: Workspace, serve: Serve
) -> None:
    found = import_healthbench(shared / "data/hb-context104/context_seeking_consensus_hard_104.jsonl")
    assert len(found.scenarios) == 104
    assert sum(len(one.criteria) for one in found.scenarios.values()) == 208
    write_jsonl(workspace.root / "data/scenarios/hb.jsonl", found.scenarios.values())
    prose = serve(lambda _body: Answer("Please see your doctor."))
    candidate = {"candidate_id": "a", "provider": "openai", "model": "m", "base_url": prose.openai_url}
    judge = {"judge_id": "j", "provider": "openai", "model": "m", "base_url": prose.openai_url}
    config = workspace.config(
        scenarios=["data/scenarios/hb.jsonl"], candidates=[candidate], judges=[judge], rubrics=None
    )

    result = run_batch(workspace.root, config)

    assert dict(result.progress.dispositions) == {"borderline": 104}
    assert {"malformed": 208} == dict(result.progress.failures)


@pytest.mark.parametrize("name", ["hb-viewer30/hb_oss_eval_first30.jsonl"])
def test_other_healthbench_files_import_whole(shared: Path, name: str) -> None:
    found = import_healthbench(shared / "data" / name)
    assert len(found.scenarios) == 30
    assert sum(len(one.criteria) for one in found.scenarios.values()) == 352
