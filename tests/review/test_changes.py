"""Changes that the technical team is asked for: each has a state, and whoever asked reads why not."""

from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from domain.person import Role
from pipeline.cli import caveat
from review.sign_in.demo import DEMO_PEOPLE
from tests.review.browser import Client
from tests.review.ward import Sent, Served

ITEM = Sent("s1").item_id
BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}


def reader(one: Served, role: Role) -> Client:
    client = Client(one.url)
    client.sign_in(BY_ROLE[role])
    return client


def listed(one: Served, *arguments: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(
        caveat, ["-C", str(one.root), "changes", "--store", "caveat.duckdb", "--json", *arguments]
    )
    assert 0 == done.exit_code, done.output
    return orjson.loads(done.stdout)["changes"]


def test_a_change_goes_through_its_states_and_a_refusal_says_why(one: Served) -> None:
    lead, technical = reader(one, Role.LEAD), reader(one, Role.TECHNICAL)
    first = lead.post("/threads", kind="change_request", body="Show the <b>date</b>").to
    second = lead.post("/threads", kind="change_request", body="Hide the date").to
    assert "2 changes that nobody has taken on" in technical.get("/").text
    for to in ("accepted", "in_progress"):
        assert first == technical.post(f"{first}/move", to=to).to
        assert to == listed(one)[1]["state"]
    assert first == technical.post(f"{first}/reply", body="Half of it is there").to
    assert "Last: Half of it is there" in lead.get("/changes").text
    assert first == technical.post(f"{first}/move", to="done").to
    assert 400 == technical.post(f"{second}/move", to="declined").status
    assert 400 == technical.post(f"{second}/move", to="declined", body=" ").status
    assert second == technical.post(f"{second}/move", to="declined", body="Others need it").to
    page = lead.get("/changes").text
    assert "Why: Others need it" in page
    assert "Show the &lt;b&gt;date" in page
    assert not [each.person_id for each in DEMO_PEOPLE if each.person_id in technical.get("/changes").text]
    assert [("declined", "Others need it")] == [
        (each["state"], each["last"]) for each in listed(one, "--state", "declined")
    ]
    assert (
        "Why: Others need it"
        in CliRunner().invoke(caveat, ["-C", str(one.root), "changes", "--store", "caveat.duckdb"]).stdout
    )


def test_what_is_asked_about_an_item_that_is_still_to_be_judged_is_not_listed_for_others(one: Served) -> None:
    sme = reader(one, Role.SME)
    sme.post(f"/items/{ITEM}/take")
    url = sme.post("/threads", kind="change_request", item=ITEM, body="The answer was cut").to
    assert "The answer was cut" in sme.get("/changes").text
    assert "The answer was cut" not in reader(one, Role.TECHNICAL).get("/changes").text
    assert "The answer was cut" in reader(one, Role.LEAD).get("/changes").text
    assert url.startswith("/threads/")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.EVALUATOR, "/finished"),
        (Role.LEAD, "/allocation"),
        (Role.TECHNICAL, "/changes"),
        (Role.SAFETY_OFFICER, "/escalations"),
    ],
)
def test_whoever_judges_nothing_is_told_what_there_is_to_do(one: Served, role: Role, place: str) -> None:
    shown = reader(one, role).get("/").text.split("What you can do here")[1]
    assert f'<a href="{place}">' in shown
