"""A run as a person at a terminal sees it, and what Ctrl-C does there."""

import subprocess
from collections.abc import Callable

import orjson
import pytest

from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.flow import ENV, clinic, facts, invoke, prepare, schema_of
from tests.terminal import CTRL_C, Terminal

Serve = Callable[[Say], Endpoint]
CURSOR_ON, CURSOR_OFF = "\x1b[?25h", "\x1b[?25l"


def ready(workspace: Workspace, here: Endpoint) -> None:
    prepare(workspace, "green", "red", "amber", provider="openai", model="m", base_url=here.openai_url)


def row(text: str, who: str) -> list[str]:
    """The cells of somebody's row in the last frame: done, of, and more."""
    return next(line for line in reversed(text.splitlines()) if line.startswith(f"{who} ")).split()[2:]


def test_the_last_frame_has_the_counts_of_the_whole_run_after_it_was_continued(
    workspace: Workspace, serve: Serve
) -> None:
    broken = Answer("no JSON at all")
    here = serve(lambda body: broken if schema_of(body) and "light is red" in str(body) else clinic(body))
    ready(workspace, here)
    invoke(workspace, "run", "config/c.yaml", "--limit", "2", env=ENV)
    terminal = Terminal(workspace, "run", "config/c.yaml", env=ENV)
    assert 0 == terminal.end()
    assert "3 of 3 responses judged, 6 calls" in terminal.text
    assert ["3", "3"] == row(terminal.text, "candidate a")[:2]
    assert ["3", "3"] == row(terminal.text, "judge j")[:2]
    assert "judge j: 1 malformed" in terminal.text
    assert terminal.raw.rindex(CURSOR_OFF) < terminal.raw.rindex(CURSOR_ON) < terminal.raw.index("PROVISIONAL")


def test_ctrl_c_once_says_what_is_waited_for_and_ends_cleanly(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    here.is_held = True
    ready(workspace, here)
    terminal = Terminal(workspace, "run", "config/c.yaml", env=ENV)
    terminal.wait_for("candidate a")
    terminal.press(CTRL_C)
    terminal.wait_for("Stopping: calls in flight are finished first (3).")
    here.is_held = False
    assert 3 == terminal.end()
    assert "STOPPED before the end: it was told to" in terminal.text
    assert terminal.raw.rindex(CURSOR_OFF) < terminal.raw.rindex(CURSOR_ON)
    assert 3 == len(here.requests)
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    assert 6 == len(here.requests)


def test_ctrl_c_twice_ends_at_once_and_gives_the_terminal_back(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    here.is_held = True
    ready(workspace, here)
    terminal = Terminal(workspace, "run", "config/c.yaml", env=ENV)
    terminal.wait_for("candidate a")
    terminal.press(CTRL_C)
    terminal.wait_for("Stopping")
    terminal.press(CTRL_C)
    assert 3 == terminal.end()
    assert "Stopped. What was asked is in the journal; the same command continues." in terminal.text
    assert "Traceback" not in terminal.text
    assert terminal.raw.rindex(CURSOR_OFF) < terminal.raw.rindex(CURSOR_ON) < terminal.raw.rindex("Stopped.")
    here.is_held = False
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]


def test_with_json_stdout_holds_one_object_while_the_view_is_on_the_terminal(
    workspace: Workspace, serve: Serve
) -> None:
    ready(workspace, serve(clinic))
    terminal = Terminal(workspace, "run", "config/c.yaml", "--json", env=ENV, stdout=subprocess.PIPE)
    code = terminal.end()
    assert terminal.process.stdout is not None
    with terminal.process.stdout as stdout:
        assert (0, 3) == (code, orjson.loads(stdout.read())["finished"])
    assert "3 of 3 responses judged" in terminal.text


@pytest.mark.parametrize("env", [{"CI": "true"}, {"TERM": "dumb"}], ids=["in CI", "on a dumb terminal"])
def test_a_terminal_that_is_none_for_people_gets_no_control_sequence(
    workspace: Workspace, serve: Serve, env: dict[str, str]
) -> None:
    ready(workspace, serve(clinic))
    terminal = Terminal(workspace, "run", "config/c.yaml", env={**ENV, **env})
    assert 0 == terminal.end()
    assert "\x1b" not in terminal.raw


@pytest.mark.parametrize(("no_color", "is_coloured"), [("", True), ("1", False)])
def test_failures_have_a_colour_unless_no_color_is_set(
    workspace: Workspace, serve: Serve, no_color: str, *, is_coloured: bool
) -> None:
    ready(workspace, serve(lambda body: Answer("no JSON") if schema_of(body) else clinic(body)))
    terminal = Terminal(workspace, "run", "config/c.yaml", env={**ENV, "NO_COLOR": no_color})
    assert 0 == terminal.end()
    assert "judge j: 3 malformed" in terminal.text
    assert is_coloured == ("\x1b[33m" in terminal.raw)
