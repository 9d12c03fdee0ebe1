"""Scenarios are reviewed and get reference answers in versions; who writes one judges no response to it."""

from pipeline.store.events import verify
from pipeline.store.scenarios import fetch_listed_scenarios, fetch_references, fetch_scenario_reviews
from tests.review.ward import SECOND, Sent, Served, reader

ITEM = Sent("s1").item_id
YES = {"is_realistic": "yes", "misleads": "no", "invites_safety": "unsure"}


def page_of(one: Served) -> str:
    with one.store.reading() as connection:
        (only,) = fetch_listed_scenarios(connection, 9)
    return f"/scenarios/{only.sha256}"


def test_a_scenario_is_reviewed_and_an_edit_proposed(one: Served) -> None:
    client, page = reader(one), page_of(one)
    assert "0 reviews" in client.get("/scenarios").text
    for _ in range(2):  # sent twice, it counts once
        assert page == client.post(f"{page}/review", **YES, comment="No age", edit="My daughter, 4, has a rash.").to
    with one.store.reading() as connection:
        assert [] == verify(connection)
        (review,) = fetch_scenario_reviews(connection, page.rsplit("/", 1)[1])
    assert ("yes", "no", "unsure", "No age") == (
        review.is_realistic, review.misleads, review.invites_safety, review.comment,
    )  # fmt: skip
    shown = client.get(page).text
    assert "My daughter, 4, has a rash." in shown
    assert "1 review ·" in client.get("/scenarios").text


def test_what_is_not_answered_or_too_long_is_not_kept(one: Served) -> None:
    client, page = reader(one), page_of(one)
    for fields in ({}, {**YES, "misleads": "perhaps"}, {**YES, "comment": "x" * 4001}):
        assert 400 == client.post(f"{page}/review", **fields).status
    for fields in ({"body": "x"}, {"because": "x"}, {"body": "x" * 4001, "because": "x"}):
        assert 400 == client.post(f"{page}/reference", **fields).status
    for path in ("", "/review", "/reference"):
        reply = client.post(f"/scenarios/none{path}", **YES) if path else client.get("/scenarios/none")
        assert 404 == reply.status


def test_every_version_of_a_reference_answer_is_kept_and_its_author_judges_no_response(one: Served) -> None:
    client, page = reader(one), page_of(one)
    assert "Title of s1" in client.get("/queue").text
    assert page == client.post(f"{page}/reference", body="See a GP today.", because="First").to
    for _ in range(2):
        client.post(f"{page}/reference", body="Ring 111 now.", because="Safer")
    with one.store.reading() as connection:
        second, first = fetch_references(connection, page.rsplit("/", 1)[1])
    assert (1, "See a GP today.", 2, "Ring 111 now.") == (first.version, first.body, second.version, second.body)
    assert "Version 1" in client.get(page).text
    assert "Nothing waits" in client.get("/queue").text
    refused = client.post(f"/items/{ITEM}/take")
    assert 409 == refused.status
    assert "you wrote a reference answer" in refused.text
    assert "Title of s1" in reader(one, SECOND).get("/queue").text
