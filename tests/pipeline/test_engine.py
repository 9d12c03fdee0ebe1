"""The engine: every job once, a bounded number in flight, a bounded number begun."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping

import pytest

from pipeline.engine import Job, work_off

Work = Callable[[], Awaitable[list[Job]]]


def run(starts: Iterator[Job], workers: Mapping[str, int]) -> None:
    """Work off; a minute bounds what would else hang for ever."""

    async def bounded() -> None:
        async with asyncio.timeout(60):
            await work_off(starts, workers)

    asyncio.run(bounded())


def job(lane: str, do: Callable[[], object], *follow_ups: Job) -> Job:
    async def work() -> list[Job]:
        do()
        return list(follow_ups)

    return Job(lane, work)


class Gate:
    """Holds jobs until so many are in flight at once."""

    def __init__(self, opens_at: int) -> None:
        self.opens_at = opens_at
        self.now = self.most = 0
        self.event = asyncio.Event()

    async def pass_through(self) -> list[Job]:
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now == self.opens_at:
            self.event.set()
        await self.event.wait()
        self.now -= 1
        return []


@pytest.mark.parametrize("workers", [{"a": 1, "b": 1}, {"a": 3, "b": 7}], ids=["one-each", "many"])
def test_every_job_and_all_that_comes_of_it_is_done_once(workers: dict[str, int]) -> None:
    done: Counter[str] = Counter()

    def family(n: int) -> Job:
        leaf = [job("b", lambda: done.update([f"leaf {n}"])) for _ in range(2)]
        return job("a", lambda: done.update([f"first {n}"]), job("a", lambda: done.update([f"next {n}"]), *leaf))

    run((family(n) for n in range(40)), workers)
    expected = {f"{name} {n}": times for n in range(40) for name, times in (("first", 1), ("next", 1), ("leaf", 2))}
    assert expected == done


def test_nothing_to_do_ends_at_once() -> None:
    run(iter(()), {"a": 2})


@pytest.mark.parametrize("n_workers", [1, 3])
def test_a_lane_never_has_more_in_flight_than_it_has_workers(n_workers: int) -> None:
    gate = Gate(n_workers)
    run((Job("a", gate.pass_through) for _ in range(20)), {"a": n_workers, "b": 5})
    assert n_workers == gate.most


def test_lanes_work_at_the_same_time() -> None:
    gate = Gate(4)
    run((Job(lane, gate.pass_through) for lane in "abab"), {"a": 2, "b": 2})
    assert 4 == gate.most


def test_new_families_begin_only_as_others_end() -> None:
    begun = ended = 0
    most = 0

    def starts() -> Iterator[Job]:
        nonlocal begun, most
        for _ in range(50):
            begun += 1
            most = max(most, begun - ended)
            yield job("a", lambda: None, job("b", end))

    def end() -> None:
        nonlocal ended
        ended += 1

    run(starts(), {"a": 2, "b": 1})
    assert (50, 50, 2 * 3) == (begun, ended, most)


def test_a_job_that_raises_ends_everything_with_its_own_exception() -> None:
    cancelled: list[str] = []
    error = RuntimeError("disk full")
    started = asyncio.Event()

    async def wait_for_ever() -> list[Job]:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("cancelled")
            raise
        return []

    async def fail() -> list[Job]:
        await started.wait()
        raise error

    with pytest.raises(RuntimeError) as caught:
        run(iter([Job("a", wait_for_ever), Job("b", fail), Job("b", wait_for_ever)]), {"a": 1, "b": 1})
    assert error is caught.value
    assert ["cancelled"] == cancelled


@pytest.mark.parametrize("n_before", [0, 30], ids=["at-the-start", "in-the-middle"])
def test_a_start_that_cannot_be_read_ends_everything_with_its_own_exception(n_before: int) -> None:
    error = ValueError("the file changed")

    def starts() -> Iterator[Job]:
        yield from (job("a", lambda: None) for _ in range(n_before))
        raise error

    with pytest.raises(ValueError, match="the file changed") as caught:
        run(starts(), {"a": 2})
    assert error is caught.value


def test_a_slow_lane_does_not_stop_another() -> None:
    all_quick_done = asyncio.Event()
    n_quick = 0

    def quick() -> None:
        nonlocal n_quick
        n_quick += 1
        if n_quick == 50:
            all_quick_done.set()

    async def slow() -> list[Job]:
        await all_quick_done.wait()
        return []

    starts = [Job("slow", slow), Job("slow", slow), *(job("quick", quick) for _ in range(50))]
    run(iter(starts), {"slow": 1, "quick": 1})
    assert 50 == n_quick
