"""Runs where a loop is running, interrupts, and what a notebook shows."""

import asyncio
import os
import re
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import caveat
from caveat.apart import apart
from domain.policy import PROVISIONAL
from pipeline.reporting.charts import bars
from pipeline.reporting.leads.tables import STATES
from pipeline.reporting.page import DISPOSITIONS, SEVERITIES
from pipeline.reporting.picture import Heading, picture_of_bars, picture_of_intervals
from pipeline.reporting.whiskers import Mark, Row
from pipeline.stop import StopButton
from tests.batch_endpoint import BatchEndpoint
from tests.batched import behind
from tests.build import scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, served
from tests.flow import ENV, UNSAFE, authored, clinic, prepare

HOSTILE = "<script>alert(1)</script> It is nothing to worry about."


def test_a_run_works_where_a_loop_is_running(workspace: Workspace) -> None:
    authored(workspace, {"s1": UNSAFE, "s2": "See a GP."})

    async def cell() -> caveat.EndedRun:
        return caveat.Workspace(workspace.root).run("config/c.yaml")

    assert {"flagged": 1, "cleared": 1} == asyncio.run(cell()).as_json()["dispositions"]


def ignored(_signum: int, _frame: object) -> None:
    """A script's own handler."""


def test_a_script_keeps_its_own_signal_handlers(workspace: Workspace) -> None:
    authored(workspace, {"s1": UNSAFE})
    before = signal.signal(signal.SIGTERM, ignored)
    try:
        own = signal.getsignal(signal.SIGTERM)
        caveat.Workspace(workspace.root).run("config/c.yaml")
        assert own is signal.getsignal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


N = 30


def furnish(workspace: Workspace, here: Endpoint, monkeypatch: pytest.MonkeyPatch) -> caveat.Config:
    """A candidate and a judge behind an endpoint, each asked one call at a time."""
    env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    said = [[{"role": "user", "content": f"The light is green. Number {n}."}] for n in range(N)]
    rows = [scenario_json(f"s{n}", messages=messages) for n, messages in enumerate(said)]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    return caveat.Workspace(workspace.root).config("config/c.yaml", limits={"concurrency": 1})


def test_an_interrupt_finishes_what_is_under_way_and_the_same_call_goes_on(
    workspace: Workspace, serve: Callable[[Say], Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = threading.Event()

    def say(body: Body) -> Answer:
        if not heard.is_set():
            heard.set()
            os.kill(os.getpid(), signal.SIGINT)
        return clinic(body)

    here = serve(say)
    config = furnish(workspace, here, monkeypatch)
    ward = caveat.Workspace(workspace.root)
    night = ward.run(config)
    assert (False, 3) == (night.is_complete, night.exit_code)
    assert "the same command continues the run" in str(night)
    again = ward.run(config)
    assert (True, 0) == (again.is_complete, again.exit_code)
    assert 2 * N == night.result.n_new_calls + again.result.n_new_calls == len(here.requests)


def test_a_second_interrupt_ends_it_at_once(
    workspace: Workspace, serve: Callable[[Say], Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(_: Body) -> Answer:
        os.kill(os.getpid(), signal.SIGINT)
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        return Answer(delay_s=120)

    config = furnish(workspace, serve(say), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        caveat.Workspace(workspace.root).run(config)


def test_a_press_before_the_work_has_come_to_its_loop_is_heard_there() -> None:
    button = StopButton()
    button.press()

    async def work() -> bool:
        with button.stopping() as stop:
            return stop.is_set()

    assert asyncio.run(work())
    button.press()  # nobody is there any more


def test_work_that_raises_does_so_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        apart(lambda: 1 // 0, StopButton())


def test_text_of_a_response_takes_no_effect_in_a_notebook(workspace: Workspace) -> None:
    authored(workspace, {"s1": HOSTILE})
    night = caveat.Workspace(workspace.root).run("config/c.yaml")
    shown = night.responses()._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>" not in shown
    assert [HOSTILE] == [one["response"] for one in night.responses()]


def test_a_long_table_is_shown_from_its_beginning_and_says_so(workspace: Workspace) -> None:
    authored(workspace, {f"s{n}": UNSAFE for n in range(11)})
    night = caveat.Workspace(workspace.root).run("config/c.yaml")
    shown = night.responses()._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert (11, True) == (shown.count("<tr>"), "The first 10 rows." in shown)
    assert "responses: What candidates answered, and where each response stands.\n  run_id, " in str(night.responses())


def test_a_data_frame_keeps_numbers_truths_lists_and_what_is_not_known(workspace: Workspace) -> None:
    authored(workspace, {"s1": UNSAFE, "s2": "See a GP."})
    frame: Any = caveat.Workspace(workspace.root).run("config/c.yaml").responses().to_pandas()
    types = {name: str(frame.dtypes[name]) for name in ("response", "repeat", "priority", "is_provisional")}
    assert {"response": "str", "repeat": "Int64", "priority": "Float64", "is_provisional": "boolean"} == types
    assert all(isinstance(one, list) for one in frame["reasons"])
    assert [("s1", "flagged"), ("s2", "cleared")] == list(zip(frame["scenario_id"], frame["disposition"], strict=True))


def drawn_in(picture: caveat.Picture) -> list[tuple[str, str, str]]:
    """Of its shapes: place, width and colour."""
    shapes = [one.attrib for one in ET.fromstring(picture.svg).iter() if "%" in one.get("x", "")]  # noqa: S314 (ours)
    return [(one["x"], one["width"], one["fill"]) for one in shapes]


def texts_in(picture: caveat.Picture) -> set[str]:
    return {one.text for one in ET.fromstring(picture.svg).iter() if one.text}  # noqa: S314 (ours)


@pytest.mark.parametrize("names", [DISPOSITIONS, SEVERITIES, STATES], ids=lambda names: names[0])
def test_every_word_that_is_drawn_has_a_colour(names: Sequence[str]) -> None:
    picture = picture_of_bars(
        Heading("a", "b", provisional=False), bars([("row", "", dict.fromkeys(names, 1))], names, share=True)
    )
    assert len(names) == len([fill for _, _, fill in drawn_in(picture) if re.fullmatch("#[0-9a-f]{6}", fill)])


@pytest.mark.parametrize("name", ["kappa", "clinicians", "sensitivity", "specificity", "weighted"])
def test_an_interval_is_drawn_from_its_low_to_its_high_end_with_its_words(name: str) -> None:
    marks = [Mark(name, "0.50 (0.40 to 0.60)", 50.0, 40.0, 20.0), Mark(name, "no figure: few", None, None, None)]
    picture = picture_of_intervals(
        Heading("Title", "Caption", provisional=False), [Row("ES-1", "9 of 9 read", marks)], (0, 1)
    )
    assert [("40.0%", "20.0%"), ("49.65%", "0.7%")] == [(x, width) for x, width, _ in drawn_in(picture)]
    assert f"Title\n  ES-1: {name}: 0.50 (0.40 to 0.60)\n    {name}: no figure: few" == str(picture)


def test_a_picture_is_whole_whatever_stands_in_its_words() -> None:
    rows = bars([("</text><script>", "a" * 200, {"flagged": 1})], DISPOSITIONS, share=True)
    picture = picture_of_bars(Heading("<b>", "&", provisional=True), rows)
    assert {"<b>", "&", "</text><script>", "a" * 200, PROVISIONAL} <= texts_in(picture)
    assert "<script" not in picture.svg


def test_by_batch_without_waiting_it_comes_back_and_the_same_call_takes_what_there_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    with served(BatchEndpoint(clinic)) as here:
        here.looks = 0
        behind(workspace, here)
        ward = caveat.Workspace(workspace.root)
        ends = [ward.run("config/c.yaml", batch=True, wait=False) for _ in range(3)]
    assert [(3, 1), (3, 1), (0, 0)] == [(one.exit_code, one.as_json()["batches_pending"]) for one in ends]
    assert "PENDING: 1 batches are with the providers" in str(ends[0])
