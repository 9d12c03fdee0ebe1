"""Requests of any kind, as every role and as nobody: no server error, no trace, and the security headers every time."""

import re
from collections.abc import Iterator

import pytest

from domain.person import Person
from pipeline.store.events import verify
from review.routes import rows
from review.setup import Setup
from review.sign_in.demo import DEMO_PEOPLE, DemoWay
from tests.fuzz.requests import Source
from tests.review.browser import Client, Reply
from tests.review.busy import DOUBLE, ITEMS, make_busy
from tests.review.conftest import Ward
from tests.review.ward import Served

N = 60
TABLE = [
    row for row in rows(Setup(None, [DemoWay()], []))  # type: ignore[arg-type]  # the table does not look at the store
    if row.path not in ("/sign-out", "/sign-in/demo")
]  # fmt: skip
NEVER = ("Traceback", 'File "', "duckdb", "sqlite", "site-packages", "/store/")


@pytest.fixture
def busy(ward: Ward) -> Served:
    one = ward(*ITEMS)
    make_busy(one)
    return one


@pytest.mark.parametrize("seed", range(2))
def test_no_request_of_anybody_breaks_the_server(busy: Served, seed: int) -> None:
    for number, who in enumerate((*DEMO_PEOPLE, None)):
        for sent, reply in answers(busy, who, 1000 * seed + number):
            assert reply.status < 500, sent
            assert "script-src 'self'" in reply.headers["content-security-policy"], sent
            assert "default-src 'none'" in reply.headers["content-security-policy"], sent
            assert ("nosniff", "DENY") == (reply.headers["x-content-type-options"], reply.headers["x-frame-options"])
            assert not [one for one in NEVER if one in reply.text], sent
            assert "<script>document" not in reply.text, sent
            assert re.match(rf"$|/(?!/)|{re.escape(busy.url)}/", reply.to), sent
    with busy.store.reading() as connection:
        assert [] == verify(connection)


def answers(busy: Served, who: Person | None, seed: int) -> Iterator[tuple[object, Reply]]:
    client = Client(busy.url)
    if who is not None:
        client.sign_in(who)
    known = [one.item_id for one in (DOUBLE, *ITEMS)] + [one.person_id for one in DEMO_PEOPLE]
    source = Source(TABLE, known, seed)
    for _ in range(N):
        one = source.next(client.token)
        cookies = dict(client.cookies)
        yield one, client.send(one.method, one.path, one.body, **one.headers)
        client.cookies = cookies
