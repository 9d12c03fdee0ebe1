"""`caveat digest`: numbers and ids over real HTTP and SMTP, silence while nothing changes, never a clinical word."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from domain.person import Role
from domain.routing import Lane
from pipeline.digest.facts import NOTHING, Facts, Waiting, gather_facts
from pipeline.digest.words import text_of
from pipeline.store.certificates import record_certificate
from pipeline.store.connection import Store
from pipeline.store.digests import record_refusal
from pipeline.store.events import PEOPLE
from pipeline.store.stops import record_stop
from tests.certified import certificate, stop
from tests.conftest import Workspace
from tests.endpoint import served as serving
from tests.flow import facts, invoke
from tests.post_office import PostOffice, post_office
from tests.review.busy import ITEMS, LONG, make_busy, number_of, thread_of
from tests.review.practising import PRACTICE
from tests.review.registered import GP, LEAD
from tests.review.ward import NOON, QUOTE, REASON, RESPONSE, Sent, admit, fill, person, served
from tests.test_posting import Hook

URL = "https://caveat.clinic.example"
OFFICER = person("person-officer", Role.SAFETY_OFFICER, email="officer@clinic.example")


def test_the_facts_are_what_stands_open_and_no_word_of_it(new_store: Callable[[], Store], tmp_path: Path) -> None:
    """Nothing of a scenario, a response, a judge or a person; where something of every kind stands open."""
    store = new_store()
    fill(store, tmp_path, ITEMS)
    admit(store)
    with served(store, root=tmp_path, practice=PRACTICE) as one:
        make_busy(one)
        escalation, dispute = number_of(one, "escalation", "event_seq"), thread_of(one, "dispute")
    with store.writing() as connection:
        record_certificate(connection, certificate())
        record_certificate(connection, certificate(certificate_id="c2", criterion_id="X-2"))
        record_stop(connection, stop("everything"))
    with store.reading() as connection:
        now, later = gather_facts(connection, NOON), gather_facts(connection, NOON + timedelta(days=16))
        names = [row[0] for row in connection.execute("SELECT name FROM person").fetchall()]
    assert (Waiting("GP", 1, 3),) == now.waiting, "s1 and s3 are read, s2 is with an expert"
    assert ((escalation,), (dispute,)) == (now.escalations, now.disputes)
    assert ((), 2, ()) == (now.overdue, now.n_in_force, now.ending)
    assert {"s1"} < set(now.stops), "the ward's own holds beside it"
    assert ((Sent("s4").item_id,), ("c1", "c2")) == (later.overdue, later.ending)
    text = text_of(later, URL)
    secrets = [RESPONSE, QUOTE, REASON, LONG, LONG[:12], "Title of", "False reassurance", *names]
    assert [] == [one for one in secrets if one in text]
    assert f"{URL}/escalations/{escalation}" in text


def test_a_setting_that_is_a_story_is_not_repeated(new_store: Callable[[], Store], tmp_path: Path) -> None:
    store, story = new_store(), "A man of 54 with\nchest pain since this morning who has taken"
    fill(store, tmp_path, [Sent("s1", scenario={"setting": story}), Sent("s2", Lane.DOUBLE)])
    with store.reading() as connection:
        found = gather_facts(connection, NOON)
    assert ["a setting with a long name", "GP"] == [one.setting for one in found.waiting]
    assert [1, 2] == [one.n_readings for one in found.waiting]


@pytest.mark.parametrize(
    ("facts_", "lines"),
    [
        (NOTHING, ["Nothing waits for readers.", "Certificates in force: 0", f"{URL}/"]),
        (
            replace(NOTHING, waiting=(Waiting("", 2, 9), Waiting("GP", 1, 4)), disputes=tuple(range(12))),
            ["Readings that wait: 3, about 13 minutes together", "  no setting stated: 2, 9 min", "  GP: 1, 4 min",
             f"12 × disputed criterion: {', '.join(f'{URL}/threads/{n}' for n in range(10))}, and 2 more",
             "Certificates in force: 0", f"{URL}/"],
        ),
    ],
)  # fmt: skip
def test_how_it_reads(facts_: Facts, lines: list[str]) -> None:
    assert lines == text_of(facts_, URL).splitlines()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as one:
        yield one


@pytest.fixture
def hook() -> Iterator[Hook]:
    with serving(Hook()) as one:
        yield one


def plan(workspace: Workspace, office: PostOffice, hook: Hook, **changes: Any) -> dict[str, str]:
    """A site whose digest goes to the webhook, leads and safety officers; gives the environment."""
    workspace.yaml(
        "config/site.yaml",
        {
            "schema": "site/1",
            "url": URL,
            "mail": {"host": "127.0.0.1", "port": office.port, "security": "none", "sender": "caveat@clinic.example"},
            "digest": {"webhook": {"env": "CAVEAT_WEBHOOK"}, "roles": ["lead", "safety_officer"]},
        }
        | changes,
    )
    fill(workspace.open_store(), workspace.root, [Sent("s1")])
    admit(workspace.open_store(), GP, LEAD, OFFICER, person("person-mute", Role.LEAD))
    return {"CAVEAT_WEBHOOK": f"http://127.0.0.1:{hook.port}/hook/secret-T0"}


def test_it_goes_to_the_webhook_and_by_e_mail_once(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    env = plan(workspace, office, hook)
    first = facts(workspace, "digest", env=env)
    assert {"webhook", "mail person-lead", "mail person-officer"} == set(first["taken"])
    letters = [office.next(), office.next()]
    assert {LEAD.email, OFFICER.email} == {str(one["To"]) for one in letters}
    assert "Readings that wait: 1" in hook.requests[0]["text"]
    again = invoke(workspace, "digest", env=env)
    assert "Told: nobody" in again.output
    assert (0, 1, True) == (again.exit_code, len(hook.requests), office.letters.empty())
    invoke(workspace, "digest", "--always", env=env)
    assert 2 == len(hook.requests)


def test_what_changes_is_told_to_whoever_has_not_heard_it(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    env = plan(workspace, office, hook)
    office.refused.add(LEAD.email)
    failed = invoke(workspace, "digest", env=env)
    assert 3 == failed.exit_code
    assert "NOT TOLD: mail person-lead: the mail server 127.0.0.1" in failed.stderr
    assert LEAD.email not in failed.output
    assert (OFFICER.email, 1) == (office.next()["To"], len(hook.requests))
    office.refused.clear()
    assert ["mail person-lead"] == facts(workspace, "digest", env=env)["taken"]
    with workspace.open_store().writing() as connection:
        record_stop(connection, stop("everything"))
    assert 3 == len(facts(workspace, "digest", env=env)["taken"])


def test_a_webhook_that_fails_keeps_nobody_else_from_it(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    env, hook.status = plan(workspace, office, hook), 500
    done = invoke(workspace, "digest", "--json", env=env)
    found = orjson.loads(done.stdout)
    assert (3, {"webhook": "the webhook answered with 500"}) == (done.exit_code, found["failed"])
    assert 2 == len(found["taken"])
    assert "secret-T0" not in done.output


def test_whoever_has_refused_gets_none(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    env = plan(workspace, office, hook)
    with workspace.open_store().writing(PEOPLE) as connection:
        record_refusal(connection, LEAD.person_id, "2026-11-28T12:00:00.000000+00:00", is_refused=True)
    assert "mail person-lead" not in facts(workspace, "digest", env=env)["taken"]


def test_a_dry_run_shows_it_and_sends_nothing(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    env = plan(workspace, office, hook)
    said = invoke(workspace, "digest", "--dry-run", env=env).output
    assert "Readings that wait: 1" in said
    assert "Channels: webhook, mail person-lead, mail person-officer" in said
    assert ([], True) == (hook.requests, office.letters.empty())
    assert 3 == len(facts(workspace, "digest", "--dry-run", env=env)["channels"])


def test_where_nothing_was_ever_open_nothing_is_sent(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    env = plan(workspace, office, hook)
    workspace.store = "data/empty.duckdb"
    admit(workspace.open_store(), LEAD)
    assert [] == facts(workspace, "digest", "--store", workspace.store, env=env)["taken"]


def test_what_is_missing_is_named(workspace: Workspace, office: PostOffice, hook: Hook) -> None:
    plan(workspace, office, hook)
    with pytest.raises(InputError, match=r"site\.yaml: the environment variable CAVEAT_WEBHOOK"):
        invoke(workspace, "digest", env={"CAVEAT_WEBHOOK": ""})
    plan(workspace, office, hook, digest=None)
    with pytest.raises(InputError, match=r"site\.yaml, key digest: no digest is planned"):
        invoke(workspace, "digest")
