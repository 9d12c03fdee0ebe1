"""The driver's book: whatever workers are lost and whenever, every item ends once and the cap holds."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.item import Item
from pipeline.cluster.ledger import Ledger, Measure
from pipeline.cluster.parcel import Chunk, Ended
from pipeline.items import Source
from pipeline.journal import Entry
from tests.build import candidate, scenario

CALL = 0.25
"""What every call costs."""


def items(n: int) -> Iterator[tuple[Item, Source]]:
    a = candidate("a")
    return ((Item(f"i{number}", "r", scenario(f"s{number}"), "a", "x", 0), a) for number in range(n))


def response(item_id: str) -> Entry:
    return {"kind": "response", "item_id": item_id, "call": {"usd": CALL}}


def verdict(item_id: str) -> Entry:
    return {"kind": "verdict", "item_id": item_id, "verdict_id": f"v-{item_id}", "call": {"usd": CALL}}


def finished(item_id: str) -> Entry:
    return {"kind": "item", "item_id": item_id}


def ids(chunk: Chunk) -> list[str]:
    return [item.item_id for item, _ in chunk.items]


def test_a_worker_gets_so_many_chunks_and_more_when_one_has_ended() -> None:
    ledger = Ledger(items(10), {}, Measure(items=2, chunks=2, workers=2))
    first = ledger.take(0)
    assert [["i0", "i1"], ["i2", "i3"]] == [ids(one) for one in first]
    assert [] == ledger.take(0)
    for one in ids(first[0]):
        ledger.note(finished(one))
    ledger.end(Ended(first[0].chunk_id))
    assert [["i4", "i5"]] == [ids(one) for one in ledger.take(0)]


def test_what_a_lost_worker_had_goes_out_again_with_all_that_is_known_of_it() -> None:
    ledger = Ledger(items(3), {"i2": [response("i2")]}, Measure(items=3, chunks=1, workers=2))
    ledger.take(0)
    for entry in (response("i0"), verdict("i0"), finished("i0"), response("i1")):
        ledger.note(entry)
    assert [] == ledger.take(1)
    ledger.lose(0)
    (again,) = ledger.take(1)
    assert ["i1", "i2"] == ids(again)
    assert [response("i1"), response("i2")] == list(again.known)


def test_a_chunk_that_ended_early_waits_again() -> None:
    ledger = Ledger(items(2), {}, Measure(items=2, chunks=1, workers=1))
    (chunk,) = ledger.take(0)
    ledger.note(finished("i0"))
    ledger.end(Ended(chunk.chunk_id))
    assert not ledger.is_done
    assert [["i1"]] == [ids(one) for one in ledger.take(0)]


def test_money_is_shared_out_and_what_was_not_spent_comes_back() -> None:
    ledger = Ledger(items(8), {}, Measure(items=2, chunks=2, workers=1), cap_usd=8.0)
    first, second = ledger.take(0)
    assert (4.0, 4.0) == (first.usd, second.usd)
    for one in ids(first):
        ledger.note(response(one))
        ledger.note(finished(one))
    ledger.end(Ended(first.chunk_id))
    (third,) = ledger.take(0)
    assert 3.5 == third.usd


def test_the_money_is_spent_only_when_one_chunk_alone_had_all_of_it_and_it_did_not_reach() -> None:
    ledger = Ledger(items(4), {}, Measure(items=2, chunks=2, workers=1), cap_usd=1.0)
    first, second = ledger.take(0)
    ledger.end(Ended(first.chunk_id, is_spent=True))
    assert [] == ledger.take(0)
    ledger.end(Ended(second.chunk_id))
    assert not ledger.is_spent
    (alone,) = ledger.take(0)
    assert 1.0 == alone.usd
    ledger.end(Ended(alone.chunk_id, is_spent=True))
    assert ledger.is_spent
    assert ledger.is_done
    assert [] == ledger.take(0)


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_is_done_before_the_items_were_looked_at(n: int) -> None:
    ledger = Ledger(items(n), {}, Measure(items=2, chunks=2, workers=1))
    assert not ledger.is_done
    assert n == len(ledger.take(0))
    assert (n == 0) == ledger.is_done


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["take", "call", "lose"]), st.integers(0, 9)), max_size=200),
    st.sampled_from([None, 3.0, 40.0]),
)
def test_every_item_ends_once_and_the_cap_holds(steps: list[tuple[int, str, int]], cap: float | None) -> None:
    ledger = Ledger(items(30), {}, Measure(items=3, chunks=2, workers=3), cap_usd=cap)
    night = _Night(ledger)
    for worker, what, at in steps:
        night.step(worker, what, at)
    for worker in [0, 1, 2] * 300:
        night.step(worker, "take", 0)
        night.step(worker, "call", 0)
    assert ledger.is_done
    assert night.n_ended <= 30
    assert len(set(night.ended)) == night.n_ended
    if cap is None:
        assert 30 == night.n_ended
        assert 60 == night.n_calls
    else:
        assert night.n_calls * CALL <= cap


class _Night:
    """Workers that make two calls an item, each paying from its chunk's money."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.chunks: dict[int, list[Chunk]] = {0: [], 1: [], 2: []}
        self.left: dict[int, float] = {}
        self.made: dict[str, int] = {}
        self.n_calls = 0
        self.ended: list[str] = []

    @property
    def n_ended(self) -> int:
        return len(self.ended)

    def step(self, worker: int, what: str, at: int) -> None:
        if what == "take":
            for chunk in self.ledger.take(worker):
                self.chunks[worker].append(chunk)
                self.left[chunk.chunk_id] = chunk.usd if chunk.usd is not None else 1e9
                for item_id in ids(chunk):
                    known = sum(entry["item_id"] == item_id for entry in chunk.known)
                    assert known == self.made.get(item_id, 0)  # nothing that reached the journal is asked again
        elif what == "lose":
            self.ledger.lose(worker)
            self.chunks[worker] = []
        elif self.chunks[worker]:
            self._call(worker, self.chunks[worker][at % len(self.chunks[worker])])

    def _call(self, worker: int, chunk: Chunk) -> None:
        item_id = next((one for one in ids(chunk) if one not in self.ended), None)
        if item_id is None or self.left[chunk.chunk_id] < CALL:
            self.chunks[worker].remove(chunk)
            self.ledger.end(Ended(chunk.chunk_id, is_spent=item_id is not None))
            return
        self.left[chunk.chunk_id] -= CALL
        self.n_calls += 1
        self.made[item_id] = self.made.get(item_id, 0) + 1
        self.ledger.note(response(item_id) if self.made[item_id] == 1 else verdict(item_id))
        if self.made[item_id] == 2:
            self.ledger.note(finished(item_id))
            self.ended.append(item_id)
