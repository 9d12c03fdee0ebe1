"""Two servers on one store: they take turns, and what one person does the other server shows."""

from pathlib import Path

from pipeline.store.door import DuckDBStore
from pipeline.store.events import verify
from pipeline.store.slots import fetch_slots
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import SECOND, TRAINER, Sent, served


def test_two_servers_on_one_store_hand_an_item_to_one_person_and_share_sessions(ward: Ward) -> None:
    sent = [Sent(f"s{n}") for n in range(3)]
    one = ward(*sent)
    with served(DuckDBStore(Path(one.store.address))) as other:
        first, second = Client(one.url), Client(other.url)
        first.sign_in(TRAINER)
        second.sign_in(SECOND)
        for item in sent:
            first.post(f"/items/{item.item_id}/take")
            second.post(f"/items/{item.item_id}/take")
        first.url = other.url
        assert 200 == first.get(f"/items/{sent[0].item_id}/criteria/1").status
    with one.store.reading() as connection:
        holders = [[slot.holder_id for slot in fetch_slots(connection, item.item_id)] for item in sent]
        assert [[TRAINER.person_id]] * 3 == holders
        assert [] == verify(connection)
