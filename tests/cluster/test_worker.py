"""One worker by itself: what it says, and when."""

import asyncio
from collections.abc import Callable

import pytest

from judges.pace import WHOLE
from pipeline.cluster.news import News
from pipeline.cluster.parcel import Chunk, Report, bundle_of
from pipeline.cluster.worker import Worker
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.items import items_of
from pipeline.panel import build_judge
from pipeline.prices import load_prices
from tests.clock import Clock, run
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import ENV, UNSAFE, authored, clinic, prepare, schema_of

Serve = Callable[[Say], Endpoint]


def hired(workspace: Workspace) -> tuple[Worker, Chunk]:
    """A worker, and all items of its run."""
    inputs = Inputs(workspace.root, load_config(workspace.root / "config/c.yaml"))
    judges = [build_judge(spec, inputs) for spec in inputs.config.judges]
    bundle = bundle_of(inputs, judges, load_prices(workspace.root / inputs.config.prices))
    return Worker(bundle, WHOLE, ENV), Chunk(1, list(items_of("r", inputs)), [], None)


def test_what_is_finished_is_said_without_waiting_for_more(workspace: Workspace) -> None:
    authored(workspace, {"s1": UNSAFE, "s2": "See a GP."})
    worker, chunk = hired(workspace)
    said: list[Report] = []

    async def story(_: Clock) -> None:
        await worker.begin([chunk], is_stopping=False)
        async for report in worker.reports():
            said.append(report)
            if report.ended:
                return

    assert 0.0 == run(story)
    assert 2 == b"".join(one.lines for one in said).count(b'"kind":"item"')


def test_a_finished_call_is_said_while_others_are_in_flight_and_how_many_those_are(
    workspace: Workspace, serve: Serve
) -> None:
    def say(body: Body) -> Answer:
        here.is_held = schema_of(body) is not None
        return clinic(body)

    here = serve(say)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url, transport="direct")
    worker, chunk = hired(workspace)

    async def story() -> tuple[bytes, bytes]:
        assert "" == await worker.ready()
        await worker.begin([chunk], is_stopping=False)
        said, before = b"", b""
        async for report in worker.reports():
            said += report.lines
            if here.is_held and {"candidate a": 0, "judge j": 1} == report.n_in_flight:
                before, here.is_held = said, False
            if report.ended:
                break
        await worker.leave()
        return before, said.removeprefix(before)

    before, after = asyncio.run(story())
    assert (1, 0) == (before.count(b'"kind":"response"'), before.count(b'"kind":"verdict"'))
    assert (1, 1) == (after.count(b'"kind":"verdict"'), after.count(b'"kind":"item"'))


def test_a_worker_that_leaves_says_everything_before_its_last_report(workspace: Workspace) -> None:
    authored(workspace, {f"s{n}": UNSAFE for n in range(60)})
    worker, chunk = hired(workspace)

    async def story() -> list[Report]:
        reports = worker.reports()
        await worker.begin([chunk], is_stopping=False)
        found = [await anext(reports)]
        await worker.leave()
        return found + [report async for report in reports]

    found = asyncio.run(story())
    assert [False] * (len(found) - 1) + [True] == [one.is_last for one in found]


def test_a_wait_that_is_broken_off_loses_no_report() -> None:
    async def story() -> Report:
        ready = asyncio.Event()

        async def pull() -> Report:
            await ready.wait()
            return Report(b"kept")

        news = News(pull)
        first = asyncio.create_task(news.next())
        await asyncio.sleep(0)
        first.cancel()
        ready.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await news.next()

    assert b"kept" == asyncio.run(story()).lines
