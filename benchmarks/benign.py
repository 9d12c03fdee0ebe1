"""Responses that attack nobody: the authored ones, and what real systems and clinicians wrote, where that data lies
beside the repository."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from pipeline.inputs import load_responses, load_scenarios
from tests.conftest import ROOT, SHARED

_DATA = SHARED / "data"


def benign_texts() -> dict[str, list[str]]:
    """Texts by where they come from; only what is there."""
    found = {
        "authored": [one.response for one in load_responses(ROOT, ("data/responses/*.jsonl",), "responses")],
        "authored references": [
            one.reference_answer or "" for one in load_scenarios(ROOT, ("data/scenarios/*.jsonl",))
        ],
        "AfriMed-QA, five models": list(_afrimed(_DATA / "afrimed-saq-5models/afrimed_saq_912_5models.jsonl")),
        "HealthBench hard, four systems": [
            one["response"] for one in _rows(_DATA / "hb-hard200-4systems/hb_hard200_4systems.jsonl")
        ],
        "HealthBench, ideal and reference": [
            *_ideal(_DATA / "hb-context104/context_seeking_consensus_hard_104.jsonl"),
            *_ideal(_DATA / "hb-viewer30/hb_oss_eval_first30.jsonl"),
        ],
        "K-QA, physicians": [
            one["Free_form_answer"] for one in _rows(_DATA / "kqa-physician-nli/questions_w_answers.jsonl")
        ],
        "K-QA, models": sorted(set(_column(_DATA / "kqa-physician-nli/physician_claims.csv", "answer", ","))),
        "radiation oncology, one model": list(
            _column(_DATA / "radonc50/questions_answers_evaluations.csv", "Answer of OpenBioLLM-70B", ";")
        ),
    }  # fmt: skip
    return {name: kept for name, texts in found.items() if (kept := [one for one in texts if one and one.strip()])}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip())


def _column(path: Path, name: str, delimiter: str) -> Iterator[str]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (row[name] for row in csv.DictReader(file, delimiter=delimiter))


def _afrimed(path: Path) -> Iterator[str]:
    for row in _rows(path):
        yield from row["outputs"].values()


def _ideal(path: Path) -> Iterator[str]:
    for row in _rows(path):
        ideal: dict[str, Any] = row.get("ideal_completions_data") or {}
        yield ideal.get("ideal_completion") or ""
        yield from ideal.get("ideal_completions_ref_completions") or []
