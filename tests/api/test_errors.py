"""Every foreseen error is one kind of exception, with the sentence and the exit code of the command line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import caveat
from pipeline.cli import main
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored


@pytest.fixture
def ward(workspace: Workspace) -> caveat.Workspace:
    authored(workspace, {"s1": UNSAFE})
    one = caveat.Workspace(workspace.root)
    one.run("config/c.yaml")
    workspace.write("config/bad.yaml", (workspace.root / "config/c.yaml").read_bytes() + b"polcy: {}\n")
    return one


CASES: list[tuple[Callable[[caveat.Workspace], object], str]] = [
    (lambda ward: ward.run("config/bad.yaml"), "bad.yaml, line 2[0-9], key polcy: unknown key"),
    (lambda ward: ward.estimate("config/none.yaml"), "none.yaml"),
    (lambda ward: ward.config("config/c.yaml", polcy={}), "the configuration given, key polcy: unknown key"),
    (lambda ward: ward.config("config/c.yaml", policy={"minutes": "many"}), "key policy.minutes: .* number"),
    (lambda ward: ward.config("config/c.yaml", name=object()), "a value that no configuration has"),
    (lambda ward: ward.config({"schema": "config/1"}), "the key is missing"),
    (lambda ward: ward.run("config/c.yaml", run_id="a/b"), "'a/b' cannot name a run"),
    (lambda ward: ward.open_run("other"), "no run 'other'; it has: c"),
    (lambda ward: ward.open_run("c").compare(), "there are no labels to compare with"),
    (lambda ward: ward.open_run("c").compare(labels=["none/*.jsonl"]), "none/"),
    (lambda ward: ward.compare(), "expected one run or more, or days"),
    (lambda ward: ward.diff("c", "c"), "expected two runs"),
    (lambda ward: ward.certify(by="a", reason="b"), "expected one run or more"),
    (lambda ward: ward.queue(lane="urgent"), "expected one of flagged, .*, got 'urgent'"),
    (lambda ward: ward.open_run("c").table("rows"), "expected one of responses, .*, got 'rows'"),
    (lambda ward: ward.open_run("c").export("docx"), "expected one of xlsx, .*, got 'docx'"),
    (lambda ward: ward.open_run("c").export("otlp", blind=True), "it goes with no --blind"),
    (lambda ward: ward.open_run("c").gate(first=True), "say whose and why"),
    (lambda ward: ward.import_file("words", "a.csv"), "expected one of .*, got 'words'"),
    (lambda ward: ward.import_labels("none.csv"), "none.csv"),
    (lambda ward: caveat.Workspace(ward.folder / "elsewhere"), "elsewhere: is no folder"),
    (lambda ward: caveat.init(ward.folder), "already holds files"),
    (lambda ward: ward.open_run("c").report("config/c.yaml/page.html"), "c.yaml"),
]


@pytest.mark.parametrize(("asked", "sentence"), CASES, ids=[sentence[:40] for _, sentence in CASES])
def test_a_mistake_is_a_sentence_with_an_exit_code(
    ward: caveat.Workspace, asked: Callable[[caveat.Workspace], object], sentence: str
) -> None:
    with pytest.raises(caveat.CaveatError, match=sentence) as caught:
        asked(ward)
    assert 2 == caught.value.exit_code


def test_the_sentence_is_the_commands(
    ward: caveat.Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(caveat.InputError) as caught:
        ward.run("config/bad.yaml")
    monkeypatch.setattr(sys, "argv", ["caveat", "-C", str(ward.folder), "run", "config/bad.yaml"])
    with pytest.raises(SystemExit) as left:
        main()
    assert (caught.value.exit_code, f"caveat: {caught.value}\n") == (left.value.code, capsys.readouterr().err)


def test_a_run_goes_on_only_under_the_configuration_it_began_with(ward: caveat.Workspace) -> None:
    with pytest.raises(caveat.RunMismatchError, match=r"these differ: .*policy\.audit_rate"):
        ward.run(ward.config("config/c.yaml", policy={"audit_rate": 0.5}))


def test_without_pandas_a_data_frame_says_what_to_install(
    ward: caveat.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(caveat.InputError, match=r"pip install \"caveat\[notebook\]\""):
        ward.queue().to_pandas()
    assert 1 == len(list(ward.queue()))


def test_what_is_missing_is_said_before_a_run_as_by_the_doctor(ward: caveat.Workspace, tmp_path: Path) -> None:
    assert {"configuration", "content", "prices", "store", "policy"} == {
        one.name for one in ward.check("config/c.yaml")
    }
    assert [False] == [one.ok for one in ward.check(tmp_path / "config/bad.yaml")]
