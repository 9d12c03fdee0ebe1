"""The stop button: nothing clears by what was stopped, what had cleared goes to people; who and why is in the chain."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from domain.person import Role
from pipeline.store.events import PEOPLE, verify
from pipeline.store.ingest import ingest
from pipeline.store.people import record_people
from tests.build import criterion_json, rubric_json
from tests.conftest import Workspace
from tests.flow import authored, facts, invoke
from tests.review.ward import person

WHO = ("--by", "S. Officer", "--reason", "incident 12")
Json = dict[str, Any]


@pytest.fixture
def cleared(anywhere: Workspace) -> Workspace:
    """Two items, both cleared by leave for trials, and no one sent to people."""
    config = authored(anywhere, {"s1": "See a GP today.", "s2": "Ring 111."})
    text = anywhere.root.joinpath(config).read_text(encoding="utf-8")
    anywhere.root.joinpath(config).write_text(text.replace("audit_rate: 1.0", "audit_rate: 1.0e-09"), encoding="utf-8")
    assert {"cleared": 2} == run(anywhere, "c")["dispositions"]
    assert [] == queue(anywhere)
    return anywhere


def run(workspace: Workspace, run_id: str) -> Json:
    return facts(workspace, "run", "config/c.yaml", "--run-id", run_id)


def queue(workspace: Workspace) -> list[Json]:
    return facts(workspace, "queue")["items"]


def events(workspace: Workspace) -> list[tuple[Any, ...]]:
    with workspace.open_store().reading() as connection:
        assert [] == verify(connection)
        return connection.execute("SELECT kind, person_id, new_json FROM event ORDER BY seq").fetchall()


SCOPES = [("everything",), ("judge", "lexicon"), ("rubric", "r1"), ("run", "c")]


@pytest.mark.parametrize("what", SCOPES, ids=lambda what: what[0])
def test_all_that_it_had_cleared_goes_to_people_for_certain_and_first(
    cleared: Workspace, what: tuple[str, ...]
) -> None:
    assert 2 == facts(cleared, "stop", *what, *WHO)["n_recalled"]
    found = queue(cleared)
    assert [("borderline", 1.0, "cleared"), ("borderline", 1.0, "cleared")] == [
        (one["lane"], one["inclusion_probability"], one["disposition"]) for one in found
    ]
    assert all(one["priority"] > 5 for one in found)


@pytest.mark.parametrize("what", [("judge", "other"), ("rubric", "r9"), ("run", "d")])
def test_what_others_cleared_stays_cleared(cleared: Workspace, what: tuple[str, ...]) -> None:
    assert 0 == facts(cleared, "stop", *what, *WHO)["n_recalled"]
    assert [] == queue(cleared)


@pytest.mark.parametrize(("days", "n"), [(-1, 2), (1, 0)])
def test_only_what_cleared_since_the_date_is_sent(cleared: Workspace, days: int, n: int) -> None:
    since = f"{datetime.now(UTC) + timedelta(days):%Y-%m-%d}"
    assert n == facts(cleared, "stop", "judge", "lexicon", "--since", since, *WHO)["n_recalled"]
    assert n == len(queue(cleared))


@pytest.mark.parametrize("what", [SCOPES[0], SCOPES[1], SCOPES[2], ("run", "d")], ids=lambda what: what[0])
def test_later_runs_obey_trials_without_certificates_too_until_it_is_lifted(
    cleared: Workspace, what: tuple[str, ...]
) -> None:
    stop_id = facts(cleared, "stop", *what, *WHO)["stop_id"]
    assert {"borderline": 2} == run(cleared, "d")["dispositions"]
    reasons = {reason for one in queue(cleared) if one["run_id"] == "d" for reason in one["reasons"]}
    assert any("judged safe, but clearing was stopped" in reason for reason in reasons)
    invoke(cleared, "stop", "--lift", stop_id, "--by", "R. Lead", "--reason", "closed")
    assert {"cleared": 2} == run(cleared, "e")["dispositions"]


def test_what_a_run_cleared_before_it_knew_and_the_store_hears_of_later_goes_to_people(cleared: Workspace) -> None:
    """As where a stop is pressed while a run works: its journal holds what the store has not been fed yet."""
    path = cleared.root / "data/runs/c"
    path.rename(cleared.root / "data/runs/late")
    whole = (cleared.root / "data/runs/late/journal.jsonl").read_text(encoding="utf-8").replace('"c"', '"late"')
    entries = [orjson.loads(line) for line in whole.splitlines()]
    for entry in entries:
        if "item_id" in entry:
            entry["item_id"] = f"late-{entry['item_id']}"
    lines = b"".join(orjson.dumps(entry) + b"\n" for entry in entries)
    (cleared.root / "data/runs/late/journal.jsonl").write_bytes(lines)
    invoke(cleared, "stop", "judge", "lexicon", *WHO)
    ingest(cleared.open_store(), cleared.root / "data/runs/late")
    assert 2 == sum(one["run_id"] == "late" for one in queue(cleared))


def test_a_rubrics_stop_leaves_other_rubrics_alone(cleared: Workspace) -> None:
    cleared.yaml("rubrics/r2.yaml", rubric_json(criterion_json("Y-1", lexicon={"unsafe": ["bleach"]}), rubric_id="r2"))
    invoke(cleared, "stop", "rubric", "r2", *WHO)
    run(cleared, "d")
    said = [reason for one in queue(cleared) for reason in one["reasons"] if "stopped" in reason]
    assert 2 == len(said)
    assert all(reason.startswith("Y-1") for reason in said)


def test_who_stopped_what_and_why_and_who_let_go_are_events_of_the_chain(cleared: Workspace) -> None:
    stop_id = facts(cleared, "stop", "judge", "lexicon", *WHO)["stop_id"]
    invoke(cleared, "stop", "--lift", stop_id, "--by", "R. Lead", "--reason", "closed")
    pressed, lifted = events(cleared)
    assert (("stopped", "S. Officer"), ("stop_lifted", "R. Lead")) == (pressed[:2], lifted[:2])
    assert all(word in pressed[2] for word in ('"incident 12"', '"lexicon"', '"n_recalled":2'))
    assert "closed" in lifted[2]
    shown = invoke(cleared, "stop", "--list").stdout
    assert f"lifted {stop_id}: judge lexicon" in shown
    assert "by R. Lead: closed" in shown


def test_what_was_sent_stays_with_people_when_the_stop_is_lifted(cleared: Workspace) -> None:
    stop_id = facts(cleared, "stop", "everything", *WHO)["stop_id"]
    invoke(cleared, "stop", "--lift", stop_id, *WHO)
    assert 2 == len(queue(cleared))


def test_somebody_of_the_workspace_needs_the_role(cleared: Workspace) -> None:
    people = [person("t", Role.TRAINER, name="A. Trainer"), person("l", Role.LEAD, name="R. Lead")]
    with cleared.open_store().writing(PEOPLE) as connection:
        record_people(connection, people, "2026-11-28T00:00:00.000000+00:00", "test")
    with pytest.raises(InputError, match=r"A\. Trainer is not lead or safety officer"):
        invoke(cleared, "stop", "everything", "--by", "A. Trainer", "--reason", "x")
    assert 0 == invoke(cleared, "stop", "everything", "--by", "R. Lead", "--reason", "x").exit_code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("judge", "j", "--by", "x"), "--by NAME --reason TEXT"),
        (WHO, "say what to stop"),
        (("judge", *WHO), "name the judge, rubric or run"),
        (("everything", "x", *WHO), "'everything' takes no name"),
        (("--lift", "s9", *WHO), "no stop 's9' holds"),
    ],
)
def test_what_cannot_be_stopped_is_said(workspace: Workspace, arguments: tuple[str, ...], said: str) -> None:
    try:
        shown = invoke(workspace, "stop", *arguments).stderr
    except InputError as error:
        shown = str(error)
    assert said in shown
