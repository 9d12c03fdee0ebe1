"""config/identifiers.yaml: strict, and what is missing is said before anything begins."""

import pickle
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InputError
from domain.identifiers.found import Identifier, NamedKind
from pipeline.recogniser.load import load_recogniser
from tests.conftest import ROOT, Workspace
from tests.flow import ENV, authored, invoke
from tests.spacy_model import NAME, build_model, needs_presidio, settings, switch_on

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"schema": "identifiers/1"}, r"line 1, key presidio: the key is missing"),
    (settings() | {"names": True}, r"line 4, key names: .*unknown"),
    (settings(least_score=0.5), r"line 4, key presidio\.least_score: .*unknown"),
    (settings(model=""), r"line 3, key presidio\.model: "),
    (settings(model=7), r"line 3, key presidio\.model: "),
    (settings(kinds=[]), r"line 4, key presidio\.kinds: "),
    (settings(kinds=["URL"]), r"line 5, key presidio\.kinds\.0: .*'PERSON'"),
    (settings() | {"schema": "identifiers/2"}, r"line 1, key schema: .*identifiers/1"),
]


@pytest.mark.parametrize(("whole", "said"), FAULTS)
def test_a_file_that_is_not_as_it_must_be_names_line_and_key(
    workspace: Workspace, whole: dict[str, Any], said: str
) -> None:
    path = workspace.yaml("config/identifiers.yaml", whole)
    with pytest.raises(InputError, match=re.escape(str(path)) + ", " + said):
        load_recogniser(workspace.root)


def test_without_the_file_there_is_none(workspace: Workspace) -> None:
    assert load_recogniser(workspace.root) is None


def refused_everywhere(workspace: Workspace, said: str) -> None:
    """By every road that needs the gate, and nothing is written; the doctor says it too."""
    before = sorted(workspace.root.rglob("*"))
    for road in (
        ("run", "config/c.yaml"),
        ("requests", "export", "config/c.yaml", "--out", "out"),
        ("import", "responses", "data/responses/all.jsonl", "--name", "theirs"),
        ("identifiers", "check", "prompts/case.md"),
        ("serve", "--demo"),
    ):
        with pytest.raises(InputError, match=said):
            invoke(workspace, *road, env=ENV)
    assert before == sorted(workspace.root.rglob("*"))
    assert re.search(said, invoke(workspace, "doctor", "config/c.yaml").stdout)


@pytest.mark.skipif(find_spec("presidio_analyzer") is not None, reason="presidio is installed here")
def test_without_the_extra_no_road_begins_and_the_sentence_says_what_to_install(workspace: Workspace) -> None:
    authored(workspace, {"s1": "Rest."})
    workspace.yaml("config/identifiers.yaml", settings())
    said = r'identifiers\.yaml, key presidio: Presidio is not installed; run: pip install "caveat\[presidio\]"'
    refused_everywhere(workspace, said)


@needs_presidio
@pytest.mark.parametrize("model", ["no_such_model", "config/c.yaml", "../nowhere"])
def test_a_model_that_is_not_there_is_named_and_never_fetched(workspace: Workspace, model: str) -> None:
    authored(workspace, {"s1": "Rest."})
    workspace.yaml("config/identifiers.yaml", settings(model=model))
    refused_everywhere(workspace, r"key presidio\.model: there is no spaCy model .*: python -m spacy download")


@needs_presidio
def test_a_folder_that_holds_no_model_is_named(workspace: Workspace) -> None:
    workspace.yaml("config/identifiers.yaml", settings(model="prompts"))
    with pytest.raises(InputError, match=r"key presidio\.model: the spaCy model does not load: .*meta\.json"):
        load_recogniser(workspace.root)


@needs_presidio
def test_a_model_that_finds_none_of_a_kind_is_refused(workspace: Workspace) -> None:
    switch_on(workspace, kinds=["PERSON", "ORGANIZATION"])
    with pytest.raises(
        InputError, match=r"presidio\.kinds: the model finds no ORGANIZATION; it finds LOCATION, PERSON"
    ):
        load_recogniser(workspace.root)


@needs_presidio
@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (["PERSON"], [(NamedKind.PERSON, 5, 14)]),
        (["PERSON", "LOCATION"], [(NamedKind.PERSON, 5, 14), (NamedKind.LOCATION, 18, 25)]),
    ],
)
def test_only_the_kinds_asked_for_are_found(
    workspace: Workspace, kinds: list[str], found: list[tuple[NamedKind, int, int]]
) -> None:
    switch_on(workspace, kinds=kinds)
    one = load_recogniser(workspace.root)
    assert one is not None
    text = f"Tell {NAME} of Oldtown, three tablets nightly."
    assert tuple(Identifier(*each) for each in found) == one.find(text) == pickle.loads(pickle.dumps(one)).find(text)  # noqa: S301


@needs_presidio
def test_it_says_what_it_is_and_another_model_of_the_same_version_is_another(workspace: Workspace) -> None:
    switch_on(workspace)
    one = load_recogniser(workspace.root)
    build_model(workspace.root / "others", ("PERSON", "Al Bloggs"))
    workspace.yaml("config/identifiers.yaml", settings(model=str(workspace.root / "others")))
    other = load_recogniser(workspace.root)
    assert one is not None
    assert other is not None
    assert re.fullmatch(r"presidio-analyzer [\d.]+, spaCy [\d.]+, en_ward_names 1\.2\.3, PERSON", one.said)
    assert (one.said, True) == (other.said, one.sha256 != other.sha256)


@needs_presidio
@pytest.mark.parametrize("length", [0, 499, 500, 501, 99_995, 100_000, 100_001, 199_495, 250_000])
def test_a_name_anywhere_in_a_long_text_is_found_once(workspace: Workspace, length: int) -> None:
    """Longer ones are read piece by piece; so the name stands across a cut here, or at the very end."""
    switch_on(workspace)
    one = load_recogniser(workspace.root)
    assert one is not None
    assert (Identifier(NamedKind.PERSON, length, length + 9),) == one.find(" " * length + NAME)
    assert () == one.find(" " * length)


NO_NETWORK = """
import sys
from pathlib import Path

def refuse(event, _):
    assert not event.startswith("socket."), event

sys.addaudithook(refuse)
from pipeline.recogniser.load import load_recogniser
one = load_recogniser(Path(sys.argv[1]))
print(len(one.find("Tell Jo Bloggs, jo@clinic.example, of https://clinic.example and 020 7946 0000.")))
"""
LAZY = """
import sys
from pathlib import Path
import pipeline.cli, review.serving
from pipeline.recogniser.load import load_recogniser
assert load_recogniser(Path(sys.argv[1])) is None
print(len({"presidio_analyzer", "spacy"} & sys.modules.keys()))
"""


def printed(code: str, *args: str | Path) -> str:
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


@needs_presidio
def test_it_opens_no_socket(workspace: Workspace) -> None:
    switch_on(workspace)
    assert "1" == printed(NO_NETWORK, workspace.root)
    with pytest.raises(subprocess.CalledProcessError):  # else the hook would see none
        printed(f"{NO_NETWORK}\nimport socket\nsocket.socket()", workspace.root)


def test_where_it_is_off_nothing_of_it_is_imported(workspace: Workspace) -> None:
    assert "0" == printed(LAZY, workspace.root)
