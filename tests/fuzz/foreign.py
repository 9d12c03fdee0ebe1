"""Parsers of what comes from other systems and tools, with files of each to begin from."""

import io
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import orjson

from domain.qualification import QualificationSet
from domain.scenario import Response
from judges.client import CallError
from pipeline.files.yamlfile import load_yaml
from pipeline.importing.healthbench_meta import import_healthbench_meta
from pipeline.importing.inspect_file import inspect_samples
from pipeline.importing.inspect_log import import_inspect
from pipeline.importing.promptfoo import import_promptfoo
from pipeline.importing.sheet import read_sheet
from pipeline.importing.table import read_table
from pipeline.inputs import response_key
from pipeline.offline.addressee import Addressee
from pipeline.offline.results import Results
from pipeline.site import load_site
from tests.build import candidate
from tests.conftest import ROOT
from tests.fuzz.target import Target, lines, table

_INSPECT = ROOT / "tests/fixtures/inspect/clinical-advice.eval"
_PROMPTFOO = ROOT / "tests/fixtures/promptfoo/clinical-advice.json"
_META = {
    "prompt_id": "h1", "prompt": [{"role": "user", "content": "Chest pain?"}], "completion": "c", "completion_id": "c1",
    "rubric": "Names 999", "category": "cluster:x", "binary_labels": [True], "anonymized_physician_ids": ["p1"],
}  # fmt: skip
_SITE = b"""schema: site/1
url: https://caveat.clinic.example
proxies: [10.0.0.5]
sign_in: {header: {name: X-Person, holds: subject}, email_code: true}
mail: {host: 127.0.0.1, port: 25, security: none, sender: caveat@clinic.example}
digest: {webhook: {env: HOOK}, roles: [lead]}
"""


def _inspect_json() -> bytes:
    """The real log in Inspect's other kind of file."""
    parts = list(inspect_samples(_INSPECT))
    return orjson.dumps({**parts[0][1].model_dump(), "samples": [orjson.loads(text) for _, _, text in parts]})


def _inspect_zip() -> bytes:
    """The real log's first sample, stored as it is: what is changed in it reaches the parser."""
    _, header, text = next(inspect_samples(_INSPECT))
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_STORED) as archive:
        archive.writestr("header.json", header.model_dump_json())
        archive.writestr("samples/1_epoch_1.json", text)
    return kept.getvalue()


def _answers() -> bytes:
    """A file of every kind of result that the providers' pages show."""
    shown = [orjson.loads(path.read_bytes())["body"] for path in _BATCHES]
    return lines(*({**one, "custom_id": f"q{number}"} for number, one in enumerate(shown)))


def _results(path: Path) -> None:
    """Read as brought back, then answer by answer."""
    for provider in ("openai", "anthropic"):
        found = Results(Addressee("candidate", "a", candidate(provider=provider)), path)
        for custom_id in found:
            with suppress(CallError):  # a failed call, which is counted and goes to people
                found.completion(custom_id)


_BATCHES = sorted((ROOT / "tests/fixtures/replies/batch").glob("*.json"))
_SHEET = {"item_id": "i", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated", "severity": "major",
          "reason": "r", "rubric_id": "r1", "title": "t", "question": "q"}  # fmt: skip
_RESPONSE = {"scenario_id": "s1", "candidate_id": "a", "response": "r", "repeat": "0", "model": "m"}
FOREIGN = (
    Target("healthbench meta", ".jsonl", [lines(_META)], import_healthbench_meta),
    Target("inspect log", ".json", [_inspect_json()], import_inspect),
    Target("inspect archive", ".eval", [_inspect_zip(), _INSPECT.read_bytes()], import_inspect),
    Target("promptfoo", ".json", [_PROMPTFOO.read_bytes()], import_promptfoo),
    Target("label sheet", ".csv", [table(_SHEET)], lambda path: list(read_sheet(path, "p"))),
    Target("label sheet lines", ".jsonl", [lines(_SHEET)], lambda path: list(read_sheet(path, "p"))),
    Target("response table", ".csv", [table(_RESPONSE)], lambda path: list(read_table(Response, path, response_key))),
    Target("batch results", ".jsonl", [_answers()], _results),
    Target("site", ".yaml", [_SITE], load_site, is_yaml=True),
    Target("practice items", ".yaml", [one.read_bytes() for one in (ROOT / "data/qualification").glob("*.yaml")],
           lambda path: load_yaml(QualificationSet, path), is_yaml=True),
)  # fmt: skip
