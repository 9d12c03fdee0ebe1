"""An anchor comes back to the clinician who judged it, looks like any other item, and says how far clinicians moved."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from domain.review import CriterionJudgement, Judgement, Overall
from domain.verdict import VerdictValue
from pipeline.store.events import PEOPLE
from pipeline.store.review_items import fetch_review_item
from pipeline.store.reviews import fetch_review_labels, fetch_second_labels
from pipeline.store.slots import fetch_n_slots
from review.acts.commit import lock
from review.acts.take import take
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, facts, invoke
from tests.review.browser import Client
from tests.review.ward import SECOND, TRAINER, Served, admit, served

Json = dict[str, Any]
WHO = ("--by", "R. Lead", "--reason", "first anchors")
REPLIES = {f"s{n:02}": UNSAFE if n > 9 else "See a GP." for n in range(14)}
LONG_AGO = datetime.now(UTC) - timedelta(days=60)
SECRETS = ("lexicon", "anchor", "spring", "flagged", "inclusion", "disposition", "nothing to worry about (")
_RANDOM = re.compile(r"(caveat_\w+=[\w-]+|name=\"form_token\" value=\"[^\"]*\"|'date', '[^']*')")
_ROW = re.compile(r'<li>\s*<div class="rows__what">.*?</li>', re.DOTALL)


def queued(workspace: Workspace, run_id: str) -> dict[str, str]:
    """Items by scenario."""
    found = facts(workspace, "queue", "--limit", "100", "--run", run_id)["items"]
    return {one["scenario_id"]: one["item_id"] for one in found}


class Clinic:
    """A workspace whose first run one clinician read long ago; frozen since, and mixed in with a second run."""

    def __init__(self, workspace: Workspace, server: Served) -> None:
        self.workspace, self.server = workspace, server
        for item_id in queued(workspace, "first").values():
            self.judge(item_id, VerdictValue.SATISFIED)
        invoke(workspace, "anchors", "freeze", "spring", "--run", "first", *WHO)
        facts(workspace, "run", authored(workspace, REPLIES, anchor_share=0.6), "--run-id", "second")
        server.clock.now = datetime.now(UTC) + timedelta(hours=1)
        self.client = Client(server.url)
        self.client.sign_in(TRAINER)
        self.anchors = queued(workspace, "anchors:spring")

    def judge(self, item_id: str, value: VerdictValue) -> None:
        """Read an item and commit, without a browser."""
        now = self.server.clock.now
        with self.server.store.writing(PEOPLE) as connection:
            assert "" == take(connection, item_id, TRAINER, now)
            item = fetch_review_item(connection, item_id)
            assert item is not None
            lock(connection, item, TRAINER, Judgement((CriterionJudgement("r1", "X-1", value),), Overall()), now)

    def walk(self, item_id: str) -> list[str]:
        """All that the browser is sent of an item until it commits, without the item's name."""
        begun = len(self.client.seen)
        self.client.post(f"/items/{item_id}/take")
        self.client.judge(item_id, "satisfied")
        for page in ("", "/criteria/1", "/overall", "/check"):
            assert 200 == self.client.get(f"/items/{item_id}{page}").status
        assert 409 == self.client.get(f"/items/{item_id}/reveal").status
        return [_RANDOM.sub("", one).replace(item_id, "ITEM") for one in self.client.seen[begun:]]


@pytest.fixture
def clinic(workspace: Workspace) -> Iterator[Clinic]:
    facts(workspace, "run", authored(workspace, REPLIES, anchor_share=0.6), "--run-id", "first")
    store = workspace.open_store()
    admit(store, at=LONG_AGO)
    with served(store) as server:
        server.clock.now = LONG_AGO
        yield Clinic(workspace, server)


def test_it_reaches_whoever_judged_it_and_nobody_else_and_looks_like_any_other_item(clinic: Clinic) -> None:
    assert 0 < len(clinic.anchors) < len(REPLIES)
    rows = _ROW.findall(mine := clinic.client.get("/queue").text)
    assert len(rows) == len(clinic.anchors) + len(REPLIES)
    assert all(f"/items/{item_id}/take" in mine for item_id in clinic.anchors.values())
    looks = {_RANDOM.sub("", re.sub(r"/items/\w{20}/|item \d+|about \d+ minutes?", "", one)) for one in rows}
    assert 1 == len(looks)
    (name, item_id), *_, (_, waiting) = clinic.anchors.items()
    # the second run's own item on the same scenario holds the same words
    assert clinic.walk(queued(clinic.workspace, "second")[name]) == clinic.walk(item_id)
    sent = "\n".join(clinic.client.seen).lower()
    assert [] == [word for word in SECRETS if word in sent]
    other = Client(clinic.server.url)
    other.sign_in(SECOND)
    assert [] == [one for one in clinic.anchors.values() if one in other.get("/queue").text]
    refused = other.post(f"/items/{waiting}/take")
    assert (409, True) == (refused.status, "it is assigned to somebody else" in refused.text)


def test_after_commitment_it_shows_what_the_judges_said_and_no_colleague_is_asked_to_read_it(clinic: Clinic) -> None:
    item_id = next(iter(clinic.anchors.values()))
    clinic.walk(item_id)
    assert 303 == clinic.client.post(f"/items/{item_id}/aside", kind="unsure", reason="Not sure.").status
    assert 303 == clinic.client.post(f"/items/{item_id}/lock").status
    shown = clinic.client.get(f"/items/{item_id}/reveal")
    assert (200, True) == (shown.status, "lexicon" in shown.text)
    with clinic.server.store.reading() as connection:
        assert 1 == fetch_n_slots(connection, item_id)


def compared(clinic: Clinic) -> tuple[int, Json]:
    found = invoke(clinic.workspace, "anchors", "compare", "spring", "second", "--json")
    return found.exit_code, orjson.loads(found.stdout)


def test_second_readings_feed_the_clinicians_arm_and_no_figure_of_a_run(clinic: Clinic) -> None:
    assert "refusal" in compared(clinic)[1]["clinicians"]
    figures = facts(clinic.workspace, "compare", "first", "second", "--replicates", "100")
    for item_id in clinic.anchors.values():
        clinic.judge(item_id, VerdictValue.VIOLATED)
    with clinic.server.store.reading() as connection:
        assert [] == fetch_review_labels(connection, "second")
        assert len(REPLIES) == len(fetch_review_labels(connection))
        assert len(clinic.anchors) == len(fetch_second_labels(connection, "spring"))
    assert figures == facts(clinic.workspace, "compare", "first", "second", "--replicates", "100")
    code, found = compared(clinic)
    n, arm = len(clinic.anchors), found["clinicians"]
    assert (5, ["clinicians_moved"]) == (code, found["causes"])
    assert (n, n, 0) == (arm["rose"]["k"], arm["same_again"]["n"], arm["same_again"]["k"])


def test_a_clinician_who_says_the_same_again_has_not_moved(clinic: Clinic) -> None:
    for item_id in clinic.anchors.values():
        clinic.judge(item_id, VerdictValue.SATISFIED)
    found = invoke(clinic.workspace, "anchors", "compare", "spring", "second", "--answers", "second")
    n = len(clinic.anchors)
    assert f"Candidate a, {len(REPLIES)} scenarios: tonight 0 rose and 0 fell" in found.stdout
    assert 0 == found.exit_code, found.output
    assert f"Clinicians, {n} responses read again by the same person" in found.stdout
    assert f"The same on every criterion: {n} of {n}." in found.stdout
