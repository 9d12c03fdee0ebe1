"""Files in: strict, and every error names its place."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from domain.errors import InputError
from domain.record import Record
from domain.scenario import Scenario
from pipeline.config import Config
from pipeline.files.jsonl import JsonlSource, read_lines, write_jsonl
from pipeline.files.text import expand, read_text
from pipeline.files.yamlfile import load_yaml
from pipeline.inputs import load_responses, load_scenarios
from tests.build import scenario, scenario_json
from tests.conftest import ROOT, Workspace

GOOD = orjson.dumps(scenario_json("s1"))
OTHER = orjson.dumps(scenario_json("s2"))
DEEP = b"[" * 100_000
LONG = orjson.dumps(scenario_json("s1", title="x" * 10_000_000))
CONFIG = "schema: config/1\nname: c\nscenarios: [s]\nresponses: [r]\njudges: [{judge_id: j, provider: lexicon}]\n"


class Note(Record):
    """Words only."""

    unsafe_answer: str
    flag: bool = False


def scenarios(path: Path) -> JsonlSource[Scenario, str]:
    return load_scenarios(path.parent, (path.name,))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD + b"\n" + OTHER + b"\n", id="byte-order-mark"),
        pytest.param(GOOD + b"\r\n" + OTHER + b"\r\n", id="windows-lines"),
        pytest.param(GOOD + b"\n" + OTHER, id="no-last-newline"),
        pytest.param(b"\n" + GOOD + b"\n\n  \n" + OTHER + b"\n", id="empty-lines"),
    ],
)
def test_how_a_file_was_saved_changes_nothing(workspace: Workspace, content: bytes) -> None:
    usual = scenarios(workspace.write("usual.jsonl", GOOD + b"\n" + OTHER + b"\n"))
    saved = scenarios(workspace.write("saved.jsonl", content))
    assert [scenario("s1"), scenario("s2")] == list(saved)
    assert scenario("s2") == saved["s2"]
    assert usual.sha256 == saved.sha256


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        pytest.param(b"", ["is empty; expected one scenario a line"], id="empty-file"),
        pytest.param(b"\n \n", ["is empty"], id="white-space-only"),
        pytest.param(GOOD + b"\n{\xff}\n", ["line 2", "expected UTF-8", "0xff"], id="not-utf-8"),
        pytest.param(GOOD + b"\n{oops\n", ["line 2", "expected one JSON object", "column 2"], id="broken-line"),
        pytest.param(GOOD + b"\n[1]\n", ["line 2"], id="no-object"),
        pytest.param(GOOD + b"\n" + OTHER[:-9] + b"\n", ["line 2", "expected one JSON object"], id="cut-off"),
        pytest.param(
            b'{"scenario_id": "s1", "scenario_id": "s2"}', ["line 1", "key scenario_id", "stands twice"], id="key-twice"
        ),
        pytest.param(
            b'{"messages": [{"role": "user", "role": "user"}]}', ["line 1", "key role", "twice"], id="inner-key-twice"
        ),
        pytest.param(orjson.dumps(scenario_json(titel="x")), ["did you mean 'title'?"], id="misspelt-key"),
        pytest.param(
            orjson.dumps(scenario_json(surprise=1)), ["line 1", "key surprise", "unknown key"], id="unknown-key"
        ),
        pytest.param(
            orjson.dumps(scenario_json(title=7)), ["line 1", "key title", "valid string", "given: '7'"], id="wrong-type"
        ),
        pytest.param(b'{"scenario_id": "s1"}', ["line 1", "key messages", "missing"], id="missing-key"),
        pytest.param(
            orjson.dumps(scenario_json("a b")), ["line 1", "key scenario_id", "given: 'a b'"], id="space-in-id"
        ),
        pytest.param(LONG, ["line 1", "at most 8,388,608 bytes"], id="ten-megabytes-in-one-field"),
        pytest.param(b"x" * 9_000_000, ["line 1", "at most 8,388,608 bytes"], id="line-without-end"),
        pytest.param(
            orjson.dumps(scenario_json(reference_answer="x" * 200_001)),
            ["line 1", "key reference_answer", "200000"],
            id="field-too-long",
        ),
        pytest.param(DEEP, ["line 1", "nested too deeply"], id="nested-too-deeply"),
        pytest.param(b'{"scenario_id": ' + b"1" * 5000 + b"}", ["line 1"], id="endless-number"),
    ],
)
def test_a_bad_jsonl_file_is_refused_by_place(workspace: Workspace, content: bytes, parts: list[str]) -> None:
    path = workspace.write("bad.jsonl", content)
    with pytest.raises(InputError) as caught:
        scenarios(path)
    assert [] == [part for part in [str(path), *parts] if part not in str(caught.value)]


def test_an_id_that_stands_twice_names_both_places(workspace: Workspace) -> None:
    first = workspace.write("one.jsonl", OTHER + b"\n" + GOOD)
    second = workspace.write("two.jsonl", b"\n\n" + GOOD)
    with pytest.raises(InputError) as caught:
        load_scenarios(workspace.root, ("one.jsonl", "two.jsonl"))
    assert f"{second}, line 3: 's1' stands twice; first in {first}, line 2" == str(caught.value)


def test_a_compound_key_that_stands_twice_is_named_whole(workspace: Workspace) -> None:
    row = {"scenario_id": "s1", "candidate_id": "a", "response": "x", "repeat": 2}
    workspace.jsonl("r.jsonl", [row, row])
    with pytest.raises(InputError, match="'s1 / a / 2' stands twice"):
        load_responses(workspace.root, ("r.jsonl",), "responses")


@pytest.mark.parametrize("changed", [OTHER + b"\n" + GOOD, GOOD.replace(b"rash", b"cash") + b"\n" + OTHER, b""])
def test_a_file_that_changed_after_the_check_is_refused(workspace: Workspace, changed: bytes) -> None:
    path = workspace.write("s.jsonl", GOOD + b"\n" + OTHER)
    found = scenarios(path)
    path.write_bytes(changed)
    with pytest.raises(InputError, match=r"s\.jsonl, line 1: has changed since it was checked"):
        list(found)


def test_a_file_that_is_gone_after_the_check_is_refused(workspace: Workspace) -> None:
    path = workspace.write("s.jsonl", GOOD)
    found = scenarios(path)
    path.unlink()
    with pytest.raises(InputError, match=r"s\.jsonl"):
        list(found)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone.jsonl"
    with pytest.raises(InputError, match=r"gone\.jsonl: cannot be read: No such file"):
        read_text(gone)
    with pytest.raises(InputError, match=r"gone\.jsonl: cannot be read: No such file"):
        list(read_lines(gone))


def test_foreign_lines_keep_their_numbers(workspace: Workspace) -> None:
    path = workspace.write("f.jsonl", "\ufeffone\r\n\ntwo".encode())
    assert [(1, "one"), (3, "two")] == [(number, text.strip()) for number, text in read_lines(path)]


def test_text_names_the_line_that_is_not_utf_8(workspace: Workspace) -> None:
    path = workspace.write("prompt.md", b"one\ntwo\n\x80")
    with pytest.raises(InputError, match=r"prompt\.md, line 3: expected UTF-8 text, found the byte 0x80"):
        read_text(path)


def test_text_loses_its_mark_and_windows_lines(workspace: Workspace) -> None:
    assert "one\ntwo\n" == read_text(workspace.write("prompt.md", "\ufeffone\r\ntwo\r\n".encode()))


def test_written_records_are_read_again_and_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "s.jsonl"
    assert 2 == write_jsonl(path, [scenario("s1"), scenario("s2")])
    with pytest.raises(ZeroDivisionError):
        write_jsonl(path, (scenario(str(1 // n)) for n in (1, 0)))
    assert [scenario("s1"), scenario("s2")] == list(scenarios(path))


def test_patterns_name_each_file_once_in_order(workspace: Workspace) -> None:
    one, two = workspace.write("d/b.txt", "x"), workspace.write("d/a.txt", "x")
    assert [two, one] == expand(workspace.root, ("d/*.txt", "d/b.txt", str(one)), "k")


def test_a_pattern_that_names_no_file_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InputError, match=r"key k: no file matches 'prompts' \(looked in"):
        expand(workspace.root, ("prompts",), "k")  # a folder is no file


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "2026-11-22", "truely"])
def test_yes_and_no_and_dates_stay_words(workspace: Workspace, word: str) -> None:
    path = workspace.write("n.yaml", f"unsafe_answer: {word}\r\nflag: true\r\n")
    assert Note(unsafe_answer=word, flag=True) == load_yaml(Note, path)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", ["is empty"], id="empty"),
        pytest.param("# only a comment\n", ["is empty"], id="comment"),
        pytest.param(CONFIG + "name: d\n", ["line 6, key name", "stands twice"], id="key-twice"),
        pytest.param(CONFIG + "policy: {seed: 1, seed: 2}\n", ["line 6, key seed", "twice"], id="inner-key-twice"),
        pytest.param(CONFIG + "policy: &p {seed: 1}\nlimits: *p\n", ["line 7", "aliases are not accepted"], id="alias"),
        pytest.param("a: " + "[" * 60 + "]" * 60, ["line 1", "nested too deeply"], id="deep"),
        pytest.param(CONFIG + "policy: [\n", ["does not parse as YAML"], id="no-yaml"),
        pytest.param(CONFIG + "---\nname: d\n", ["line 6", "does not parse as YAML"], id="two-documents"),
        pytest.param(CONFIG + "prices: !!python/name:os.system\n", ["line 6", "does not parse"], id="python-tag"),
        pytest.param(CONFIG + "prices: \x07\n", ["does not parse as YAML"], id="control-character"),
        pytest.param(CONFIG + "colour: red\n", ["line 6, key colour", "unknown key"], id="unknown-key"),
        pytest.param(CONFIG + "policy:\n  audit_rate: 2\n", ["line 7, key policy.audit_rate", "'2'"], id="too-large"),
        pytest.param(CONFIG + "policy:\n  provisional: yes\n", ["line 7", "policy.provisional", "'yes'"], id="word"),
        pytest.param(CONFIG + "prices: 1_0\n", ["line 6, key prices", "valid string"], id="wrong-type"),
        pytest.param("name: c\n", ["line 1, key schema", "missing"], id="missing-key"),
        pytest.param("- a\n", ["line 1"], id="list"),
        pytest.param(CONFIG + "limits: {concurrency: 0x_}\n", ["bad.yaml"], id="half-a-number"),
        pytest.param(CONFIG + f"limits: {{concurrency: {'1' * 5000}}}\n", ["bad.yaml"], id="endless-number"),
        pytest.param(CONFIG + "prices: !!int abc\n", ["bad.yaml"], id="false-int-tag"),
        pytest.param(CONFIG + "prices: !!bool abc\n", ["bad.yaml"], id="false-bool-tag"),
    ],
)
def test_a_bad_yaml_file_is_refused_by_place(workspace: Workspace, text: str, parts: list[str]) -> None:
    path = workspace.write("bad.yaml", text)
    with pytest.raises(InputError) as caught:
        load_yaml(Config, path)
    assert [] == [part for part in [str(path), *parts] if part not in str(caught.value)]


def test_endless_nesting_in_yaml_is_an_error_and_no_crash(workspace: Workspace) -> None:
    path = workspace.write("deep.yaml", b"a: " + b"[" * 200_000)
    look = (
        "import sys; from pathlib import Path; from domain.errors import InputError\n"
        "from pipeline.config import load_config\n"
        "try: load_config(Path(sys.argv[1]))\n"
        "except InputError: print('refused')"
    )
    end = subprocess.run([sys.executable, "-c", look, str(path)], cwd=ROOT, capture_output=True, check=False)
    assert (0, b"refused\n") == (end.returncode, end.stdout)


def test_an_error_with_a_list_position_names_the_line_of_the_entry(workspace: Workspace) -> None:
    path = workspace.write("c.yaml", CONFIG.replace("[{judge_id: j, provider: lexicon}]", "\n- {judge_id: j}"))
    with pytest.raises(InputError, match=r"c\.yaml, line 6, key judges\.0\.provider: the key is missing"):
        load_yaml(Config, path)
