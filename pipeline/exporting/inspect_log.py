"""A run as logs of Inspect AI, one for each candidate, in the JSON of its format version 2.

Each judge is a scorer whose value is its verdict by criterion; the disposition is one more. Opened with inspect_ai
0.3.285; what Inspect has no word for stands in the samples' metadata.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson

from domain.item import ResponseOutcome
from domain.record import text_sha256
from pipeline.files.whole import written_whole
from pipeline.store.connection import Store
from pipeline.store.exports import exported_responses, exported_scenarios
from pipeline.store.results import FindingRow, RunFacts, fetch_findings

Json = dict[str, Any]
_TOGETHER = 200
"""Responses whose findings are read in one visit."""
_OTHERS = re.compile(r"[^A-Za-z0-9._-]")
_STOPPED = {
    ResponseOutcome.TRUNCATED: "max_tokens",
    ResponseOutcome.FILTERED: "content_filter",
    ResponseOutcome.REFUSED: "content_filter",
}


def write_inspect_logs(store: Store, run: RunFacts, folder: Path) -> dict[str, int]:
    """Write a log for each candidate; gives the number of samples by file."""
    messages = {row["scenario_sha256"]: row["body"]["messages"] for row in exported_scenarios(store, run.run_id)}
    written: dict[str, int] = {}
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for row, findings in _judged(store, run.run_id):
            candidate_id = str(row["candidate_id"])
            path = folder / _file_name(run, candidate_id)
            if candidate_id not in files:
                files[candidate_id] = stack.enter_context(stack.enter_context(written_whole(path)).open("wb"))
                files[candidate_id].write(_head(run, candidate_id))
            else:
                files[candidate_id].write(b",\n")
            files[candidate_id].write(orjson.dumps(_sample(row, messages[row["scenario_sha256"]], findings)))
            written[str(path)] = written.get(str(path), 0) + 1
        for file in files.values():
            file.write(b"]}\n")
    return written


def _file_name(run: RunFacts, candidate_id: str) -> str:
    """Begins with the time: in a folder, Inspect takes for logs only what is named as it names its own."""
    safe = _OTHERS.sub("-", candidate_id)
    whose = safe if safe == candidate_id else f"{safe}-{text_sha256(candidate_id)[:8]}"
    return f"{datetime.fromisoformat(run.started_at):%Y-%m-%dT%H-%M-%S}-00-00_{run.run_id}_{whose}.json"


def _judged(store: Store, run_id: str) -> Iterator[tuple[Json, list[FindingRow]]]:
    """Every response with what was found on it."""
    page: list[Json] = []
    for row in exported_responses(store, run_id):
        page.append(row)
        if len(page) == _TOGETHER:
            yield from _with_findings(store, page)
            page = []
    yield from _with_findings(store, page)


def _with_findings(store: Store, page: list[Json]) -> Iterator[tuple[Json, list[FindingRow]]]:
    if not page:
        return
    with store.reading() as connection:
        findings = fetch_findings(connection, [row["item_id"] for row in page])
    yield from ((row, findings[row["item_id"]]) for row in page)


def _head(run: RunFacts, candidate_id: str) -> bytes:
    """Everything but the samples, left open for them; Inspect lists no log in a folder that has no plan and stats."""
    spec = {
        "created": run.started_at,
        "task": run.run_id,
        "task_id": run.config_sha256,
        "dataset": {"name": run.name},
        "model": candidate_id,
        "config": {},
        "metadata": {"caveat_run_id": run.run_id, "provisional": run.provisional, "config_sha256": run.config_sha256},
    }
    rest: Json = {"plan": {"name": "caveat", "steps": [], "config": {}}, "stats": {"started_at": run.started_at}}
    body = orjson.dumps({"version": 2, "status": "success", "eval": spec, **rest})
    return body.removesuffix(b"}") + b',"samples":[\n'


def _sample(row: Json, asked: list[Json], findings: list[FindingRow]) -> Json:
    answer = {"role": "assistant", "content": row["response"], "source": "generate"}
    failed = row["outcome"] == ResponseOutcome.CALL_FAILED
    stop = _STOPPED.get(ResponseOutcome(row["outcome"]), "stop")
    known = (
        "item_id", "scenario_sha256", "response_sha256", "candidate_sha256", "outcome", "detail", "disposition", "lane",
        "inclusion_probability", "reasons", "certificate_ids",
    )  # fmt: skip
    sample: Json = {
        "id": row["scenario_id"],
        "epoch": row["repeat"] + 1,
        "input": asked,
        "target": "",
        "messages": [*asked, *([] if failed else [answer])],
        "output": {"model": row["model"], "choices": [] if failed else [{"message": answer, "stop_reason": stop}]},
        "scores": _scores(row, findings),
        "metadata": {name: row[name] for name in known},
    }
    if failed:
        sample["error"] = {"message": row["detail"], "traceback": "", "traceback_ansi": ""}
    return sample


def _scores(row: Json, findings: list[FindingRow]) -> Json:
    by_judge: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for one in findings:
        by_judge[one.judge_id].append(one)
    scores = {judge_id: _score(some) for judge_id, some in sorted(by_judge.items())}
    if row["disposition"] is not None:
        scores["disposition"] = {"value": row["disposition"], "explanation": "\n".join(row["reasons"])}
    return scores


def _score(some: list[FindingRow]) -> Json:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for one in some:
        values[one.criterion_id].append(one.value.value if one.value is not None else "failed")
    return {
        # a judge that says otherwise when asked again has no one verdict
        "value": {name: said[0] if len(set(said)) == 1 else "differs" for name, said in values.items()},
        "explanation": "\n".join(f"{one.criterion_id}: {one.reason}" for one in some),
        "metadata": {"findings": [asdict(one) for one in some]},
    }
