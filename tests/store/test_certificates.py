"""Rulings, stops and anchors in a store of either kind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InputError
from domain.verdict import VerdictValue
from pipeline.store.anchors import count_anchors, fetch_anchors, record_anchors
from pipeline.store.certificates import (
    CertificateRow,
    fetch_certificates,
    record_certificate,
    void_certificate,
)
from pipeline.store.connection import Connection, Store
from pipeline.store.stops import fetch_stops, lift_stop, record_stop
from tests.certified import NOW, anchor, certificate, stop

NewStore = Callable[[], Store]
ANCHOR = anchor()


def after(store: Store, *acts: Callable[[Connection], object]) -> list[CertificateRow]:
    """The certificates after these visits."""
    for act in acts:
        with store.writing() as connection:
            act(connection)
    with store.reading() as connection:
        return fetch_certificates(connection)


def test_a_ruling_comes_back_as_it_was_written(new_store: NewStore) -> None:
    row = certificate(ruling={"steps": [{"p_value": 0.01}], "labels_wanted": None})
    assert [row] == after(new_store(), lambda connection: record_certificate(connection, row))


def test_what_is_void_stays_void_and_says_who_and_why(new_store: NewStore) -> None:
    store = new_store()
    [found] = after(
        store,
        lambda connection: record_certificate(connection, certificate()),
        lambda connection: void_certificate(connection, "c1", NOW, "S. Officer", "incident 12"),
    )
    assert (NOW.isoformat(), "S. Officer", "incident 12") == (found.voided_at, found.voided_by, found.void_reason)
    with pytest.raises(InputError, match="'c1' is void already"):
        after(store, lambda connection: void_certificate(connection, "c1", NOW, "x", "y"))
    with pytest.raises(InputError, match="'c9' is none of the store's"):
        after(store, lambda connection: void_certificate(connection, "c9", NOW, "x", "y"))


def test_a_later_ruling_voids_the_earlier_even_if_it_refuses(new_store: NewStore) -> None:
    later = certificate(
        certificate_id="c2", outcome="pre_screen_only", threshold=None, granted_at=(NOW + timedelta(1)).isoformat()
    )
    other = certificate(certificate_id="c3", criterion_id="X-2")
    found = after(
        new_store(),
        lambda connection: record_certificate(connection, certificate()),
        lambda connection: record_certificate(connection, other),
        lambda connection: record_certificate(connection, later),
    )
    assert {"c1": "a later ruling: c2", "c2": None, "c3": None} == {
        one.certificate_id: one.void_reason for one in found
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": None},
        {"outcome": "pre_screen_only"},
        {"granted_by": ""},
        {"grant_reason": ""},
        {"voided_at": "2026-11-22"},
        {"alpha": 0.0},
        {"outcome": "trusted"},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(new_store: NewStore, changes: dict[str, Any]) -> None:
    store = new_store()
    with pytest.raises(Exception, match=r"(?i)constraint"):
        after(store, lambda connection: record_certificate(connection, certificate(**changes)))
    assert [] == after(store, lambda connection: record_stop(connection, stop("everything")))


def test_a_stop_holds_until_it_is_lifted_and_both_are_kept(new_store: NewStore) -> None:
    store = new_store()
    with store.writing() as connection:
        record_stop(connection, stop("judge", "j1"))
        assert [stop("judge", "j1")] == fetch_stops(connection)
        lift_stop(connection, "s1", NOW, "R. Lead", "closed")
        [found] = fetch_stops(connection)
    assert ("incident", "closed") == (found.stop_reason, found.lift_reason)
    with pytest.raises(InputError, match="no stop 's1' holds"), store.writing() as connection:
        lift_stop(connection, "s1", NOW, "R. Lead", "again")


def test_anchors_are_frozen_once(new_store: NewStore) -> None:
    second = replace(ANCHOR, reviewer_id="dr-b", verdict=VerdictValue.VIOLATED)
    store = new_store()
    with store.writing() as connection:
        record_anchors(connection, [second, ANCHOR])
    with store.reading() as connection:
        assert [ANCHOR, second] == fetch_anchors(connection, "spring")
        [counted] = count_anchors(connection)
        with pytest.raises(InputError, match="no anchors 'autumn'; it has: spring"):
            fetch_anchors(connection, "autumn")
    assert (2, 2, "R. Lead") == (counted["n_labels"], counted["n_reviewers"], counted["frozen_by"])
    with pytest.raises(InputError, match="there are anchors 'spring' already"), store.writing() as connection:
        record_anchors(connection, [ANCHOR])
