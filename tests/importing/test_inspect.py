"""Logs of Inspect AI: a real one, written by inspect_ai 0.3.285 with its mock model, and what else a log can hold."""

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
import pytest

from domain.errors import InputError
from pipeline.importing.inspect_file import inspect_samples
from pipeline.importing.inspect_log import import_inspect
from tests.conftest import ROOT, Workspace
from tests.flow import authored, facts, invoke, journal, outcome

LOG = ROOT / "tests/fixtures/inspect/clinical-advice.eval"
Json = dict[str, Any]


def message(role: str, content: Any, **more: Any) -> Json:
    return {"role": role, "content": content, **more}


def sample(sample_id: int | str = "s1", epoch: int = 1, **changes: Any) -> Json:
    choice = {"message": message("assistant", "Rest."), "stop_reason": "stop"}
    output = {"model": "m", "choices": [choice], "completion": "Rest."}
    return {"id": sample_id, "epoch": epoch, "input": "A rash?", "target": "", "output": output, **changes}


def log(folder: Path, *samples: Json, **changes: Any) -> Path:
    """A log as JSON."""
    whole = {"version": 2, "status": "success", "eval": {"task": "t", "model": "mockllm/model"}, **changes}
    path = folder / "log.json"
    path.write_bytes(orjson.dumps({**whole, "samples": list(samples)}))
    return path


def answered(content: Any, stop_reason: str = "stop") -> Json:
    choices = [{"message": message("assistant", content), "stop_reason": stop_reason}]
    return {"output": {"model": "m", "choices": choices}}


def as_json(folder: Path) -> Path:
    """The real log in the other of the two kinds of file: its header, with the samples in it."""
    parts = list(inspect_samples(LOG))
    header = parts[0][1].model_dump()
    return log(folder, *(orjson.loads(text) for _, _, text in parts), **header)


@pytest.mark.parametrize("kind", ["eval", "json"])
def test_a_log_that_inspect_wrote_gives_its_inputs_and_every_epochs_answer(kind: str, tmp_path: Path) -> None:
    found = import_inspect(LOG if kind == "eval" else as_json(tmp_path))
    assert ["3", "chest-pain", "gp-fever-1-b87ac1f9"] == sorted(found.scenarios)
    assert ["user", "assistant", "user"] == [one.role for one in found.scenarios["chest-pain"].messages]
    said = {(one.scenario_id, one.repeat): one for one in found.responses}
    assert 6 == len(said)
    assert said["chest-pain", 0].response.startswith("It is nothing to worry about.")
    assert "Call 999 now." == said["chest-pain", 1].response
    assert ("length", "filtered") == (said["3", 0].finish, said["3", 1].finish)
    assert {"mockllm/model"} == {one.candidate_id for one in found.responses}
    assert {"inspect_sample_id": "gp fever 1", "epoch": 1} == said["gp-fever-1-b87ac1f9", 0].meta


def test_a_run_of_inspect_is_imported_and_judged_in_one_command(workspace: Workspace) -> None:
    authored(workspace, {"s1": "Rest."})
    done = facts(workspace, "import", "inspect", str(LOG), "--name", "theirs", "--judge", "config/c.yaml")
    assert ("theirs", 6, True) == (done["run_id"], done["items"], done["complete"])
    assert {"completed": 4, "filtered": 1, "truncated": 1} == done["responses"]
    assert 6 == len(outcome(journal(workspace, "theirs")))
    shown = invoke(workspace, "queue", "--run", "theirs").output
    assert "mockllm/model  (item " in shown  # a log names no setting
    waiting = facts(workspace, "queue", "--run", "theirs")["items"]
    calm = [one for one in waiting if one["scenario_id"] == "chest-pain" and one["repeat"] == 0]
    assert ["flagged"] == [one["disposition"] for one in calm]


def test_the_configuration_that_was_written_is_kept_and_not_written_over(workspace: Workspace) -> None:
    authored(workspace, {"s1": "Rest."})
    invoke(workspace, "import", "inspect", str(LOG), "--name", "theirs", "--judge", "config/c.yaml")
    assert 0 == facts(workspace, "run", "config/theirs.yaml")["new_calls"]
    with pytest.raises(InputError, match=r"config/theirs.yaml: exists already"):
        invoke(workspace, "import", "inspect", str(LOG), "--name", "theirs", "--judge", "config/c.yaml")


def test_nothing_is_written_where_there_is_nothing_to_judge_by(workspace: Workspace) -> None:
    with pytest.raises(InputError, match=r"config/none\.yaml"):
        invoke(workspace, "import", "inspect", str(LOG), "--name", "theirs", "--judge", "config/none.yaml")
    assert not (workspace.root / "data/responses/theirs.jsonl").exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (answered([{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "Ring 111."}]), "Ring 111."),
        (answered("attachment://ab") | {"attachments": {"ab": "A long text."}}, "A long text."),
        (answered([{"type": "text", "text": "attachment://ab"}]) | {"attachments": {"ab": "Long."}}, "Long."),
        ({"output": {"model": "m", "choices": []}, "error": {"message": "no connection"}}, ""),
    ],
    ids=["parts", "attachment", "attached part", "error"],
)
def test_what_the_candidate_said_is_read_wherever_the_log_keeps_it(
    tmp_path: Path, changes: Json, expected: str
) -> None:
    (response,) = import_inspect(log(tmp_path, sample(**changes))).responses
    assert expected == response.response
    assert ("error" in response.meta) == (not expected)


def test_turns_that_came_after_the_input_are_a_conversation_of_their_own(tmp_path: Path) -> None:
    system, first = message("system", "Be careful."), message("user", "A rash?")
    called = [
        message("assistant", "Since when?"),
        message("tool", "x"),
        message("user", "Today."),
        message("assistant", "R"),
    ]
    plain = sample("s1", messages=[system, first, message("assistant", "Rest.")])
    longer = sample("s1", 2, messages=[system, first, *called])
    found = import_inspect(log(tmp_path, plain, longer))
    assert ["A rash?"] == [one.content for one in found.scenarios["s1"].messages]
    (other,) = [one for name, one in found.scenarios.items() if name != "s1"]
    assert ["A rash?", "Since when?", "Today."] == [one.content for one in other.messages]
    assert {"s1", other.scenario_id} == {one.scenario_id for one in found.responses}


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (
            [sample(input=[message("user", [{"type": "image", "image": "x"}])])],
            "key samples.0: holds a part of the type 'image'",
        ),
        ([sample(), sample()], "key samples.1: the sample 's1', epoch 1, stands twice"),
        ([sample(), sample(epoch=2, input="Other?")], "key samples.1: the sample 's1' has another input here"),
        ([sample(epoch=0)], "key samples.0.epoch"),
        (
            [sample(**answered("attachment://ab"))],
            "key samples.0: refers to the attachment 'ab', which the log",
        ),
        ([sample(input=[message("assistant", "Hello")])], "key samples.0: the last message must have the role 'user'"),
        ([sample(input=None)], "key samples.0.input"),
        ([], "holds no sample; was the evaluation run with --no-log-samples"),
    ],
    ids=["image", "twice", "differs", "epoch", "attachment", "nothing asked", "no input", "no samples"],
)
def test_a_broken_sample_is_named_with_its_place_and_key(tmp_path: Path, samples: list[Json], said: str) -> None:
    with pytest.raises(InputError) as error:
        import_inspect(log(tmp_path, *samples))
    assert said in str(error.value)
    assert str(tmp_path / "log.json") in str(error.value)


def test_a_file_that_is_no_log_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="version: expected a log of version 2, found 1"):
        import_inspect(log(tmp_path, sample(), version=1))
    (tmp_path / "x.eval").write_bytes(LOG.read_bytes()[:500])
    with pytest.raises(InputError, match=r"x\.eval: does not read as an \.eval log"):
        import_inspect(tmp_path / "x.eval")
    with ZipFile(tmp_path / "y.eval", "w", ZIP_DEFLATED) as archive:
        archive.writestr("samples/a_epoch_1.json", orjson.dumps(sample()))
    with pytest.raises(InputError, match=r"y\.eval: holds no header\.json"):
        import_inspect(tmp_path / "y.eval")
    (tmp_path / "z.json").write_text("[1]")
    with pytest.raises(InputError, match=r"z\.json"):
        import_inspect(tmp_path / "z.json")
    with pytest.raises(InputError, match=r"none\.eval: cannot be read"):
        import_inspect(tmp_path / "none.eval")


def test_only_what_brings_scenarios_can_be_judged_at_once(workspace: Workspace) -> None:
    workspace.jsonl("theirs.jsonl", [{"scenario_id": "s1", "candidate_id": "a", "response": "r"}])
    done = invoke(workspace, "import", "responses", "theirs.jsonl", "--judge", "config/c.yaml")
    assert (2, True) == (done.exit_code, "--judge goes with healthbench, inspect, promptfoo" in done.stderr)
