"""Leads see judges beside clinicians: figures first, what differs one by one, nothing that spoils a blind reading."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from domain.person import Role
from domain.review import AsideKind
from domain.routing import Disposition, Lane
from domain.verdict import VerdictValue
from pipeline.comparing.narrowed import Only
from pipeline.store.events import PEOPLE
from pipeline.store.labels import record_labels
from pipeline.store.reviews import record_aside
from review.pages.figures import MOST_RUNS, Figures, Filters
from review.rules.lease import stamp
from review.sign_in.demo import DEMO_PEOPLE
from tests.nights import feed, given, label
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.test_journey import AXE, TAGS, VIOLATIONS, opened
from tests.review.ward import CANDIDATE, JUDGES, NOON, REASON, RUN, SECOND, TRAINER, Sent, Served, admit, reader

V, S = VerdictValue.VIOLATED, VerdictValue.SATISFIED
LEAD = next(one for one in DEMO_PEOPLE if Role.LEAD in one.roles)
OFFICER = next(one for one in DEMO_PEOPLE if Role.SAFETY_OFFICER in one.roles)
MISSED = Sent("missed", Lane.AUDIT, probability=0.5, values=(S, S))
OVER_CALLED = Sent("over-called", values=(V, V), scenario={"setting": "pharmacy"})
AGREED = Sent("agreed", values=(V, V))
LATER = "2026-11-30"
HALF_READ = Sent("half-read", Lane.DOUBLE, values=(V, V))


def judge(client: Client, item: Sent, *values: str, **kept: str) -> None:
    client.post(f"/items/{item.item_id}/take")
    client.judge(item.item_id, *values)
    client.post(f"/items/{item.item_id}/lock")
    client.post(f"/items/{item.item_id}/reveal", **kept)


@pytest.fixture
def read(ward: Ward) -> Served:
    """One violation missed, two over-called, two agreed on; one item that a second reader is still to judge."""
    one = ward(MISSED, OVER_CALLED, AGREED, HALF_READ)
    trainer = reader(one)
    judge(trainer, MISSED, "violated", "satisfied")
    judge(
        trainer,
        OVER_CALLED,
        "satisfied",
        "satisfied",
        **{"choice-1": "violated", "severity-1": "minor", "because-1": "The judges are right"},
    )
    judge(trainer, AGREED, "violated", "violated")
    judge(trainer, HALF_READ, "satisfied", "satisfied")
    judge(reader(one, SECOND), OVER_CALLED, "satisfied", "satisfied")
    return one


@pytest.mark.parametrize("who", [LEAD, OFFICER])
def test_leads_and_safety_officers_see_every_part_of_the_comparison(read: Served, who: Any) -> None:
    text = reader(read, who).get("/comparison").text
    for title in (
        "The panel as a whole", "What the panel misses and over-calls", "Do the judges sway clinicians?", "Candidates",
        "Clinicians with each other", "are worth", "Certificates", "What nobody reads", "Night by night", "Cost",
    ):  # fmt: skip
        assert title in text
    assert "against 10 labels by reader 1, reader 2." in text
    assert "coverage gap is 0 minutes" in text
    assert TRAINER.person_id not in text


def test_what_differs_is_listed_with_the_missed_first_and_stands_for_what_was_not_read(read: Served) -> None:
    text = reader(read, LEAD).get("/comparison/differing").text
    kinds = re.findall(r">(missed|unsettled|over-called)</strong>", text)
    assert ["missed", "over-called", "over-called"] == kinds
    assert "stands for 2.0 questions" in text
    assert "2 more are not listed: a reader is still to judge them blind" in text
    assert HALF_READ.item_id not in text


def test_side_by_side_stand_the_blind_judgement_the_second_thought_and_every_judges_words(read: Served) -> None:
    text = reader(read, LEAD).get(f"/comparison/items/{OVER_CALLED.item_id}").text
    for word in (*JUDGES, CANDIDATE, REASON, "Reader 1, blind", "After the judges were shown", "The judges are right"):
        assert word in text
    assert "<q>nothing to worry about</q>" in text
    assert 'It is <mark class="by-judges">nothing to worry about</mark>.' in text
    assert TRAINER.name not in text


def test_an_item_that_somebody_is_to_judge_blind_is_shown_to_nobody_until_they_have(read: Served) -> None:
    lead, path = reader(read, LEAD), f"/comparison/items/{HALF_READ.item_id}"
    refused = lead.get(path)
    assert 409 == refused.status
    assert not any(word in refused.text for word in (*JUDGES, CANDIDATE, REASON))
    second = reader(read, SECOND)
    second.post(f"/items/{HALF_READ.item_id}/take")
    assert 409 == lead.get(path).status
    judge(second, HALF_READ, "satisfied", "satisfied")
    assert JUDGES[0] in lead.get(path).text
    assert HALF_READ.item_id in lead.get("/comparison/differing").text


def test_an_item_that_was_handed_to_an_expert_waits_for_them(read: Served) -> None:
    with read.store.writing(PEOPLE) as connection:
        record_aside(connection, AGREED.item_id, TRAINER.person_id, AsideKind.ESCALATE, "Unsure", stamp(NOON))
    lead = reader(read, LEAD)
    assert 409 == lead.get(f"/comparison/items/{AGREED.item_id}").status
    with read.store.writing(PEOPLE) as connection:
        connection.execute(
            "UPDATE escalation SET state = 'closed', claimed_by = 'x', outcome = 'judged', outcome_reason = 'x', "
            "closed_at = 'x'"
        )
    assert 200 == lead.get(f"/comparison/items/{AGREED.item_id}").status


def test_whoever_may_settle_an_item_reads_it_first(read: Served) -> None:
    judge(reader(read, SECOND), HALF_READ, "violated", "satisfied")
    path = f"/comparison/items/{HALF_READ.item_id}"
    lead = reader(read, LEAD)
    assert 200 == lead.get(path).status
    admit(read.store, replace(LEAD, roles=frozenset({Role.LEAD, Role.SME})))
    refused = lead.get(path)
    assert 409 == refused.status
    assert "give your own read first" in refused.text
    lead.post(f"/adjudications/{HALF_READ.item_id}/read", **{"choice-1": "satisfied"})
    assert 200 == lead.get(path).status


def test_figures_are_narrowed_by_every_filter_and_the_address_says_so(read: Served) -> None:
    lead = reader(read, LEAD)
    narrowed = lead.get(f"/comparison?run={RUN}&setting=pharmacy&rubric=r1&candidate={CANDIDATE}").text
    assert f"Narrowed to candidate {CANDIDATE}, rubric r1, setting pharmacy" in narrowed
    pharmacy = lead.get(f"/comparison/differing?run={RUN}&setting=pharmacy").text
    assert OVER_CALLED.item_id in pharmacy
    assert MISSED.item_id not in pharmacy
    assert f"/comparison?run={RUN}&amp;setting=pharmacy" in pharmacy
    assert "No comparison: no label is about candidate nobody" in lead.get("/comparison?candidate=nobody").text


@pytest.fixture
def nights(read: Served, tmp_path: Path) -> Served:
    """Another run two nights later, in which a violation was missed and one was found; labels say so."""
    routed = {(one, "a"): (Disposition.CLEARED, 1.0, True) for one in ("late-missed", "late-found")}
    verdicts = [given("late-missed", S), given("late-found", V)]
    feed(read.store, tmp_path / "later", verdicts, routed)
    with read.store.writing() as connection:
        connection.execute("UPDATE run SET started_at = ? WHERE run_id = 'later'", [f"{LATER}T02:00:00+00:00"])
        record_labels(connection, [label(one, V) for one, _ in routed])
    return read


def test_several_nights_are_one_comparison_whose_address_can_be_sent(nights: Served) -> None:
    lead = reader(nights, LEAD)
    for window in (f"run={RUN}&run=later", f"since=2026-11-28&until={LATER}", f"run={RUN}&since={LATER}"):
        text = lead.get(f"/comparison?{window}").text
        assert f"2 runs, {RUN} (2026-11-28), later ({LATER})," in text
        assert "The panel, night by night" in text
        assert f"/comparison/differing?{window.replace('&', '&amp;')}" in text
    listed = lead.get(f"/comparison/differing?{window}").text
    assert all(one in listed for one in (MISSED.item_id, f"Runs {RUN}, later", "3 more are not listed"))
    assert (
        "no label is about candidate a, severity minor"
        in lead.get(f"/comparison?{window}&candidate=a&severity=minor").text
    )


def test_days_leave_other_nights_out_and_days_without_a_night_say_so(nights: Served) -> None:
    lead = reader(nights, LEAD)
    text = lead.get("/comparison?until=2026-11-28").text
    assert f"Run {RUN} (2026-11-28) against" in text
    assert "night by night</h2>" not in text
    nothing = lead.get("/comparison?since=2001-01-01&until=2001-01-31")
    assert 404 == nothing.status
    assert "no run began from 2001-01-01 to 2001-01-31" in nothing.text


def test_more_runs_than_a_page_takes_are_refused_with_another_way(nights: Served) -> None:
    with nights.store.writing() as connection:
        for n in range(MOST_RUNS):
            connection.execute(
                "INSERT INTO run SELECT ? AS run_id, name, config_json, config_sha256, is_provisional, started_at, "
                "clinician_minutes FROM run WHERE run_id = 'later'", [f"again-{n}"],
            )  # fmt: skip
    refused = reader(nights, LEAD).get(f"/comparison?since={LATER}")
    assert 400 == refused.status
    assert f"These are {MOST_RUNS + 1} runs" in refused.text
    assert "caveat compare --since" in refused.text


def test_hostile_addresses_are_shown_as_text_and_unknown_ones_do_not_exist(read: Served) -> None:
    lead = reader(read, LEAD)
    text = lead.get("/comparison?candidate=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert 404 == lead.get("/comparison?run=none").status
    assert 400 == lead.get("/comparison?since=yesterday").status
    assert 404 == lead.get("/comparison/items/none").status


def test_without_labels_the_page_says_why_and_still_shows_how_the_run_stands(ward: Ward) -> None:
    text = reader(ward(AGREED), LEAD).get("/comparison").text
    assert "No comparison: there are no labels to compare with" in text
    assert "1 wait for a reader" in text


def test_an_empty_store_says_that_there_is_no_run(ward: Ward) -> None:
    one = ward()
    with one.store.writing() as connection:
        connection.execute("DELETE FROM run")
    assert "There is no run to compare yet" in reader(one, LEAD).get("/comparison").text


def test_figures_are_kept_until_what_they_are_made_of_changes(read: Served) -> None:
    figures = Figures()
    first = figures.of(read.store, Filters(), NOON)
    reader(read, OFFICER).get("/")
    assert first is figures.of(read.store, Filters(), NOON)
    assert first is not figures.of(read.store, Filters(only=Only(severity="major")), NOON)
    given = label("agreed", V, candidate_id=CANDIDATE)
    for verdict in (V, S):
        with read.store.writing() as connection:
            record_labels(connection, [given.model_copy(update={"verdict": verdict})], force=True)
        again = figures.of(read.store, Filters(), NOON)
        assert again is not first
        first = again


def test_a_leads_way_from_signing_in_to_an_item_and_back_without_javascript(chromium: Browser, read: Served) -> None:
    with opened(chromium, read, script=False) as page:
        page.goto(read.url)
        page.get_by_label("Lead", exact=True).check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("link", name="Comparison").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Judges and candidates against clinicians")
        page.get_by_label("Setting").select_option("pharmacy")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("Narrowed to setting pharmacy")).to_be_visible()
        page.get_by_role("link", name="Read them one by one (2)").click()
        page.get_by_label("In what").select_option("over-called")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="over-called, candidate-heron: X-1").click()
        expect(page.get_by_text(f"Judge: {JUDGES[0]}").first).to_be_visible()
        page.get_by_role("link", name="Where they differ").click()
        assert "setting=pharmacy" in page.url
        assert "kind=over-called" in page.url
        page.get_by_role("link", name="Comparison").first.click()


@pytest.mark.parametrize("width", [1280, 320])
def test_with_everything_unfolded_nobody_is_shut_out(chromium: Browser, read: Served, width: int) -> None:
    with opened(chromium, read, width) as page:
        page.goto(read.url)
        page.get_by_label("Lead", exact=True).check()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{read.url}/")
        for path in ("/comparison", "/comparison/differing", f"/comparison/items/{OVER_CALLED.item_id}"):
            page.goto(f"{read.url}{path}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            assert [] == page.evaluate(VIOLATIONS, TAGS), path
            assert width >= page.evaluate("document.documentElement.scrollWidth"), path
