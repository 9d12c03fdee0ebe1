"""Tables that a change of schema makes anew hold what they held, in either kind of store."""

from collections.abc import Callable

import pytest

from pipeline.store import migration
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.rows import insert
from tests.conftest import ROOT
from tests.store.test_constraints import FAILURE, GATE, LABEL, RESPONSE, Row

REMADE: dict[str, Row] = {"response": RESPONSE, "judge_failure": FAILURE, "label": LABEL, "gate": GATE}
BEFORE = 12


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as connection:
        return {one: connection.execute(f"SELECT * FROM {one}").fetchall() for one in REMADE}  # noqa: S608 (our names)


def test_what_an_older_store_holds_is_there_unaltered(
    new_address: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = new_address()
    with monkeypatch.context() as earlier:
        known = {number: script for number, script in migration.pending(0) if number <= BEFORE}
        earlier.setattr(migration, "_migrations", lambda: known)
        store = open_store(address, ROOT)
        with store.writing() as connection:
            for table, row in REMADE.items():
                insert(connection, table, row)
        before = content(store)
    after = content(open_store(address, ROOT))
    assert before == after
    assert all(len(rows) == 1 for rows in after.values())
