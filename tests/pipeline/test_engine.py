"""The engine: every job once, a bounded number in flight, a bounded number begun."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine import Job, Lane, work_off

Work = Callable[[], Awaitable[list[Job]]]


def run(starts: Iterator[Job], workers: Mapping[str, int], *, shared: int | None = None) -> None:
    """Work off, each lane alone or all in one pool; a minute bounds what would else hang for ever."""

    async def bounded() -> None:
        lanes = {name: Lane(most, name if shared is None else "all") for name, most in workers.items()}
        async with asyncio.timeout(60):
            await work_off(starts, lanes, pools=None if shared is None else {"all": shared})

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


def test_a_job_that_raises_ends_everything_but_what_other_lanes_are_working_on_is_finished() -> None:
    ended: list[str] = []
    error = RuntimeError("the endpoint is down")
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def of_the_same_lane() -> list[Job]:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            cancelled.set()
            raise
        return []

    async def fail() -> list[Job]:
        await started.wait()
        raise error

    async def of_another_lane() -> list[Job]:
        await cancelled.wait()
        ended.append("finished")
        return [job("a", lambda: ended.append("begun"))]

    starts = [Job("b", of_the_same_lane), Job("b", fail), Job("a", of_another_lane), Job("a", of_another_lane)]
    with pytest.raises(RuntimeError) as caught:
        run(iter(starts), {"a": 1, "b": 2})
    assert error is caught.value
    assert ["cancelled", "finished"] == ended


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


@pytest.mark.parametrize(("workers", "most"), [({"a": 4, "b": 4}, 4), ({"a": 1, "b": 4}, 4), ({"a": 1, "b": 1}, 2)])
def test_lanes_of_a_pool_have_no_more_in_flight_than_the_pool_and_each_its_own(
    workers: dict[str, int], most: int
) -> None:
    together = Gate(most)
    alone = {name: Gate(0) for name in workers}

    async def work(lane: str) -> list[Job]:
        gate = alone[lane]
        gate.now += 1
        gate.most = max(gate.most, gate.now)
        await together.pass_through()
        gate.now -= 1
        return []

    run((Job(lane, partial(work, lane)) for lane in 40 * "ab"), workers, shared=4)
    assert most == together.most
    assert all(gate.most <= workers[name] for name, gate in alone.items())


def test_places_that_one_lane_of_a_pool_leaves_free_are_anothers() -> None:
    gate = Gate(4)
    run((Job("a", gate.pass_through) for _ in range(8)), {"a": 4, "b": 4}, shared=4)
    assert 4 == gate.most


def test_a_pool_works_on_what_has_waited_longest() -> None:
    done: list[str] = []
    starts = [job(lane, partial(done.append, f"{lane}{n}")) for n, lane in enumerate("abba")]
    run(iter(starts), {"a": 1, "b": 1}, shared=1)
    assert ["a0", "b1", "b2", "a3"] == done


@given(st.data())
def test_whatever_lanes_and_pools_there_are_every_job_is_done(data: st.DataObject) -> None:
    workers = data.draw(st.dictionaries(st.sampled_from("abc"), st.integers(1, 4), min_size=1))
    names = st.sampled_from(sorted(workers))
    families = data.draw(st.lists(st.lists(names, min_size=1, max_size=4), max_size=30))
    done: Counter[int] = Counter()

    def family(number: int, lanes: list[str]) -> Job:
        do = partial(done.update, [number])
        return job(lanes[0], do, *(job(lane, do) for lane in lanes[1:]))

    run((family(*one) for one in enumerate(families)), workers, shared=data.draw(st.none() | st.integers(1, 6)))
    assert {n: len(lanes) for n, lanes in enumerate(families)} == done
