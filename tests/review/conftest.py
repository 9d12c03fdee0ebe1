"""Fixtures: a ward of a few items, served to real browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.store.door import DuckDBStore
from tests.chromium import launched
from tests.review.browser import Client
from tests.review.practising import PRACTICE
from tests.review.ward import Sent, Served, admit, fill, served

Ward = Callable[..., Served]


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """Serve these items, on a store of their own, to the demonstration's people."""
    with ExitStack() as stack:

        def start(*sent: Sent, name: str = "ward") -> Served:
            store = DuckDBStore(tmp_path / name / "caveat.duckdb")
            fill(store, tmp_path / name, sent)
            admit(store)
            return stack.enter_context(served(store, root=tmp_path / name, practice=PRACTICE))

        yield start


@pytest.fixture
def one(ward: Ward) -> Served:
    """One item, s1."""
    return ward(Sent("s1"))


@pytest.fixture
def client(one: Served) -> Client:
    return Client(one.url)


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser
