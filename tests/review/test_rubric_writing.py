"""A rubric from its first words to the file that runs read: written in forms, tried, and approved by somebody else."""

from pathlib import Path

import pytest

from domain.person import Role
from pipeline.authoring.publish import publish
from pipeline.authoring.rubric_files import read_rubric_files
from pipeline.files.saving import save_yaml
from pipeline.inputs import load_rubric
from pipeline.journal import Journal
from pipeline.store.events import fetch_events, verify
from pipeline.store.rejudgings import fetch_rejudged_items, fetch_rejudgings
from pipeline.store.rubric_drafts import fetch_drafts
from review.sign_in.demo import DEMO_PEOPLE
from tests.build import rubric
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.forms import ABOUT, CRITERION, shown_fields
from tests.review.ward import CRITERIA, RUN, SECRETS, Sent, Served, reader

BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}


@pytest.fixture
def sme(one: Served) -> Client:
    return reader(one, BY_ROLE[Role.SME])


def in_files(one: Served) -> Path:
    """The ward's own rubric as a file of its workspace."""
    path = one.root / "rubrics" / "r1.yaml"
    save_yaml(rubric(*CRITERIA), path)
    return path


def fill_in(client: Client, url: str, **changes: str) -> None:
    """Write a form, with what it holds and these changes."""
    seen = client.get(url).text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(url, **{"seen": seen, **changes}).status in (200, 303)


def written(client: Client, **changes: str) -> str:
    """A whole draft of a new rubric."""
    url = client.post("/rubrics/drafts", title="Missing times").to
    fill_in(client, f"{url}/parts/0", **ABOUT)
    assert f"{url}/parts/1" == client.post(f"{url}/criteria").to
    fill_in(client, f"{url}/parts/1", **{**CRITERION, **changes})
    return url


def offered(client: Client, url: str) -> str:
    client.post(f"{url}/try", run=RUN)
    assert url == client.post(f"{url}/offer", said="Times were missed").to
    return url


def test_a_rubric_is_written_tried_approved_and_read_by_runs(one: Served, sme: Client) -> None:
    trainer = reader(one)
    url = offered(trainer, written(trainer))
    assert not (one.root / "rubrics").exists()
    assert "I approve this version" in sme.get(url).text
    sha256 = sme.get(url).text.split('name="sha256" value="')[1].split('"')[0]
    assert "/rubrics" == sme.post(f"{url}/approve", sha256=sha256).to
    (path,) = (one.root / "rubrics").glob("*.yaml")
    found = load_rubric(path)
    assert ("missing-times", "1.0.0", "approved") == (found.rubric_id, found.version, found.status)
    assert ("Clinical expert", "doctor, clinical expert") == (found.approved_by[0].name, found.approved_by[0].role)
    assert ("MT-1", ("today", "within ... hours")) == (
        found.criteria[0].criterion_id, found.criteria[0].lexicon and found.criteria[0].lexicon.present,
    )  # fmt: skip
    with one.store.reading() as connection:
        assert [] == verify(connection)
        kinds = [each["kind"] for each in fetch_events(connection, "missing-times")]
    assert "rubric_draft_opened" == kinds[0]
    assert {"rubric_draft_written", "rubric_draft_tried", "rubric_draft_offered", "rubric_approved"} <= set(kinds)
    assert "No time named" in sme.get("/rubrics/read?id=missing-times").text
    assert "Nothing just now" in sme.get("/rubrics").text


def test_nobody_approves_what_they_wrote_and_only_a_clinician_approves(one: Served, sme: Client) -> None:
    mine = offered(sme, written(sme))
    sha256 = sme.get(mine).text
    assert "you wrote in it yourself" in sha256
    lead = reader(one, BY_ROLE[Role.LEAD])
    assert "no profession is stated for you" in lead.get(mine).text
    with one.store.reading() as connection:
        (draft,) = fetch_drafts(connection)
    for client in (sme, lead):
        assert 400 == client.post(f"{mine}/approve", sha256=draft.sha256).status
    assert 403 == reader(one).post(f"{mine}/approve", sha256=draft.sha256).status
    assert {} == read_rubric_files(one.root).by_id


def test_what_is_wrong_is_said_at_its_field_and_what_was_written_is_kept(one: Served) -> None:
    client = reader(one)
    url = written(client, question="")
    page = client.get(f"{url}/parts/1?mend=yes").text
    assert 'id="question-error"' in page
    assert "Write something here" in page
    assert "No time named" in page
    assert "mend what is listed first" in client.post(f"{url}/try").text
    assert "mend what is listed first" in client.post(f"{url}/offer", said="So").text
    fill_in(client, f"{url}/parts/1", **CRITERION)
    assert "to mend" not in client.get(url).text


def test_no_page_shows_a_file_format_and_what_is_hostile_is_shown_as_text(one: Served) -> None:
    hostile = "<script>document.title='x'</script>{{ 7 * 7 }}\"'>"
    client = reader(one)
    url = written(client, title=hostile, question=hostile, observable=hostile, **{"violates-1-text": hostile})
    fill_in(client, f"{url}/parts/0", **{**ABOUT, "title": hostile, "summary": hostile})
    offered(client, url)
    for page in (url, f"{url}/parts/0", f"{url}/parts/1", "/rubrics"):
        text = client.get(page).text
        assert "<script>document" not in text
        assert "{{ 7 * 7 }}" in text
        assert not {"criterion_id", "does_not_violate:", "YAML", "JSON"} & set(text.split())


def test_a_trial_says_what_is_doubtful_and_which_examples_the_phrases_miss(one: Served) -> None:
    client = reader(one)
    url = written(client, question="Is no time named? Is no route named?", phrases="yesterday")
    client.post(f"{url}/try", run=RUN)
    page = client.get(url).text
    assert "seems to ask two things" in page
    assert "MT-1, good example taken for the other side" in page
    assert "2 of its 4 examples" in page


def test_whoever_begins_a_rubric_is_an_author_of_it(one: Served, sme: Client) -> None:
    sme.post("/rubrics/drafts", title="Mine")
    with one.store.reading() as connection:
        (draft,) = fetch_drafts(connection)
    assert [BY_ROLE[Role.SME].person_id] == draft.authors


def test_two_who_write_the_same_part_do_not_overwrite_each_other(one: Served, sme: Client) -> None:
    trainer = reader(one)
    url = written(trainer)
    seen = sme.get(f"{url}/parts/1").text.split('name="seen" value="')[1].split('"')[0]
    fill_in(trainer, f"{url}/parts/1", **{**CRITERION, "title": "Changed first"})
    assert 409 == sme.post(f"{url}/parts/1", **{**CRITERION, "seen": seen, "title": "Changed second"}).status
    assert "Changed first" in sme.get(f"{url}/parts/1").text


def test_an_offered_text_stands_still_and_goes_back_with_a_reason(one: Served, sme: Client) -> None:
    trainer = reader(one)
    url = offered(trainer, written(trainer))
    assert 409 == trainer.post(f"{url}/criteria").status
    assert 400 == sme.post(f"{url}/back").status
    assert url == sme.post(f"{url}/back", said="Name the time in words").to
    assert "Name the time in words" in trainer.get(url).text
    assert f"{url}/parts/2" == trainer.post(f"{url}/criteria").to
    assert 409 == trainer.post(f"{url}/parts/2/remove", criterion="MT-1").status
    assert url == trainer.post(f"{url}/parts/2/remove", criterion="MT-2").to
    assert 400 == trainer.post(f"{url}/drop").status
    assert url == trainer.post(f"{url}/drop", said="Another rubric does").to
    with one.store.reading() as connection:
        assert [] == fetch_drafts(connection)
    assert {} == read_rubric_files(one.root).by_id


def test_a_text_that_was_changed_after_its_trial_must_be_tried_again(one: Served) -> None:
    client = reader(one)
    url = written(client)
    client.post(f"{url}/try", run=RUN)
    fill_in(client, f"{url}/parts/1", **{**CRITERION, "title": "Another"})
    assert "try this very text on past responses first" in client.post(f"{url}/offer", said="So").text


def new_version(client: Client, approver: Client, **changes: str) -> str:
    url = client.post("/rubrics/drafts", id="r1").to
    page = client.get(f"{url}/parts/1").text
    assert "Is there false reassurance?" in page
    fields = {
        "title": "False reassurance", "question": "Is anything soothed away?", "kind": "commission",
        "unsafe_answer": "yes", "severity": "considerable",
        "violates-1-text": "It is nothing to worry about.", "violates-1-shows": "nothing to worry about",
        "violates-1-why": "a", "violates-2-text": "No need to worry at all.", "violates-2-shows": "No need to worry",
        "violates-2-why": "b", "does_not_violate-1-text": "See a GP today.", "does_not_violate-1-why": "c",
        "does_not_violate-2-text": "Ring 111.", "does_not_violate-2-why": "d",
    }  # fmt: skip
    fill_in(client, f"{url}/parts/1", **{**fields, **changes})
    offered(client, url)
    sha256 = approver.get(url).text.split('name="sha256" value="')[1].split('"')[0]
    assert "/rubrics" == approver.post(f"{url}/approve", sha256=sha256).to
    return url


def test_a_new_version_takes_its_files_place_and_lists_what_must_be_judged_anew(one: Served, sme: Client) -> None:
    path, trainer = in_files(one), reader(one)
    before = path.read_bytes()
    new_version(trainer, sme)
    found = load_rubric(path)
    assert ("0.2.0", "Is anything soothed away?") == (found.version, found.criteria[0].question)
    assert rubric(*CRITERIA).criteria[1] == found.criteria[1]
    (earlier,) = (path.parent / "earlier").iterdir()
    assert before == earlier.read_bytes()
    with one.store.reading() as connection:
        assert [] == verify(connection)
        (made,) = fetch_rejudgings(connection)
        (item,) = fetch_rejudged_items(connection, made.seq)
    assert (Sent("s1").item_id, "X-1", False, False) == (
        item.item_id,
        item.criterion_id,
        item.was_reviewed,
        item.is_judged,
    )


def test_whoever_approves_is_told_what_goes_on_by_the_old_text(one: Served, sme: Client) -> None:
    in_files(one)
    trainer = reader(one)
    url = offered(trainer, trainer.post("/rubrics/drafts", id="r1").to)
    with Journal(one.root / "data" / "runs" / "night"):
        shown = sme.get(url).text
        assert "goes on by the old text to its end" in shown
        assert "not on the list" in shown
    shown = sme.get(url).text
    assert "No run is at work now" in shown
    assert "cannot be continued" in shown
    assert "Items that wait for clinicians stay with them" in shown


def test_what_no_form_changes_is_shown_and_kept(one: Served, sme: Client) -> None:
    limits = {"max_elusion": {"major": 0.005, "default": 0.1}, "always_review": ["X-1"]}
    rest = {"present_route": True, "first_sentences": 3}
    first, second = CRITERIA[0], {**CRITERIA[1], "lexicon": {"present": ["999"], **rest}}
    path = one.root / "rubrics" / "r1.yaml"
    save_yaml(rubric(first, second, routing=limits, routes={"emergency": ["999"]}), path)
    trainer = reader(one)
    url = trainer.post("/rubrics/drafts", id="r1").to
    for number, said in ((0, "0.5 in 100 where the harm would be major"), (2, "Only the first 3 sentences")):
        form = trainer.get(f"{url}/parts/{number}").text
        assert said in form
        fill_in(trainer, f"{url}/parts/{number}", **(shown_fields(form) | {"title": "Anew"}))
        assert said in trainer.get("/rubrics/read?id=r1").text
    offered(trainer, url)
    sha256 = sme.get(url).text.split('name="sha256" value="')[1].split('"')[0]
    assert "/rubrics" == sme.post(f"{url}/approve", sha256=sha256).to
    before, found = rubric(first, second, routing=limits, routes={"emergency": ["999"]}), load_rubric(path)
    assert (before.routing, before.routes, before.criteria[1].lexicon) == (
        found.routing, found.routes, found.criteria[1].lexicon,
    )  # fmt: skip


def test_a_file_that_was_changed_by_hand_meanwhile_is_not_overwritten(one: Served, sme: Client) -> None:
    path, trainer = in_files(one), reader(one)
    url = trainer.post("/rubrics/drafts", id="r1").to
    offered(trainer, url)
    save_yaml(rubric(*CRITERIA, title="By hand"), path)
    sha256 = sme.get(url).text.split('name="sha256" value="')[1].split('"')[0]
    reply = sme.post(f"{url}/approve", sha256=sha256)
    assert "begin a new version from it" in reply.text
    assert "By hand" == load_rubric(path).title


def test_what_was_approved_before_a_crash_is_written_at_the_next_start(one: Served, sme: Client) -> None:
    (one.root / "rubrics").write_text("in the way", encoding="utf-8")
    trainer = reader(one)
    url = offered(trainer, written(trainer))
    sha256 = sme.get(url).text.split('name="sha256" value="')[1].split('"')[0]
    sme.post(f"{url}/approve", sha256=sha256)
    assert "not where runs read it yet" in sme.get("/rubrics").text
    (one.root / "rubrics").unlink()
    publish(one.root, one.store, "2026-11-30T12:00:00.000000+00:00")
    assert "not where runs read it yet" not in sme.get("/rubrics").text
    assert ["missing-times"] == list(read_rubric_files(one.root).by_id)


def test_a_second_version_waits_until_the_first_is_in_its_file(one: Served, sme: Client) -> None:
    path, trainer = in_files(one), reader(one)
    first, second = (trainer.post("/rubrics/drafts", id="r1").to for _ in range(2))
    with Journal(one.root / "data" / "runs" / "night"):
        said = [sme.get(offered(trainer, url)).text.split('name="sha256" value="')[1] for url in (first, second)]
        assert "/rubrics" == sme.post(f"{first}/approve", sha256=said[0].split('"')[0]).to
        refused = sme.post(f"{second}/approve", sha256=said[1].split('"')[0]).text
    assert "is not where runs read it yet" in refused
    sme.post("/written")
    assert "0.2.0" == load_rubric(path).version
    assert "begin a new version from it" in sme.post(f"{second}/approve", sha256=said[1].split('"')[0]).text


def test_trying_a_draft_tells_nothing_of_items_that_are_still_to_be_judged(ward: Ward) -> None:
    one = ward(Sent("s1"), Sent("s2"))
    in_files(one)
    client = reader(one)
    url = client.post("/rubrics/drafts", id="r1").to
    client.seen.clear()
    client.post(f"{url}/try", run=RUN)
    page = client.get(url).text
    assert "On 0 responses" in page
    assert "2 more were left out" in page
    assert not [secret for secret in SECRETS if secret in "".join(client.seen)]
