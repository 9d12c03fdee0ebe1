"""Every parser of what others write, with valid documents to begin from and what it may raise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import yaml

from domain.record import Record
from domain.scenario import Label, Response, Scenario
from domain.verdict import JudgeFailure, Verdict
from judges.client import Completion
from judges.reply import read_reply
from pipeline.config import load_config
from pipeline.files.jsonl import JsonlSource
from pipeline.importing.given import read_given
from pipeline.importing.healthbench import import_healthbench
from pipeline.importing.table import read_table
from pipeline.inputs import label_key, load_rubric, response_key
from pipeline.journal import read_entries
from pipeline.progress import read_progress
from pipeline.store.shape import rows_of
from tests.build import (
    criterion_json,
    found_json,
    harmful_reply_json,
    missing_json,
    question,
    reply_json,
    rubric_json,
    scenario_json,
)
from tests.conftest import ROOT
from tests.fuzz.foreign import FOREIGN
from tests.fuzz.target import Target, lines, table

CORPUS = Path(__file__).parent / "corpus"


def _starter(folder: str, pattern: str, n_lines: int = 5) -> list[bytes]:
    """The beginnings of the files that come with it."""
    return [b"\n".join(path.read_bytes().splitlines()[:n_lines]) for path in sorted((ROOT / folder).glob(pattern))]


def _configs() -> list[bytes]:
    found = (path.read_bytes() for path in sorted((ROOT / "config").glob("*.yaml")))
    return [one for one in found if b"schema: config/1" in one]


def _replies(path: Path) -> None:
    """A reply to one question of each kind, and to two at once: always findings, never an error."""
    text = path.read_bytes().decode("utf-8", "replace")
    commission, omission = question(), question("omission")
    for asked in ([commission], [omission], [commission, question(criterion_id="X-2")]):
        findings = [one.finding for one in read_reply("j", asked, Completion(text))]
        assert len(asked) == len(findings)
        for one in findings:
            assert isinstance(one, Verdict | JudgeFailure)


def _journal(path: Path) -> None:
    """Continued, and fed to a store."""
    for entry, end in read_entries(path):
        rows_of("run", entry, end)
    read_progress(path)


_OF = {"scenario_id": "s1", "candidate_id": "a"}
_LABEL = {**_OF, "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated", "severity": "major", "reason": "r"}
_GIVEN = {**_OF, "criterion_id": "X-1", "judge_id": "j", "verdict": "violated", "reason": "r"}
_HEALTHBENCH = {
    "prompt_id": "p1", "prompt": [{"role": "user", "content": "Hello"}], "example_tags": ["theme:x"], "completion": "c",
    "rubrics": [{"criterion": "Says so", "points": 5, "tags": ["level:x"], "criteria_met": True, "explanation": "e"}],
    "ideal_completions_data": {"ideal_completion": "i"},
}  # fmt: skip
_JUDGED = {"judge_id": "j", "rubric_id": "r1", "criterion_id": "X-1", "severity": "major"}
_FOUND = {
    "verdict_id": "v",
    "item_id": "i",
    "criterion_sha256": "c",
    "points": None,
    "call": None,
    "key": "k",
    "at": "t",
}
_RUN: dict[str, Any] = {
    "kind": "run", "name": "n", "config": {"config": {"policy": {"minutes": None}}}, "is_provisional": True, "at": "t",
    "rubrics": [{"sha256": "s", "rubric_id": "r1", "version": "1", "status": "draft", "body": {}}],
    "judges": [{"judge_id": "j", "fingerprint": "f", "model": "m", "is_baseline": False, "spec": {}}],
}  # fmt: skip
_ENTRIES: tuple[dict[str, Any], ...] = (
    _RUN,
    {"kind": "scenario", "sha256": "s", "body": {"scenario_id": "s1"}},
    {"kind": "response", "item_id": "i", "scenario_id": "s1", "scenario_sha256": "s", "candidate_id": "a", "at": "t",
     "candidate_sha256": "c", "repeat": 0, "outcome": "completed", "detail": "", "body": "b", "body_sha256": "h",
     "model": "m", "call": {"usd": 0.5, "latency_s": 1.0, "usage": {"input_tokens": 1, "output_tokens": 1}}},
    {"kind": "call", "item_id": "i", "judge_id": "j", "rubric_id": "r1", "key": "k", "at": "t", "call": {"usd": 0.1}},
    {"kind": "verdict", **_FOUND, "finding": {**_JUDGED, "value": "violated", "reason": "r", "expected": None,
                                              "evidence": [], "harm": None, "looked_for": []}},
    {"kind": "failure", **_FOUND, "finding": {**_JUDGED, "kind": "refused", "detail": "d"}},
    {"kind": "item", "item_id": "i", "at": "t", "routed": {"disposition": "flagged", "inclusion_probability": 1.0,
     "lane": "flagged", "priority": 1.0, "reasons": [], "provisional": True}},
)  # fmt: skip


def _jsonl(name: str, kind: type[Record], key: Callable[[Any], Any], row: object, folder: str) -> Target:
    seeds = [lines(row), *_starter(f"data/{folder}", "*.jsonl")]
    return Target(name, ".jsonl", seeds, lambda path: JsonlSource(kind, [path], key))


_RUBRIC = yaml.safe_dump(rubric_json(criterion_json(), criterion_json("X-2", "omission"))).encode()
_REPLIES = (
    reply_json(), harmful_reply_json(), found_json(), missing_json(), {"findings": [reply_json(), reply_json("X-2")]},
)  # fmt: skip
_ALL = (
    _jsonl("scenario", Scenario, lambda one: one.scenario_id, scenario_json("s1"), "scenarios"),
    _jsonl("response", Response, response_key, {**_OF, "response": "r", "meta": {}}, "responses"),
    _jsonl("label", Label, label_key, _LABEL, "labels"),
    Target("rubric", ".yaml", [_RUBRIC], load_rubric, is_yaml=True),
    Target("config", ".yaml", _configs(), load_config, is_yaml=True),
    Target("label table", ".csv", [table(_LABEL)], lambda path: list(read_table(Label, path, label_key))),
    Target("judge reply", ".txt", [orjson.dumps(one) for one in _REPLIES], _replies),
    Target("journal", ".jsonl", [lines(*_ENTRIES)], _journal),
    Target("healthbench", ".jsonl", [lines(_HEALTHBENCH)], import_healthbench),
    Target("given verdicts", ".jsonl", [lines(_GIVEN)], lambda path: list(read_given(path))),
    Target("given verdicts table", ".csv", [table(_GIVEN)], lambda path: list(read_given(path))),
    *FOREIGN,
)
TARGETS = {one.name: one for one in _ALL}
