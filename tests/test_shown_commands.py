"""Every command that README and documentation show is executed, or is listed here with the reason why it cannot be."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli import caveat
from tests import documented
from tests.conftest import Workspace
from tests.endpoint import endpoint
from tests.flow import ENV
from tests.shown import PAGES, commands

EXECUTED_ELSEWHERE = {
    "tutorial-ml-team.md": "tests/test_tutorials.py types all of it",
    "tutorial-lead.md": "tests/test_tutorials.py types all of it",
    "tutorial-clinician.md": "tests/test_tutorial_clinician.py walks it in a browser",
    "commands.md": "the help's own examples: their options are checked below",
}
NOT_RUN = {
    r"make (run|reference|docs|notebook|test|check|format)": "sets up, or runs this very test",
    r"caveat compare-table": "needs tables of other tools; tests/importing reads such ones",
    r"make serve|caveat serve": "serves until somebody ends it; tests/review opens every page of it",
    r"source |export ": "prepares a shell",
    r"pip install|python -m spacy download|ray start|vllm serve": "installs or starts what is no part of Caveat",
    r"caveat run .*--engine ray": "needs a cluster; tests/cluster runs one",
    r"(?!.*--dry-run)caveat run .*--batch": "needs a provider's batch API; tests/test_batches.py plays one",
    r".*postgresql://": "needs a server; tests/store runs one",
    r"pg_dump|pg_restore": "PostgreSQL's own",
    r"while read": "needs a collector of OpenTelemetry",
    r"caveat requests import": "needs files that a model answered; tests/test_requests.py brings them",
    r"caveat stop --lift": "the id is that of one stop; tests/test_stop.py lifts one",
    r"caveat anchors compare .*--answers": "needs a month of nights; tests/test_month.py passes one",
    r"caveat identifiers allow": "needs a text that the gate stops; tests/test_identifiers.py has them",
    r"caveat identifiers check data/scenarios/ward.jsonl": "the same",
    r"caveat digest --dry-run": "needs config/site.yaml; tests of the digest have one",
    r"caveat probe config/demo.yaml": "two hundred attacks on each response; tests/test_probe.py takes fewer",
    r"0 7 ": "a line of a crontab",
}  # fmt: skip
"""By a pattern of the command."""


def reason(command: str) -> str | None:
    """Why it is not executed; None: it is."""
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, command)), None)


def parts(command: str) -> Iterator[list[str]]:
    """The calls of caveat in a line, without what the shell does around them."""
    words = list(shlex.shlex(command, posix=True, punctuation_chars=True))
    found: list[str] | None = None
    for word in [*_whole(command, words), ";"]:
        if word == "caveat":
            found = []
        elif set(word) <= set("();<>|&") and word:
            if found is not None:
                yield found
            found = None
        elif found is not None:
            found.append(word)


def _whole(command: str, words: list[str]) -> list[str]:
    """Words as the shell has them, where it does nothing but split them."""
    return words if re.search(r"[|&;<>](?![^']*'[^']*$)", command) else shlex.split(command)


def read(words: list[str]) -> None:
    """Let the command line read a call down to its last option; an error is raised."""
    group: click.Command = caveat
    context = click.Context(caveat, info_name="caveat")
    while isinstance(group, click.Group):
        if words[:1] == ["-C"]:
            words = words[2:]
        if not words or words[0].startswith("-"):
            return
        below = group.get_command(context, words[0])
        assert below is not None, f"there is no {' '.join(words)}"
        context = click.Context(below, context, info_name=words[0])
        group, words = below, words[1:]
    if {"--help", "-h"} & set(words) or any("…" in word for word in words):
        return  # values that the page leaves out
    group.make_context(context.info_name, list(words), parent=context.parent)


ALL = [(page.name, command) for page in PAGES for command in commands(page)]


@pytest.mark.parametrize(("page", "command"), [(p, c) for p, c in ALL if "caveat" in c])
def test_the_command_line_knows_the_command_with_its_options(page: str, command: str) -> None:
    for words in parts(command):
        read(words)
    assert page


def test_every_reason_is_still_needed() -> None:
    shown = [command for page, command in ALL if page not in EXECUTED_ELSEWHERE]
    assert all(any(re.match(pattern, one) for one in shown) for pattern in NOT_RUN)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With the endpoint that its configurations name."""
    workspace = Workspace(tmp_path_factory.mktemp("documented"))
    with endpoint(documented.say) as here:
        documented.lay_out(workspace, here.openai_url)
        yield workspace.root


EXECUTED = [
    page for page in PAGES if page.name not in EXECUTED_ELSEWHERE and any(not reason(c) for c in commands(page))
]


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.name)
def test_every_command_of_the_page_works(page: Path, base: Path, tmp_path: Path) -> None:
    here = shutil.copytree(base, tmp_path / "workspace")
    with chdir(here):
        for command in commands(page):
            if not reason(command):
                execute(command)


def execute(command: str) -> None:
    """In this process, in the order of the page."""
    name, *words = shlex.split(command)
    if name in ("cp", "mkdir"):
        subprocess.run([name, *words], check=True)
        if name == "cp":
            edited = Path(words[-1]) / "system.md"
            edited.write_text(f"{edited.read_text('utf-8')}\nBe careful.\n", encoding="utf-8")  # as the page says
        return
    assert name == "caveat", f"list it with a reason, or teach this test to run it: {command}"
    done = CliRunner(env=ENV).invoke(caveat, words, input="y\n", catch_exceptions=False)
    assert 0 == done.exit_code, f"{command}\n{done.output}"


PRESENT = [page for page in PAGES if page.name != "CHANGELOG.md"]  # which names what was, too


@pytest.mark.parametrize("page", PRESENT, ids=lambda page: page.name)
def test_a_command_named_in_a_sentence_is_one_that_there_is(page: Path) -> None:
    for words in re.findall(r"`caveat ((?:[a-z]+ ?)+)", page.read_text("utf-8")):
        command: click.Command = caveat
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            below = command.get_command(click.Context(command), word)
            assert below is not None, f"caveat {words}"
            command = below
