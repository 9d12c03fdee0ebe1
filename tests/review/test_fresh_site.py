"""A site on its first day: one lead registers people, they practise, the lead decides, and they judge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.person import Role
from pipeline.posting.mail import Letter
from pipeline.store.events import verify
from pipeline.store.people import fetch_people
from pipeline.store.reviews import fetch_review_labels
from review.sign_in.email_code import EmailCodeWay
from tests.review.browser import Client
from tests.review.practising import PRACTICE, practise
from tests.review.registered import LEAD, site
from tests.review.test_email_code import CODE
from tests.review.ward import Sent, Served

ITEM = Sent("s1").item_id


class Site:
    """With nobody but a lead, and a letter box that all letters come to."""

    def __init__(self, one: Served, letters: list[Letter]) -> None:
        self.one, self.letters = one, letters

    def signed_in(self, email: str) -> Client:
        client = Client(self.one.url)
        client.get("/sign-in")
        client.post("/sign-in/email", email=email)
        client.get("/sign-in/code")
        found = CODE.search(self.letters[-1].text)
        assert found
        assert "/" == client.post("/sign-in/code", code=found[0]).to
        client.get("/")
        return client

    def person_id(self, name: str) -> str:
        with self.one.store.reading() as connection:
            return next(each.person_id for each in fetch_people(connection) if each.name == name)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Site]:
    letters: list[Letter] = []
    with site(
        tmp_path, lambda _: [EmailCodeWay(letters.append, "Caveat")], LEAD, practice=PRACTICE, root=tmp_path
    ) as one:
        yield Site(one, letters)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.SME])
def test_the_only_lead_gets_it_going(fresh: Site, role: Role) -> None:
    lead = fresh.signed_in(LEAD.email)
    about = {"name": "New colleague", "email": "new@clinic.example", "profession": "nurse", "because": "joins"}
    assert "/people" == lead.post("/people", role=role, **about).to
    assert "1 reader about whom nobody has decided" in lead.get("/").text
    reader = f"/readers/{fresh.person_id('New colleague')}"
    assert f'href="{reader}"' in lead.get(reader.replace("readers", "people")).text
    new = fresh.signed_in("new@clinic.example")
    assert "Before you review for real" in new.get("/").text
    assert 403 == new.post(f"/items/{ITEM}/take").status
    for number in (1, 2):
        practise(new, number, "violated", "satisfied")
    assert "2 of 2 practice items" in lead.get(reader).text
    assert "/readers" == lead.post(reader, may_review="yes", reason="Reasons soundly").to
    assert f"/items/{ITEM}" == new.post(f"/items/{ITEM}/take").to
    new.judge(ITEM, "violated", "satisfied")
    new.post(f"/items/{ITEM}/lock")
    with fresh.one.store.reading() as connection:
        assert 2 == len(fetch_review_labels(connection))
        assert [] == verify(connection)


def test_a_lead_who_judges_items_needs_another_lead(fresh: Site) -> None:
    lead = fresh.signed_in(LEAD.email)
    about = {"profession": "doctor", "because": "joins"}
    lead.post("/people", name="Both", email="both@clinic.example", role="lead", **about)
    both_id = fresh.person_id("Both")
    roles = ("role", "lead"), ("role", "trainer")
    assert "/people" == lead.post(f"/people/{both_id}", *roles, name="Both", email="both@clinic.example", **about).to
    both = fresh.signed_in("both@clinic.example")
    assert "Somebody else decides about you: another lead" in both.get(f"/readers/{both_id}").text
    assert 403 == both.post(f"/items/{ITEM}/take").status
    assert "/readers" == lead.post(f"/readers/{both_id}", may_review="yes", reason="As practised").to
    assert f"/items/{ITEM}" == both.post(f"/items/{ITEM}/take").to
