"""An accepted edit is a new version of its scenario; what was judged stays with the old one, and items come back."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.authoring import ReopenedAs
from domain.person import Role
from domain.review import AsideKind, EscalationOutcome
from pipeline.authoring.publish import publish
from pipeline.authoring.scenario_files import find_scenario, write_scenario
from pipeline.journal import Journal
from pipeline.store.escalations import Escalation
from pipeline.store.events import fetch_events, verify
from pipeline.store.scenario_versions import fetch_newer, fetch_scenario_versions
from pipeline.store.scenarios import fetch_listed_scenarios
from review.rules.escalation import why_not_reopen
from review.rules.scenario_form import scenario_body, scenario_fields, scenario_of
from review.sign_in.demo import DEMO_PEOPLE
from tests.build import scenario, scenario_json
from tests.conftest import ROOT
from tests.review.browser import Client
from tests.review.ward import SECOND, Sent, Served, reader

ITEM = Sent("s1").item_id
BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}
OTHERS = b'{"scenario_id": "s0",   "messages": [{"role":"user","content":"s1?"}]}\r\n'
CHANGED = {"title": "Rash", "setting": "GP", "message-1": "My daughter, 4, has a rash.", "because": "No age was given"}


@pytest.fixture
def lead(one: Served) -> Client:
    return reader(one, BY_ROLE[Role.LEAD])


def in_files(one: Served) -> Path:
    """The ward's scenario as a line of a file, between others."""
    path = one.root / "data" / "scenarios" / "all.jsonl"
    path.parent.mkdir(parents=True)
    line = orjson.dumps(scenario_json("s1", title="Title of s1", setting="GP"))
    path.write_bytes(OTHERS + line + b"\n\n" + OTHERS.replace(b"s0", b"s2"))
    return path


def page_of(one: Served) -> str:
    with one.store.reading() as connection:
        (only,) = fetch_listed_scenarios(connection, 9)
    return f"/scenarios/{only.sha256}"


def test_a_proposed_edit_becomes_the_next_version_and_the_old_one_stays(one: Served, lead: Client) -> None:
    path, page, trainer = in_files(one), page_of(one), reader(one)
    said = {"is_realistic": "yes", "misleads": "no", "invites_safety": "no", "edit": "Give her age"}
    trainer.post(f"{page}/review", **said)
    assert "Give her age" in lead.get(f"{page}/edit").text
    review = lead.get(page).text.split("edit?review=")[1].split('"')[0]
    new = lead.post(f"{page}/edit", **CHANGED, review=review).to
    assert new not in ("", page)
    lines = path.read_bytes().split(b"\n")
    assert OTHERS == lines[0] + b"\n"
    assert (b"", OTHERS.replace(b"s0", b"s2")) == (lines[2], lines[3] + b"\n")
    found = find_scenario(one.root, "s1")
    assert found is not None
    assert ("My daughter, 4, has a rash.", new) == (
        found.scenario.messages[0].content, f"/scenarios/{found.scenario.sha256}",
    )  # fmt: skip
    with one.store.reading() as connection:
        assert [] == verify(connection)
        (version,) = fetch_scenario_versions(connection, "s1")
        (event,) = fetch_events(connection, "s1")
    assert ("No age was given", int(review), BY_ROLE[Role.LEAD].person_id) == (
        version.because, version.review_seq, event["person_id"],
    )  # fmt: skip
    assert [new] == [page_of(one)]
    old = trainer.get(page).text
    assert "This is an older text" in old
    assert "1 response to this text stays tied to it, 0 of them judged" in old
    assert "Taken up" in lead.get(f"{page}/edit").text


def test_items_of_the_old_version_are_marked(one: Served, lead: Client) -> None:
    in_files(one)
    trainer = reader(one)
    trainer.post(f"/items/{ITEM}/take")
    assert "Older scenario text" not in trainer.get(f"/items/{ITEM}").text
    lead.post(f"{page_of(one)}/edit", **CHANGED)
    assert "Older scenario text" in trainer.get(f"/items/{ITEM}").text
    trainer.judge(ITEM, "violated", "satisfied")
    trainer.post(f"/items/{ITEM}/lock")
    trainer.post(f"/items/{ITEM}/reveal")
    assert "Your judgement stays tied to the text that you read" in trainer.get(f"/items/{ITEM}/done").text
    evaluator = reader(one, BY_ROLE[Role.EVALUATOR])
    work = evaluator.get("/finished").text.split('href="/finished/')[1].split('"')[0]
    assert "Older scenario text" in evaluator.get(f"/finished/{work}").text


def test_a_script_in_any_field_is_stored_and_shown_as_text(one: Served, lead: Client) -> None:
    in_files(one)
    hostile = "<script>document.title='x'</script>{{ 7 * 7 }}\"'>"
    fields = dict.fromkeys(scenario_fields(scenario("s1").model_dump(mode="json")), hostile)
    fields |= {"correct_disposition": "", "category": "", "uncertainty_present": "", "because": hostile}
    new = lead.post(f"{page_of(one)}/edit", **fields).to
    found = find_scenario(one.root, "s1")
    assert found is not None
    assert hostile == found.scenario.messages[0].content
    for path in (new, f"{new}/edit", "/scenarios"):
        text = lead.get(path).text
        assert "<script>document" not in text
        assert "{{ 7 * 7 }}" in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"because": " "}, "Say why it is changed"),
        ({"message-1": " "}, "Write something here"),
        ({"correct_disposition": "home"}, "Choose one of the answers"),
        ({"title": "Title of s1", "message-1": "My daughter has a rash."}, "Nothing is changed yet"),
    ],
)
def test_what_cannot_be_a_version_is_said_and_nothing_is_kept(
    one: Served, lead: Client, changes: dict[str, str], says: str
) -> None:
    path, page = in_files(one), page_of(one)
    before = path.read_bytes()
    reply = lead.post(f"{page}/edit", **{**CHANGED, **changes})
    assert (400, True) == (reply.status, says in reply.text)
    assert before == path.read_bytes()


def test_a_text_that_is_not_in_the_files_or_not_the_latest_is_not_changed(one: Served, lead: Client) -> None:
    page = page_of(one)
    assert "No scenario file of this workspace holds it" in lead.post(f"{page}/edit", **CHANGED).text
    path = in_files(one)
    assert 303 == lead.post(f"{page}/edit", **CHANGED).status
    assert "It has a newer version already" in lead.post(f"{page}/edit", **{**CHANGED, "title": "Other"}).text
    path.write_bytes(path.read_bytes().replace(b"Rash", b"By hand"))
    assert "Its file holds another text by now" in lead.post(f"{page_of(one)}/edit", **{**CHANGED, "title": "X"}).text
    assert b"By hand" in path.read_bytes()


def test_a_text_that_comes_back_is_the_present_one_again(one: Served, lead: Client) -> None:
    in_files(one)
    first = page_of(one)
    second = lead.post(f"{first}/edit", **CHANGED).to
    again = {**CHANGED, "title": "Title of s1", "message-1": "My daughter has a rash.", "because": "Was right"}
    assert first == lead.post(f"{second}/edit", **again).to
    assert first == page_of(one)
    with one.store.reading() as connection:
        assert fetch_newer(connection, first.rsplit("/", 1)[1]) is None


def test_nothing_is_written_while_a_run_is_at_work(one: Served, lead: Client) -> None:
    path, page = in_files(one), page_of(one)
    before = path.read_bytes()
    with Journal(one.root / "data" / "runs" / "night"):
        new = lead.post(f"{page}/edit", **CHANGED).to
        assert before == path.read_bytes()
        assert "Not yet where runs read it" in lead.get(new).text
        more = lead.post(f"{new}/edit", **{**CHANGED, "title": "Rash again"}).to
    assert "/rubrics" == lead.post("/written").to
    found = find_scenario(one.root, "s1")
    assert found is not None
    assert more == f"/scenarios/{found.scenario.sha256}"
    assert "Not yet where runs read it" not in lead.get(more).text


def test_who_changed_a_scenario_judges_no_response_to_it(one: Served) -> None:
    in_files(one)
    sme = reader(one, BY_ROLE[Role.SME])
    assert "Title of s1" in sme.get("/queue").text
    sme.post(f"{page_of(one)}/edit", **CHANGED)
    assert "Nothing waits" in sme.get("/queue").text
    assert "or changed it" in sme.post(f"/items/{ITEM}/take").text


def at_fault(one: Served) -> str:
    """The item's scenario was found at fault; gives the escalation's address."""
    reader(one).post(f"/items/{ITEM}/take")
    reader(one).post(f"/items/{ITEM}/aside", kind="lacks_information", reason="No age")
    sme = reader(one, BY_ROLE[Role.SME])
    url = "/escalations/" + sme.get("/escalations").text.split('href="/escalations/')[1].split('"')[0]
    sme.post(f"{url}/claim")
    sme.post(f"{url}/settle", outcome="scenario_at_fault", reason="No age is given")
    return url


def test_a_lead_brings_an_item_back_once_its_scenario_is_mended(one: Served, lead: Client) -> None:
    in_files(one)
    url = at_fault(one)
    second = reader(one, SECOND)
    assert "Nothing waits" in second.get("/queue").text
    assert "no newer version yet" in lead.post(f"{url}/reopen", how="fixed", reason="Mended").text
    lead.post(f"{page_of(one)}/edit", **CHANGED)
    assert "/escalations" == lead.post(f"{url}/reopen", how="fixed", reason="Mended").to
    assert "Title of s1" in second.get("/queue").text
    assert 400 == lead.post(f"{url}/reopen", how="rejected", reason="Again").status
    assert "Mended" in lead.get(url).text
    with one.store.reading() as connection:
        assert [] == verify(connection)
        assert "item_reopened" in {each["kind"] for each in fetch_events(connection, ITEM)}


def test_a_lead_rejects_a_fault_with_a_reason_and_nobody_else_does(one: Served, lead: Client) -> None:
    url = at_fault(one)
    assert "Waiting for their scenario" in lead.get("/escalations").text
    for client in (reader(one), reader(one, BY_ROLE[Role.SME])):
        assert 403 == client.post(f"{url}/reopen", how="rejected", reason="No").status
    assert 400 == lead.post(f"{url}/reopen", how="rejected").status
    assert 400 == lead.post(f"{url}/reopen", how="ignored", reason="x").status
    assert "/escalations" == lead.post(f"{url}/reopen", how="rejected", reason="The age is not needed").to
    assert "Title of s1" in reader(one, SECOND).get("/queue").text


def escalation(outcome: EscalationOutcome | None) -> Escalation:
    return Escalation(
        1, "i", "t", "s", AsideKind.ESCALATE, "r", "a", "t", "closed" if outcome else "open", "c", outcome, "r", "t"
    )


@pytest.mark.parametrize(
    ("outcome", "how", "reason", "is_reopened", "is_changed", "refused"),
    [
        ("scenario_at_fault", "fixed", "r", False, True, ""),
        ("scenario_at_fault", "rejected", "r", False, False, ""),
        ("scenario_at_fault", "fixed", "r", False, False, "no newer version"),
        ("scenario_at_fault", "rejected", " ", False, True, "Say why"),
        ("scenario_at_fault", "rejected", "r", True, True, "does not wait"),
        ("returned", "rejected", "r", False, True, "does not wait"),
        (None, "fixed", "r", False, True, "does not wait"),
    ],
)
def test_which_items_come_back(
    outcome: str | None, how: str, reason: str, is_reopened: Any, is_changed: Any, refused: str
) -> None:
    one = escalation(EscalationOutcome(outcome) if outcome else None)
    found = why_not_reopen(one, ReopenedAs(how), reason, is_reopened=is_reopened, is_changed=is_changed)
    assert refused in found
    assert bool(refused) is bool(found)


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing() -> None:
    path = ROOT / "data" / "scenarios" / "demo-urgent-and-gp.jsonl"
    for line in path.read_bytes().splitlines():
        found = find_scenario(ROOT, orjson.loads(line)["scenario_id"])
        assert found is not None
        body = found.scenario.model_dump(mode="json")
        assert found.scenario == scenario_of(scenario_body(scenario_fields(body), body))


def test_a_line_is_replaced_and_every_other_byte_stays(tmp_path: Path) -> None:
    path = tmp_path / "data" / "scenarios" / "a.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xef\xbb\xbf" + OTHERS + orjson.dumps(scenario_json("s1")))
    assert write_scenario(tmp_path, scenario("s1", title="New"))
    assert b"\xef\xbb\xbf" + OTHERS == path.read_bytes()[: len(OTHERS) + 3]
    found = find_scenario(tmp_path, "s1")
    assert found is not None
    assert "New" == found.scenario.title
    assert not write_scenario(tmp_path, scenario("unknown"))


def test_publishing_without_anything_approved_touches_nothing(one: Served) -> None:
    publish(one.root, one.store, "2026-11-30T12:00:00.000000+00:00")
    assert not (one.root / "data").exists()
