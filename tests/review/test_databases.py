"""The pages of every role stand on either database."""

from collections.abc import Callable
from pathlib import Path

from domain.person import Role
from pipeline.store.connection import Store
from pipeline.store.events import verify
from pipeline.store.reviews import fetch_review_labels
from tests.review.browser import Client
from tests.review.busy import BY_ROLE, DOUBLE, ITEMS, make_busy, pages_of
from tests.review.practising import PRACTICE
from tests.review.ward import admit, fill, served


def test_every_page_of_every_role_is_shown(new_store: Callable[[], Store], tmp_path: Path) -> None:
    store = new_store()
    fill(store, tmp_path, ITEMS)
    admit(store)
    with served(store, root=tmp_path, practice=PRACTICE) as one:
        make_busy(one)
        for role, who in BY_ROLE.items():
            client = Client(one.url)
            client.sign_in(who)
            for path in pages_of(one, role):
                assert 200 == client.get(path).status, f"{role}: {path}"
        expert, page = Client(one.url), f"/adjudications/{DOUBLE.item_id}"
        expert.sign_in(BY_ROLE[Role.SME])
        expert.post(f"{page}/read", **{"choice-1": "satisfied"})
        assert "/adjudications" == expert.post(f"{page}/settle", reason="A route", **{"choice-1": "satisfied"}).to
        with store.reading() as connection:
            assert [] == verify(connection)
            assert 8 == len(fetch_review_labels(connection))
