"""A lead gives items to a person or a profession, with a day; the rules of who may read still hold."""

from typing import Any

from domain.person import Role
from domain.routing import Lane
from pipeline.store.events import verify
from review.sign_in.demo import DEMO_PEOPLE
from review.words import LANES
from tests.review.conftest import Ward
from tests.review.ward import SECOND, TRAINER, Sent, Served, reader

S1, S2 = Sent("s1"), Sent("s2")
LEAD = next(one for one in DEMO_PEOPLE if Role.LEAD in one.roles)


def queue(one: Served, who: Any) -> str:
    return reader(one, who).get("/queue").text


def test_what_is_given_to_a_person_is_theirs_alone_with_its_day(ward: Ward) -> None:
    one = ward(S1, S2)
    lead = reader(one, LEAD)
    to = f"person:{SECOND.person_id}"
    assert "/allocation" == lead.post("/allocation", item=S1.item_id, to=to, due="2026-12-04").to
    assert "due 4 December 2026" in queue(one, SECOND)
    assert "Title of s1" not in queue(one, TRAINER)
    assert "Title of s2" in queue(one, TRAINER)
    assert f"given to {SECOND.name}" in lead.get("/allocation").text
    lead.post("/allocation", item=S1.item_id, to="nobody")
    assert "Title of s1" in queue(one, TRAINER)
    with one.store.reading() as connection:
        assert [] == verify(connection)
        assert (2,) == connection.execute("SELECT count(*) FROM event WHERE kind = 'assigned'").fetchone()


def test_what_is_given_to_a_profession_is_for_any_of_it(ward: Ward) -> None:
    one = ward(S1)
    reader(one, LEAD).post("/allocation", item=S1.item_id, to="profession:nurse")
    assert "Title of s1" in queue(one, SECOND)
    assert "Nothing waits" in queue(one, TRAINER)


def test_what_cannot_be_given(ward: Ward) -> None:
    wrote = {"provenance": {"source": "authored", "licence": "Apache-2.0", "author": SECOND.person_id}}
    one = ward(Sent("s1", scenario=wrote), S2)
    lead = reader(one, LEAD)
    for fields in (
        {"item": S1.item_id, "to": f"person:{SECOND.person_id}"},
        {"item": S2.item_id, "to": f"person:{LEAD.person_id}"},
        {"item": S2.item_id, "to": "profession:astrologer"},
        {"item": "0" * 20, "to": "nobody"},
        {"to": "nobody"},
        {"item": S2.item_id, "to": "nobody", "due": "tomorrow"},
    ):
        assert 400 == lead.post("/allocation", **fields).status, fields
    assert 403 == reader(one).post("/allocation", item=S2.item_id, to="nobody").status


def test_what_is_due_first_comes_first(ward: Ward) -> None:
    one = ward(*(Sent(f"s{n}") for n in range(1, 8)))
    lead = reader(one, LEAD)
    lead.post("/allocation", item=Sent("s5").item_id, to=f"person:{TRAINER.person_id}", due="2026-12-03")
    trainer = reader(one)
    assert f"/items/{Sent('s5').item_id}" == trainer.post("/queue/next").to


def test_a_lead_is_told_in_words_why_each_item_waits(ward: Ward) -> None:
    assert {*LANES} == {*Lane}
    lanes = [Lane.FLAGGED, Lane.BORDERLINE, Lane.AUDIT, Lane.DOUBLE]
    shown = reader(ward(*(Sent(str(one), one) for one in lanes)), LEAD).get("/allocation").text
    assert all(f"GP · {LANES[one]}" in shown for one in lanes)
