"""Files for Inspect AI, Argilla and Label Studio: whole where they should be, blind where people label by them."""

import re
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest

from domain.errors import InputError
from pipeline.importing.inspect_log import import_inspect
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.flow import UNSAFE, clinic, facts, invoke, prepare
from tests.read import CALM, SAFE, item, night, reads, violated

SECRETS = ("lexicon", "flagged", "cleared", "candidate_id", "disposition", "inclusion", "dr-ann", "late treatment")


@pytest.fixture
def read(workspace: Workspace) -> Workspace:
    """A run of which a clinician confirmed a violation."""
    night(workspace)
    reads(workspace, "dr-ann", CALM, violated())
    return workspace


def exported(workspace: Workspace, kind: str, *args: str) -> Path:
    return Path(facts(workspace, "export", "c", "--format", kind, *args)["out"])


def loaded(path: Path) -> Any:
    return orjson.loads(path.read_bytes())


def log_of(workspace: Workspace) -> Path:
    """Candidate a's."""
    (path,) = exported(workspace, "inspect").iterdir()
    return path


def test_a_log_for_inspect_is_named_as_inspect_finds_its_own_in_a_folder(read: Workspace) -> None:
    """By a pattern in inspect_ai 0.3.285's `log/_file.py`: a time, a task, an id."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-00-00_c_a\.json", log_of(read).name)


def test_a_log_for_inspect_holds_each_judges_verdicts_as_scores(read: Workspace) -> None:
    log = loaded(log_of(read))
    assert (2, "success", "c", "a") == (log["version"], log["status"], log["eval"]["task"], log["eval"]["model"])
    assert ["version", "status", "eval", "plan", "stats", "samples"] == list(log)  # as its reader of headers wants them
    samples = {one["id"]: one for one in log["samples"]}
    calm = samples[CALM]
    assert {"X-1": "violated"} == calm["scores"]["lexicon"]["value"]
    assert UNSAFE[:-1] in str(calm["scores"]["lexicon"]["metadata"]["findings"][0]["evidence"])
    assert ("flagged", "cleared") == (
        calm["scores"]["disposition"]["value"], samples[SAFE]["scores"]["disposition"]["value"]
    )  # fmt: skip
    assert ["user", "assistant"] == [one["role"] for one in calm["messages"]]
    assert item(CALM) == calm["metadata"]["item_id"]


def test_what_was_exported_for_inspect_is_imported_as_it_was(read: Workspace) -> None:
    found = import_inspect(log_of(read))
    assert {CALM, SAFE} == set(found.scenarios)
    assert {(CALM, "a", f"Rest. {UNSAFE}"), (SAFE, "a", "Ring 111 if it spreads.")} == {
        (one.scenario_id, one.candidate_id, one.response) for one in found.responses
    }


@pytest.mark.parametrize(
    ("finish", "stop"), [("length", "max_tokens"), ("refusal", "content_filter"), ("stop", "stop")]
)
def test_what_was_no_whole_answer_is_none_in_inspect_either(workspace: Workspace, finish: str, stop: str) -> None:
    workspace.config()
    row = {"scenario_id": "s1", "candidate_id": "a/b", "response": "Re", "finish": finish}
    workspace.jsonl("data/theirs.jsonl", [row])
    workspace.config(candidates=None, responses=["data/theirs.jsonl"])
    invoke(workspace, "run", "config/c.yaml")
    (path,) = exported(workspace, "inspect").iterdir()
    (sample,) = loaded(path)["samples"]
    assert stop == sample["output"]["choices"][0]["stop_reason"]
    assert "_c_a-b-" in path.name


@pytest.mark.skipif(find_spec("inspect_ai") is None, reason="inspect_ai is not installed: pip install inspect_ai")
def test_inspects_own_reader_opens_it(read: Workspace) -> None:
    reader: Any = import_module("inspect_ai.log")
    path = str(log_of(read))
    log = reader.read_eval_log(path)
    assert {CALM, SAFE} == {one.id for one in log.samples}
    assert "success" == reader.read_eval_log(path, header_only=True).status
    assert {"violated"} == {one.scores["lexicon"].value["X-1"] for one in log.samples if one.id == CALM}


def test_tasks_for_label_studio_ask_one_question_each_and_tell_nothing(read: Workspace) -> None:
    folder = exported(read, "label-studio")
    tasks = [one["data"] for one in loaded(folder / "tasks.json")]
    assert {(item(CALM), "X-1"), (item(SAFE), "X-1")} == {(one["item_id"], one["criterion_id"]) for one in tasks}
    assert not [word for word in SECRETS if word in (folder / "tasks.json").read_text("utf-8")]
    config = ET.parse(folder / "label-config.xml").getroot()  # noqa: S314 (ours)
    shown = {str(one.get("value")).removeprefix("$") for one in config.iter("Text")}
    assert shown <= set(tasks[0])
    verdicts = next(one for one in config.iter("Choices") if one.get("name") == "verdict")
    assert ["violated", "satisfied", "not_applicable", "cannot_tell"] == [one.get("value") for one in verdicts]


def test_records_for_argilla_ask_one_question_each_and_suggest_nothing(read: Workspace) -> None:
    folder = exported(read, "argilla")
    records, settings = loaded(folder / "records.json"), loaded(folder / "settings.json")
    assert {f"{item(CALM)}-X-1", f"{item(SAFE)}-X-1"} == {one["id"] for one in records}
    assert [{}, {}] == [one["suggestions"] for one in records]
    assert not [word for word in SECRETS if word in (folder / "records.json").read_text("utf-8")]
    assert {one["name"] for one in settings["fields"]} == set(records[0]["fields"])
    assert {one["name"] for one in settings["metadata"]} == set(records[0]["metadata"])


def test_a_blind_sheet_that_was_filled_in_comes_back_as_labels(read: Workspace) -> None:
    folder = exported(read, "csv", "--blind")
    sheet = (folder / "label_sheet.csv").read_text("utf-8")
    head, *lines = sheet.splitlines()
    blank = ",,,,,'"
    assert head.endswith("verdict,severity,reason,reviewer_id,escaped_with")
    filled = [one.removesuffix(blank) + ",violated,major,'=1+1,,'" if item(CALM) in one else one for one in lines]
    path = read.write("filled.csv", "\n".join([head, *filled]))
    with pytest.raises(InputError, match="does not say whose label it is; add --reviewer"):
        invoke(read, "import", "sheet", str(path))
    invoke(read, "import", "sheet", str(path), "--reviewer", "gp-7")
    (label,) = [orjson.loads(line) for line in (read.root / "data/labels/filled.jsonl").read_bytes().splitlines()]
    assert label == {
        "scenario_id": CALM, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "gp-7", "verdict": "violated",
        "severity": "major", "reason": "=1+1",
    }  # fmt: skip
    assert 2 == facts(read, "compare", "c")["labels"]  # and the clinician's own


def test_a_sheet_of_another_stores_items_is_refused(read: Workspace) -> None:
    row = {"item_id": "0" * 20, "criterion_id": "X-1", "verdict": "violated"}
    path = read.jsonl("theirs.jsonl", [row])
    with pytest.raises(InputError, match=r"theirs\.jsonl, key item_id: the store has no item '0000"):
        invoke(read, "import", "sheet", str(path), "--reviewer", "gp-7")


@pytest.mark.parametrize("kind", ["inspect", "otlp"])
def test_what_says_what_judges_said_cannot_be_blind(read: Workspace, kind: str) -> None:
    done = invoke(read, "export", "c", "--format", kind, "--blind")
    assert (2, True) == (done.exit_code, "goes with no --blind" in done.stderr)


def test_calls_become_spans_with_model_tokens_and_times_and_no_text(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    endpoint = serve(clinic)
    env = prepare(workspace, "green", "amber", provider="openai", model="m", base_url=endpoint.openai_url)
    invoke(workspace, "run", "config/c.yaml", env=env)
    path = exported(workspace, "otlp") / "spans.jsonl"
    (request,) = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert (4, 4) == (len(spans), len({one["spanId"] for one in spans}))
    assert 2 == len({one["traceId"] for one in spans})
    said = {one["key"]: one["value"] for one in spans[0]["attributes"]}
    assert ({"stringValue": "openai"}, {"stringValue": "m"}) == (
        said["gen_ai.provider.name"],
        said["gen_ai.request.model"],
    )
    assert 0 < int(said["gen_ai.usage.input_tokens"]["intValue"])
    assert {"arrayValue": {"values": [{"stringValue": "stop"}]}} == said["gen_ai.response.finish_reasons"]
    assert all(int(one["startTimeUnixNano"]) < int(one["endTimeUnixNano"]) for one in spans)
    assert not [word for word in ("nothing to worry", "The light is") if word in path.read_text("utf-8")]


def test_a_call_that_failed_is_a_span_that_says_so(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> None:
    endpoint = serve(lambda _: Answer("no", status=400))
    env = prepare(workspace, "green", provider="openai", model="m", base_url=endpoint.openai_url)
    invoke(workspace, "run", "config/c.yaml", env=env)
    request = orjson.loads((exported(workspace, "otlp") / "spans.jsonl").read_bytes())
    (span,) = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert 2 == span["status"]["code"]
    assert {"key": "error.type", "value": {"stringValue": "400"}} in span["attributes"]
