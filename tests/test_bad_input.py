"""Bad input through the installed command line: one sentence on stderr, exit code 2, never a traceback."""

import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from pipeline.cli import main
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.flow import start

RUN = "run config/c.yaml"
STORE = "data/caveat.duckdb"
SCENARIOS = "data/scenarios/all.jsonl"
LINE = orjson.dumps(scenario_json("s1"))


def _twice(workspace: Workspace) -> None:
    one = {"candidate_id": "a", "provider": "scripted", "script": ["data/responses/*.jsonl"]}
    workspace.config(candidates=[one, dict(one, script=["data/responses/all.jsonl"])])


def _contradicting(workspace: Workspace) -> None:
    examples = criterion_json()["examples"]
    examples["does_not_violate"][0]["text"] = examples["violates"][0]["text"]
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(examples=examples)))


def _keyless(workspace: Workspace) -> None:
    workspace.config(judges=[{"judge_id": "j", "provider": "openai", "model": "m", "api_key_env": "CAVEAT_NO_KEY"}])


def _sqlite(workspace: Workspace) -> None:
    with sqlite3.connect(workspace.root / STORE) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()


def _folder(name: str) -> Callable[[Workspace], None]:
    return lambda workspace: (workspace.root / name).mkdir(parents=True)


def _file(name: str, text: str | bytes) -> Callable[[Workspace], Path]:
    return lambda workspace: workspace.write(name, text)


def _config(**changes: object) -> Callable[[Workspace], Path]:
    return lambda workspace: workspace.config(**changes)


def _added(text: str) -> Callable[[Workspace], Path]:
    """Lines at the end of the configuration."""
    return lambda w: w.write("config/c.yaml", (w.root / "config/c.yaml").read_text() + text)


def _nothing(_: Workspace) -> None:
    """Leave everything as it is."""


Row = tuple[Callable[[Workspace], object], str, str]
BAD: dict[str, Row] = {
    "unknown key": (_config(colour="red"), RUN, "key colour: unknown key"),
    "wrong type": (_config(limits={"concurrency": "many"}), RUN, "key limits.concurrency"),
    "candidate twice": (_twice, RUN, "candidate_id must be unique"),
    "key twice": (_added("name: again\n"), RUN, "key name: the key stands twice"),
    "key with a line break": (_added('"a\\nb": 1\n'), RUN, "unknown key"),
    "key that would clear the screen": (_added('"\\e[2J": 1\n'), RUN, "key ?[2J: unknown key"),
    "no such config": (_nothing, "run config/none.yaml", "none.yaml: cannot be read"),
    "config is a folder": (_folder("config/d.yaml"), "run config/d.yaml", "d.yaml"),
    "config is a folder, absolute": (_folder("config/d.yaml"), "run {root}/config/d.yaml", "d.yaml"),
    "broken YAML": (_file("config/c.yaml", "schema: [config/1\nname: x\n"), RUN, "c.yaml, line 2"),
    "YAML with a control character": (_added("# \x07\n"), RUN, "c.yaml"),
    "empty config": (_file("config/c.yaml", ""), RUN, "c.yaml: is empty"),
    "config that is no UTF-8": (_file("config/c.yaml", b"schema: \xff\n"), RUN, "line 1: expected UTF-8"),
    "config that is a list": (_file("config/c.yaml", "- a\n"), RUN, "c.yaml"),
    "examples that contradict": (_contradicting, RUN, "an example of both sides"),
    "broken scenario": (_file(SCENARIOS, LINE + b"\n{broken\n"), RUN, "all.jsonl, line 2: expected one JSON object"),
    "scenario that is no UTF-8": (
        _file(SCENARIOS, LINE + b'\n{"a": "\xff"}'),
        RUN,
        "all.jsonl, line 2: expected UTF-8",
    ),
    "scenario twice": (_file(SCENARIOS, LINE + b"\n" + LINE), RUN, "stands twice; first in"),
    "scenario with an endless number": (
        _file(SCENARIOS, b'{"n": ' + b"1" * 5000 + b"}"),
        RUN,
        "line 1",
    ),
    "scenario nested without end": (_file(SCENARIOS, b"[" * 100_000), RUN, "line 1"),
    "empty scenarios": (_file(SCENARIOS, b"\n\n"), RUN, "all.jsonl: is empty"),
    "no scenarios": (_config(scenarios=["data/none/*.jsonl"]), RUN, "no file matches"),
    "no prompt": (_config(prompts={"system": "prompts/none.md"}), RUN, "none.md: cannot be read"),
    "prompt with an unknown field": (_file("prompts/case.md", "{{ colour }}"), RUN, "unknown field colour"),
    "no key": (_keyless, RUN, "CAVEAT_NO_KEY"),
    "base_url that is none": (
        _config(judges=[{"judge_id": "j", "provider": "openai", "model": "m", "base_url": "http://[::1"}]),
        RUN,
        "base_url",  # BUG: httpx.InvalidURL, a traceback
    ),
    "run id that leaves the folder": (_nothing, f"{RUN} --run-id ../../outside", "run"),
    "run id with a slash": (_nothing, f"{RUN} --run-id a/b", "run"),
    "runs folder is a file": (_file("data/runs", "x"), RUN, "data/runs"),
    "journal of another kind": (_file("data/runs/c/journal.jsonl", "hello\n"), RUN, "is damaged at byte 0"),
    "journal that is no object": (_file("data/runs/c/journal.jsonl", "[1]\n"), RUN, "journal.jsonl"),
    "no store": (_nothing, "queue", "there is no store yet"),
    "unknown run in report": (_nothing, "report nobody", "no run 'nobody'"),
    "unknown run in compare": (_nothing, "compare nobody", "no run 'nobody'"),
    "store of garbage": (_file(STORE, b"garbage " * 4096), "queue", STORE),
    "store of garbage in a run": (_file(STORE, b"garbage " * 4096), RUN, STORE),
    "store that is a folder": (_folder(STORE), "queue", STORE),
    "store of SQLite": (_sqlite, "queue", STORE),
    "import of no file": (_nothing, "import labels none.jsonl", "none.jsonl"),
    "import of an empty table": (_file("x.csv", ""), "import labels x.csv", "x.csv: is empty"),
}


Shown = tuple[int, str, str]
"""Exit code, stdout, stderr."""


@pytest.fixture
def at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[[str], Shown]:
    """The entry point itself, in this process (an interpreter for each row would take a minute): what it shows."""

    def run(args: str) -> Shown:
        words = args.format(root=workspace.root).split()
        monkeypatch.setattr(sys, "argv", ["caveat", "-C", str(workspace.root), *words])
        code = 0
        try:
            main()
        except SystemExit as ended:  # any other error would be a traceback, and fails the test as what it is
            code = int(ended.code or 0)
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.mark.parametrize(("spoil", "args", "said"), list(BAD.values()), ids=list(BAD))
def test_bad_input_is_one_sentence_and_exit_code_2(
    workspace: Workspace, spoil: Callable[[Workspace], object], args: str, said: str, at: Callable[[str], Shown]
) -> None:
    workspace.config()
    if "nobody" in args:
        at(RUN)
    spoil(workspace)
    code, out, wrong = at(args)
    assert (2, "", 1) == (code, out, len(wrong.splitlines())), wrong
    assert re.match(r"caveat: \w|caveat: /", wrong), wrong
    assert wrong.removesuffix("\n").isprintable()
    assert said in wrong


@pytest.mark.parametrize(
    "args", [f"{RUN} --limit -1", f"{RUN} --limit 0", "queue --lane nowhere", "import songs x", "sing"]
)
def test_wrong_usage_is_exit_code_2(workspace: Workspace, args: str, at: Callable[[str], Shown]) -> None:
    workspace.config()
    code, out, wrong = at(args)
    assert (2, "") == (code, out)
    assert wrong.startswith("Usage: ")


@pytest.mark.parametrize("name", ["unknown key", "store of garbage", "no such config"])
def test_a_process_of_its_own_says_the_same(workspace: Workspace, name: str) -> None:
    spoil, args, said = BAD[name]
    workspace.config()
    spoil(workspace)
    process = start(workspace, *args.split())
    out, wrong = process.communicate()
    assert (2, "", 1) == (process.returncode, out, len(wrong.splitlines()))
    assert wrong.startswith("caveat: ")
    assert said in wrong
