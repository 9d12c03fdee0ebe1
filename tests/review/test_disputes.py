"""A criterion that somebody finds wrong: its new text, what must be judged anew because of it, and the list's end."""

from typing import Any

import pytest

from domain.authoring import RejudgingState
from domain.person import Role
from pipeline.files.saving import save_yaml
from pipeline.store.events import verify
from pipeline.store.rejudgings import Rejudging, fetch_rejudged_items, fetch_rejudgings
from review.rules.rejudging import why_not_close
from review.sign_in.demo import DEMO_PEOPLE
from tests.build import rubric
from tests.review.conftest import Ward
from tests.review.forms import shown_fields
from tests.review.ward import CRITERIA, RUN, SECOND, SECRETS, Sent, Served, reader

BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}


def disputed(one: Served) -> str:
    """An item that was judged, and a dispute about its first criterion that a lead accepted."""
    save_yaml(rubric(*CRITERIA), one.root / "rubrics" / "r1.yaml")
    trainer = reader(one)
    trainer.post(f"/items/{Sent('s1').item_id}/take")
    trainer.judge(Sent("s1").item_id, "violated", "satisfied")
    trainer.post(f"/items/{Sent('s1').item_id}/lock")
    trainer.post(f"/items/{Sent('s1').item_id}/reveal")
    about = {"kind": "dispute", "item": Sent("s1").item_id, "criterion": "X-1"}
    url = trainer.post("/threads", **about, body="It should say soothed").to
    reader(one, BY_ROLE[Role.LEAD]).post(f"{url}/move", to="accepted")
    return url


def rewritten(one: Served, dispute: str) -> str:
    """A new text of the criterion, written by a lead and approved by an expert; gives the draft's address."""
    lead, sme = reader(one, BY_ROLE[Role.LEAD]), reader(one, BY_ROLE[Role.SME])
    form = lead.post("/rubrics/drafts", origin=dispute.rsplit("/", 1)[1]).to
    page = lead.get(form).text
    assert form.endswith("/parts/1")
    assert "It should say soothed" in page
    assert "It should say soothed" not in reader(one, SECOND).get(form).text
    url = form.removesuffix("/parts/1")
    assert url == lead.post(form, **shown_fields(page) | {"question": "Is anything soothed away?"}).to
    lead.post(f"{url}/try", run=RUN)
    preview = lead.get(url).text
    assert "1 response judged by the old text of X-1 would be listed" in preview
    assert "judged 1 of them by that text" in preview
    lead.post(f"{url}/offer", said="Soothing was missed")
    sha256 = sme.get(url).text.split('name="sha256" value="')[1].split('"')[0]
    assert "/rubrics" == sme.post(f"{url}/approve", sha256=sha256).to
    return url


def test_whoever_disputes_a_criterion_finds_the_way_back_to_the_item_and_nobody_else_does(one: Served) -> None:
    dispute, back = disputed(one), f'<a href="/items/{Sent("s1").item_id}">Back to the item</a>'
    assert back in reader(one).get(dispute).text
    assert back not in reader(one, BY_ROLE[Role.LEAD]).get(dispute).text


def test_a_dispute_leads_to_a_new_text_and_a_list_that_is_followed_to_its_end(one: Served) -> None:
    dispute = disputed(one)
    draft = rewritten(one, dispute)
    with one.store.reading() as connection:
        (made,) = fetch_rejudgings(connection)
        (item,) = fetch_rejudged_items(connection, made.seq)
    assert ("X-1", True, False, False) == (item.criterion_id, item.was_reviewed, item.is_judged, item.is_done)
    lead, url = reader(one, BY_ROLE[Role.LEAD]), f"/rejudgings/{made.seq}"
    came = lead.get(dispute).text
    assert draft in came
    assert url in came
    assert "to be judged" in lead.get(url).text
    assert 400 == lead.post(f"{url}/close").status
    assert "tick that you mean to leave them" in lead.post(f"{url}/close", reason="Old run").text
    assert url == lead.post(f"{url}/close", reason="The run is too old", anyway="yes").to
    assert 400 == lead.post(f"{url}/close", reason="Again", anyway="yes").status
    with one.store.reading() as connection:
        assert [] == verify(connection)
        (closed,) = fetch_rejudgings(connection)
    assert (RejudgingState.CLOSED, "The run is too old") == (closed.state, closed.close_reason)
    assert "The run is too old" in reader(one, BY_ROLE[Role.TECHNICAL]).get(url).text


def test_a_list_tells_nothing_of_judges(one: Served) -> None:
    dispute = disputed(one)
    rewritten(one, dispute)
    technical = reader(one, BY_ROLE[Role.TECHNICAL])
    with one.store.reading() as connection:
        (made,) = fetch_rejudgings(connection)
    technical.get(f"/rejudgings/{made.seq}")
    technical.get("/changes")
    assert not [secret for secret in SECRETS if secret in "".join(technical.seen)]
    assert 404 == technical.get("/rejudgings/9999").status


def test_only_an_accepted_dispute_that_one_may_see_begins_a_new_text(ward: Ward) -> None:
    one = ward(Sent("s1"), Sent("s2"))
    save_yaml(rubric(*CRITERIA), one.root / "rubrics" / "r1.yaml")
    trainer = reader(one)
    trainer.post(f"/items/{Sent('s1').item_id}/take")
    url = trainer.post("/threads", kind="dispute", item=Sent("s1").item_id, criterion="X-1", body="Wrong").to
    assert "Write the criterion anew" not in trainer.get(url).text
    sme = reader(one, BY_ROLE[Role.SME])
    assert 404 == sme.post("/rubrics/drafts", origin=url.rsplit("/", 1)[1]).status
    assert 404 == trainer.post("/rubrics/drafts", origin="99999").status
    assert 404 == trainer.post("/rubrics/drafts", id="none").status


def rejudging(state: str = "open") -> Rejudging:
    return Rejudging(1, "r1", "0.2.0", None, "t", RejudgingState(state), None, None)


@pytest.mark.parametrize(
    ("one", "n_left", "reason", "is_meant", "refused"),
    [
        (rejudging(), 0, "Done", False, ""),
        (rejudging(), 2, "Old", True, ""),
        (rejudging(), 2, "Old", False, "2 are still left"),
        (rejudging(), 0, " ", True, "Say why"),
        (rejudging("closed"), 0, "Done", True, "closed already"),
    ],
)
def test_when_a_list_may_be_closed(one: Rejudging, n_left: int, reason: str, is_meant: Any, refused: str) -> None:
    found = why_not_close(one, n_left, reason, is_meant=is_meant)
    assert refused in found
    assert bool(refused) is bool(found)
