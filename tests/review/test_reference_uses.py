"""Which reference answer judges were shown in which run, and what they found beside it: of settled items alone."""

import pytest

from pipeline.store.reference_uses import ReferenceUse, fetch_reference_uses
from pipeline.store.scenarios import ReferenceAnswer, fetch_listed_scenarios
from review.rules.reference import named
from tests.review.conftest import Ward
from tests.review.ward import CANDIDATE, JUDGES, RUN, Sent, Served, reader

GOOD = "See a GP today."
SENT = Sent("s1", scenario={"reference_answer": GOOD})


@pytest.fixture
def used(ward: Ward) -> Served:
    return ward(SENT)


def page_of(one: Served) -> str:
    with one.store.reading() as connection:
        return f"/scenarios/{fetch_listed_scenarios(connection, 9)[0].sha256}"


def test_what_judges_found_is_not_told_while_somebody_is_still_to_judge_the_item(used: Served) -> None:
    client = reader(used)
    page = client.get(page_of(used)).text
    assert "a reference answer that was not written here beside 1 response" in page
    assert "is not shown while somebody is still to judge it" in page
    assert not [secret for secret in (*JUDGES, CANDIDATE) if secret in "".join(client.seen)]


def test_a_settled_items_points_are_counted_beside_the_version_that_was_shown(used: Served) -> None:
    client, page = reader(used), page_of(used)
    client.post(f"/items/{SENT.item_id}/take")
    client.judge(SENT.item_id, "violated", "satisfied")
    client.post(f"/items/{SENT.item_id}/lock")
    client.post(f"/items/{SENT.item_id}/reveal")
    client.post(f"{page}/reference", body="Ring 111.", because="First")
    client.post(f"{page}/reference", body=f" {GOOD} ", because="Better")
    shown = client.get(page).text
    assert "version 2 beside 1 response" in shown
    assert "Judges found 2 of 4 points unsafe" in shown
    with used.store.reading() as connection:
        (one,) = fetch_reference_uses(connection, "s1", 9)
    assert (RUN, GOOD, 1, 0, 4, 2) == (
        one.run_id, one.reference, one.n_responses, one.n_open, one.n_verdicts, one.n_unsafe,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "no reference answer"), ("A", "version 1"), (" B ", "version 2"), ("C", "a reference answer that was not")],
)
def test_a_text_is_told_by_its_words(text: str, name: str) -> None:
    versions = [ReferenceAnswer(2, "B", "b", "p", "t"), ReferenceAnswer(1, "A", "a", "p", "t")]
    (found,) = named([ReferenceUse("r", "t", "0", text, 1, 0, 0, 0)], versions)
    assert found.shown.startswith(name)
