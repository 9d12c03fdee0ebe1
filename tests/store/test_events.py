"""The chain of what people did."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.connection import Connection, Store
from pipeline.store.door import DuckDBStore
from pipeline.store.events import PEOPLE, Deed, Head, fetch_events, fetch_head, record_event, verify

NewStore = Callable[[], Store]
COLUMNS = ("happened_at", "kind", "person_id", "subject_id", "seen_json", "old_json", "new_json", "sha256")


def grow(store: Store, n: int, start: int = 0) -> None:
    with store.writing(PEOPLE) as connection:
        for number in range(start, start + n):
            deed = Deed("kept", f"p{number % 3}", f"i{number}", f"t{number}", {"n": number}, None, ["é\0", number])
            assert number + 1 == record_event(connection, deed)


def broken(store: Store, exported: Head | None = None) -> list[int]:
    with store.reading() as connection:
        return [one.seq for one in verify(connection, exported)]


def tamper(store: Store, sql: str, *values: object) -> None:
    with store.writing(PEOPLE) as connection:
        connection.execute(sql, values)


def head(store: Store) -> Head:
    with store.reading() as connection:
        return fetch_head(connection)


def test_a_chain_as_it_was_written_is_whole(new_store: NewStore) -> None:
    store = new_store()
    grow(store, 5)
    before = head(store)
    grow(store, 3, 5)
    assert [] == broken(store)
    assert [] == broken(store, before)
    assert [] == broken(store, Head(0, "0" * 64))
    with store.reading() as connection:
        (event,) = fetch_events(connection, "i4")
    assert ({"n": 4}, ["é\0", 4]) == (event["seen"], event["new"])


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_event_shows_at_its_place(new_store: NewStore, column: str) -> None:
    store = new_store()
    grow(store, 5)
    tamper(store, f"UPDATE event SET {column} = ? WHERE seq = 3", "f" * 64)  # noqa: S608 (our names)
    assert 3 == broken(store)[0]


@pytest.mark.parametrize(("seq", "shown"), [(1, [2]), (3, [4])])
def test_a_removed_event_shows_at_the_next(new_store: NewStore, seq: int, shown: list[int]) -> None:
    store = new_store()
    grow(store, 5)
    tamper(store, "DELETE FROM event WHERE seq = ?", seq)
    assert shown == broken(store)


def test_events_that_changed_places_show(new_store: NewStore) -> None:
    store = new_store()
    grow(store, 5)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        tamper(store, "UPDATE event SET seq = ? WHERE seq = ?", new, old)
    assert {2, 3} <= set(broken(store))


def test_a_cut_off_end_shows_against_an_exported_head(new_store: NewStore) -> None:
    store = new_store()
    grow(store, 5)
    exported = head(store)
    tamper(store, "DELETE FROM event WHERE seq > 3")
    assert [] == broken(store)
    assert [5] == broken(store, exported)
    grow(store, 2, 3)  # another past, of the same length
    assert [] == broken(store, exported) or head(store) != exported


def test_a_past_written_anew_shows_against_an_exported_head(new_store: NewStore) -> None:
    store = new_store()
    grow(store, 3)
    exported = head(store)
    tamper(store, "DELETE FROM event WHERE seq = 3")
    with store.writing(PEOPLE) as connection:
        record_event(connection, Deed("kept", "somebody else", "i2", "t2"))
    assert [] == broken(store)
    assert [3] == broken(store, exported)


def test_two_events_cannot_have_one_place(new_store: NewStore, refused: type[Exception]) -> None:
    store = new_store()
    grow(store, 2)
    with pytest.raises(refused), store.writing(PEOPLE) as connection:
        copy(connection, 1)
    assert [] == broken(store)


def copy(connection: Connection, seq: int) -> None:
    connection.execute(
        "INSERT INTO event SELECT 2, happened_at, kind, person_id, subject_id, seen_json, old_json, new_json, "
        "prev_sha256, sha256 FROM event WHERE seq = ?",
        [seq],
    )


def lose(connection: Connection) -> None:
    record_event(connection, Deed("lost", "p", "i", "t"))
    raise ZeroDivisionError


def test_an_act_that_fails_leaves_no_event(new_store: NewStore) -> None:
    store = new_store()
    grow(store, 1)
    with pytest.raises(ZeroDivisionError), store.writing(PEOPLE) as connection:
        lose(connection)
    assert 1 == head(store).seq


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=4))
def test_whatever_people_do_the_chain_holds_it_and_stays_whole(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[Any, Any]]
) -> None:
    store = DuckDBStore(tmp_path_factory.mktemp("chain") / "c.duckdb")
    with store.writing(PEOPLE) as connection:
        for old, new in done:
            record_event(connection, Deed("k", "p", "i", "t", old=old, new=new))
    with store.reading() as connection:
        assert [] == verify(connection)
        assert done == [(one["old"], one["new"]) for one in fetch_events(connection, "i")]


N = 6
FIELDS = ("happened_at", "kind", "person_id", "subject_id", "seen_json", "old_json", "new_json")


class UndoneError(Exception):
    """Ends a transaction that must leave nothing behind."""


Mutation = tuple[str, list[object]]
COPIED = "happened_at, kind, person_id, subject_id, seen_json, old_json, new_json"
AT_ONE_PLACE = (
    "DELETE FROM event WHERE seq = ?",
    "DELETE FROM event WHERE seq >= ?",
    "UPDATE event SET seq = seq + 100 WHERE seq = ?",
    "UPDATE event SET seq = 100 - seq WHERE seq >= ?",
    "UPDATE event SET sha256 = repeat('d', 64) WHERE seq = ?",
    "UPDATE event SET prev_sha256 = repeat('d', 64) WHERE seq = ?",
    f"INSERT INTO event SELECT 7, {COPIED}, repeat('e', 64), sha256 FROM event WHERE seq = ?",  # noqa: S608 (our names)
)


def changed(field: str, seq: int, text: str) -> Mutation:
    return f"UPDATE event SET {field} = {field} || ? WHERE seq = ?", [text, seq]  # noqa: S608 (our names)


def rehashed(field: str, seq: int, text: str) -> Mutation:
    """A forger who knows to change the event's hash with it."""
    return f"UPDATE event SET {field} = {field} || ?, sha256 = ? WHERE seq = ?", [text, "c" * 64, seq]  # noqa: S608


def placed(sql: str, seq: int) -> Mutation:
    return sql, [seq]


PLACES, ADDED = st.integers(1, N), st.text("abc 1", min_size=1, max_size=3)
MUTATIONS = st.one_of(
    st.builds(changed, st.sampled_from(FIELDS), PLACES, ADDED),
    st.builds(rehashed, st.sampled_from(FIELDS), PLACES, ADDED),
    st.builds(placed, st.sampled_from(AT_ONE_PLACE), PLACES),
)


def mutate(connection: Connection, mutation: Mutation, noted: Head) -> None:
    """Make the change, and hold that it is found; then leave nothing of it."""
    connection.execute(*mutation)
    assert [] != verify(connection, noted), mutation
    raise UndoneError


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Head]:
    store = DuckDBStore(tmp_path_factory.mktemp("mutated") / "c.duckdb")
    grow(store, N)
    return store, head(store)


@settings(deadline=None, max_examples=120)
@given(MUTATIONS)
def test_any_single_change_of_the_events_is_found(chain: tuple[Store, Head], mutation: Mutation) -> None:
    store, noted = chain
    with pytest.raises(UndoneError), store.writing(PEOPLE) as connection:
        mutate(connection, mutation, noted)
    assert [] == broken(store, noted)
