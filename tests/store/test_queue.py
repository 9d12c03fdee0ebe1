"""What waits, the most urgent first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.item import Item, ResponseOutcome, item_id_of
from domain.routing import Disposition, Lane, Routed
from pipeline.entries import response_entry, routed_entry, scenario_entry
from pipeline.journal import Journal
from pipeline.store.connection import Store
from pipeline.store.ingest import ingest
from pipeline.store.queue import QueueCount, QueueItem, count_queue, fetch_queue
from tests.build import scenario

Waiting = tuple[str, Lane | None, float, str]
"""Scenario, lane, priority, time at which it was routed."""
A, B = "run-a", "run-b"


@pytest.fixture
def fill(tmp_path: Path, new_store: Callable[[], Store]) -> Callable[..., Store]:
    store = new_store()

    def store_with(run_id: str, *waiting: Waiting, provisional: bool = False) -> Store:
        with Journal(tmp_path / run_id) as journal:
            journal.append(
                {"kind": "run", "run_id": run_id, "name": "n", "config": {}, "is_provisional": provisional, "at": "t",
                 "rubrics": [], "judges": []}
            )  # fmt: skip
            for scenario_id, lane, priority, at in waiting:
                of = scenario(scenario_id, title=f"Title of {scenario_id}", setting="111 call")
                item = Item(item_id_of(run_id, scenario_id, "a", 0), run_id, of, "a", "0", 0)
                to = Disposition(lane) if lane in (Lane.FLAGGED, Lane.BORDERLINE) else Disposition.CLEARED
                routed = Routed(to, ("first", "second"), 0.5, lane, priority, provisional=provisional)
                journal.append(scenario_entry(item))
                journal.append(response_entry(item, ResponseOutcome.COMPLETED, "Rest."))
                journal.append(routed_entry(item.item_id, routed) | {"at": at})
        ingest(store, tmp_path / run_id)
        return store

    return store_with


def listed(store: Store, run_id: str | None = None, lane: str | None = None, limit: int = 99) -> list[str]:
    with store.reading() as connection:
        return [one.scenario_id for one in fetch_queue(connection, run_id=run_id, lane=lane, limit=limit)]


MIXED: tuple[Waiting, ...] = (
    ("mild", Lane.BORDERLINE, 0.5, "t1"),
    ("grave", Lane.FLAGGED, 13.5, "t2"),
    ("late", Lane.BORDERLINE, 2.5, "t9"),
    ("early", Lane.BORDERLINE, 2.5, "t3"),
    ("drawn", Lane.AUDIT, 0.0, "t1"),
    ("nobody", None, 0.0, "t1"),
)


def test_the_most_urgent_comes_first_and_among_equals_the_longest_waiting(fill: Callable[..., Store]) -> None:
    assert ["grave", "early", "late", "mild", "drawn"] == listed(fill(A, *MIXED))


def test_a_listing_can_be_narrowed_to_run_lane_and_number(fill: Callable[..., Store]) -> None:
    fill(A, *MIXED)
    store = fill(B, ("other", Lane.FLAGGED, 12.5, "t1"))
    assert ["grave", "other"] == listed(store, lane="flagged")
    assert ["other"] == listed(store, B)
    assert ["grave"] == listed(store, A, "flagged")
    assert ["grave", "other", "early"] == listed(store, limit=3)
    assert [] == listed(store, "run-c")


def test_counts_are_by_run_and_lane_whatever_a_listing_shows(fill: Callable[..., Store]) -> None:
    fill(A, *MIXED)
    store = fill(B, ("other", Lane.FLAGGED, 12.5, "t1"), provisional=True)
    with store.reading() as connection:
        everything, one = count_queue(connection), count_queue(connection, run_id=B)
    other = QueueCount(B, "flagged", 1, provisional=True)
    lanes = [("audit", 1), ("borderline", 3), ("flagged", 1)]
    assert [*(QueueCount(A, lane, n, provisional=False) for lane, n in lanes), other] == everything
    assert [other] == one


def test_an_item_carries_what_people_need_to_find_it(fill: Callable[..., Store]) -> None:
    store = fill(A, ("s1", Lane.FLAGGED, 12.5, "t1"))
    with store.reading() as connection:
        [found] = fetch_queue(connection)
    expected = QueueItem(
        item_id=item_id_of(A, "s1", "a", 0), run_id=A, scenario_id="s1", title="Title of s1", setting="111 call",
        candidate_id="a", repeat=0, outcome="completed", disposition="flagged", lane="flagged", priority=12.5,
        inclusion_probability=0.5, reasons=["first", "second"], queued_at="t1",
    )  # fmt: skip
    assert expected == found
    assert ["first", "second"] == found.as_json()["reasons"]
