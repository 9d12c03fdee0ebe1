"""Guidance has versions; who has read which is known, and so is what was judged under older text."""

from domain.person import Role
from pipeline.files.saving import save_yaml
from pipeline.store.events import verify
from pipeline.store.reviews import fetch_versions
from review.sign_in.demo import DEMO_PEOPLE
from tests.build import rubric
from tests.review.browser import Client
from tests.review.ward import CRITERIA, SECOND, TRAINER, Sent, Served, reader

ITEM = Sent("s1").item_id
LEAD = next(one for one in DEMO_PEOPLE if Role.LEAD in one.roles)


def judge(client: Client, item_id: str = ITEM) -> None:
    client.post(f"/items/{item_id}/take")
    client.judge(item_id, "satisfied", "satisfied")
    client.post(f"/items/{item_id}/lock")


def publish(one: Served, body: str, changed: str, criteria: str = "") -> Client:
    lead = reader(one, LEAD)
    assert "/guidance" == lead.post("/guidance", body=body, changed=changed, criteria=criteria).to
    return lead


def test_a_new_version_is_announced_until_it_is_read(one: Served) -> None:
    trainer = reader(one)
    assert "There is no guidance yet" in trainer.get("/guidance").text
    publish(one, "Count leaflets.", "Leaflets count")
    assert "The guidance has changed: Leaflets count" in trainer.get("/").text
    for _ in range(2):
        assert "/guidance" == trainer.post("/guidance/read", number="1").to
    assert "The guidance has changed" not in trainer.get("/").text
    assert "The guidance has changed" in reader(one, SECOND).get("/").text
    lead = publish(one, "Count leaflets and pages.", "Pages count too")
    assert "Pages count too" in trainer.get("/").text
    assert "Version 1" in trainer.get("/guidance").text
    page = lead.get("/guidance").text
    assert f"<span>{TRAINER.name}</span><span>version 1</span>" in page
    assert f"<span>{SECOND.name}</span><span>none yet</span>" in page
    with one.store.reading() as connection:
        assert [] == verify(connection)
        kinds = connection.execute("SELECT count(*) FROM event WHERE kind = 'guidance_read'").fetchone()
    assert (1,) == kinds


def test_a_judgement_is_pinned_to_the_guidance_that_its_reader_had_read(one: Served) -> None:
    publish(one, "First.", "a")
    publish(one, "Second.", "b")
    trainer = reader(one)
    trainer.post("/guidance/read", number="1")
    judge(trainer)
    with one.store.reading() as connection:
        (version,) = fetch_versions(connection, ITEM, TRAINER.person_id)
        seen = connection.execute("SELECT seen_json FROM event WHERE kind = 'judgement_locked'").fetchone()
    assert 1 == version.guidance
    assert seen is not None
    assert '"guidance":1' in seen[0]


def test_a_change_to_a_criterion_lists_what_was_judged_under_older_text(one: Served) -> None:
    judge(reader(one))
    lead = publish(one, "Leaflets count.", "For X-1", "X-1")
    page = lead.get("/guidance").text
    assert "1 judgement of the criteria" in page
    assert "Title of s1" in page
    assert "before any guidance" in page
    assert "Title of s1" not in publish(one, "Leaflets count.", "Wording alone").get("/guidance").text


def test_criteria_are_ticked_and_called_by_their_titles(one: Served) -> None:
    save_yaml(rubric(*CRITERIA), one.root / "rubrics" / "r1.yaml")
    trainer, lead = reader(one), publish(one, "Leaflets count.", "For routes", "X-2")
    assert "It concerns: No route to help (X-2)." in trainer.get("/guidance").text
    assert 'value="X-1">' in lead.get("/guidance").text
    url = trainer.post("/threads", kind="dispute", criterion="X-1", body="Two questions at once.").to
    assert "About the criterion False reassurance (X-1)" in trainer.get(url).text


def test_only_a_lead_publishes_and_not_without_saying_what_changes(one: Served) -> None:
    assert 403 == reader(one).post("/guidance", body="x", changed="y").status
    lead = reader(one, LEAD)
    for fields in ({"body": "x"}, {"changed": "y"}, {"body": "x", "changed": "y", "criteria": "X-1 <b>"}):
        assert 400 == lead.post("/guidance", **fields).status
    assert 400 == lead.post("/guidance/read", number="1").status
