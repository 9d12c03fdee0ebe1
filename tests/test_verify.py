"""`caveat verify`: what the store holds is what was written, or a list of what is not."""

import orjson
import pytest

from domain.errors import InputError, StoreError
from domain.verdict import Span
from pipeline.verifying.quotes import problem_of, spans_of
from tests.build import criterion_json, found_json, harmful_reply_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.flow import UNSAFE, facts, invoke
from tests.read import CALM, night, reads, violated

BODY = "Rest. Call 999 if it spreads."


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(6, 14, "Call 999"), None),
        (Span(5, 13, "Call 999"), "does not stand at 5-13"),
        (Span(6, 14, "Call 111"), "does not stand at 6-14"),
        (Span(6, 99, "Call 999"), "lies outside of the response (6-99 of 29)"),
        (Span(-8, -1, "spreads"), "lies outside"),
        (Span(6, 6, ""), "lies outside"),
    ],
    ids=str,
)
def test_a_quote_stands_at_its_offsets_or_it_is_said_what_is_wrong(span: Span, expected: str | None) -> None:
    found = problem_of(span, BODY)
    assert found is None if expected is None else expected in str(found)


def test_what_was_looked_for_is_checked_like_evidence() -> None:
    nearest = {"element": "a", "found": "no", "span": {"start": 0, "end": 4, "quote": "Rest"}}
    absent = {"element": "b", "found": "no", "span": None}
    assert (Span(0, 4, "Rest"),) == spans_of("[]", orjson.dumps([nearest, absent]).decode())
    assert () == spans_of("[]", None)


@pytest.fixture
def judged(anywhere: Workspace) -> Workspace:
    """A run with a commission and an omission quoted."""
    quote = UNSAFE.split(".")[0]
    anywhere.jsonl("data/scenarios/all.jsonl", [scenario_json("s1")])
    anywhere.yaml("rubrics/r1.yaml", rubric_json(criterion_json("C-1"), criterion_json("O-1", "omission")))
    replies = {"s1/C-1": harmful_reply_json("C-1", evidence=[quote]), "s1/O-1": found_json("O-1", quote=quote)}
    rows = [{"about": about, "reply": orjson.dumps(reply).decode()} for about, reply in replies.items()]
    anywhere.jsonl("data/replies/j.jsonl", rows)
    anywhere.config(judges=[{"judge_id": "j", "provider": "scripted", "script": ["data/replies/j.jsonl"]}])
    anywhere.jsonl("data/responses/all.jsonl", [{"scenario_id": "s1", "candidate_id": "a", "response": UNSAFE}])
    invoke(anywhere, "run", "config/c.yaml")
    return anywhere


def change(workspace: Workspace, sql: str) -> None:
    with workspace.open_store().writing() as connection:
        connection.execute(sql)


def test_a_store_that_is_as_it_was_written_is_verified(judged: Workspace) -> None:
    found = facts(judged, "verify")
    # the commission's quote; the omission's, as evidence and as where the element stands
    counted = {"quotes": 3, "events": 0, "decisions": 0}
    assert {"verified": True, "counted": counted, "broken": [], "head": {"seq": 0, "sha256": "0" * 64}} == found
    assert found == facts(judged, "verify", "c")
    said = invoke(judged, "verify")
    assert 0 == said.exit_code
    assert said.stdout.startswith("All is as it was written: 3 quotes, 0 events, 0 decisions.\nHead of the chain: 000")


@pytest.mark.parametrize(
    ("sql", "n_broken", "problem"),
    [
        ("UPDATE response SET body = 'Something else altogether, and long enough for any quote.'", 4, "its hash"),
        ('UPDATE verdict SET evidence_json = \'[{"start":1,"end":9,"quote":"never said"}]\'', 2, "'never said'"),
        ("UPDATE verdict SET evidence_json = '[]'", 2, "quotes nothing"),
        ("UPDATE verdict SET evidence_json = '{broken'", 2, "cannot be read"),
        ("UPDATE verdict SET criterion_sha256 = 'another'", 2, "the criterion that it was judged by"),
        ("DELETE FROM response", 2, "no response that it could be about"),
    ],
)
def test_whatever_was_changed_behind_our_back_is_listed(
    judged: Workspace, sql: str, n_broken: int, problem: str
) -> None:
    change(judged, sql)
    said = invoke(judged, "verify", "c")
    assert 2 == said.exit_code
    assert said.stdout.startswith("NOT AS IT WAS WRITTEN")
    assert problem in said.stdout
    assert n_broken == len(facts(judged, "verify")["broken"])


def test_an_event_that_was_changed_is_listed_whichever_run_is_looked_at(anywhere: Workspace) -> None:
    night(anywhere)
    reads(anywhere, "dr-ann", CALM, violated())
    assert 2 == facts(anywhere, "verify", "c")["counted"]["events"]
    change(anywhere, "UPDATE event SET person_id = 'dr-bo' WHERE person_id = 'dr-ann'")
    (broken,) = facts(anywhere, "verify", "c")["broken"]
    assert ("event 2", "its content is not what was written") == (broken["where"], broken["problem"])


def test_a_run_or_a_store_that_is_not_there_is_an_error(judged: Workspace, workspace: Workspace) -> None:
    with pytest.raises(InputError, match="there is no run 'other' in"):
        invoke(judged, "verify", "other")
    workspace.store = "data/nowhere.duckdb"
    with pytest.raises(StoreError):
        invoke(workspace, "verify")


FORGED = """INSERT INTO stop (stop_id, scope, stopped, stopped_at, stopped_by, stop_reason)
    VALUES ('s', 'run', 'c', 't', 'x', 'y')"""
STOPPED = ("stop", "judge", "j", "--by", "R. Lead", "--reason", "first")


@pytest.fixture
def decided(judged: Workspace) -> Workspace:
    """Two stops, one of them lifted, and a text that was allowed."""
    stop_id = facts(judged, *STOPPED)["stop_id"]
    invoke(judged, "stop", "--lift", stop_id, "--by", "R. Lead", "--reason", "closed")
    invoke(judged, "stop", "rubric", "r1", "--by", "S. Officer", "--reason", "second")
    path = judged.jsonl("allowed.jsonl", [scenario_json("s1", title="Mrs Bloggs")])
    invoke(judged, "identifiers", "allow", str(path), "--by", "R. Lead", "--reason", "invented")
    return judged


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE stop SET stop_reason = 'none' WHERE stop_reason = 'first'", "is not what its event says: stop_reason"),
        (
            "UPDATE stop SET lifted_at = NULL, lifted_by = NULL, lift_reason = NULL",
            "lifted_at is not what its event says",
        ),
        (
            "UPDATE stop SET lifted_at = 'now', lifted_by = 'x', lift_reason = 'y' WHERE stop_reason = 'second'",
            "lifted_at is not what its event says",
        ),
        ("DELETE FROM stop WHERE stop_reason = 'second'", "was removed: its event is there alone"),
        (FORGED, "no event says that anybody decided this"),
        ("UPDATE identifier_allowance SET allowed_by = 'x'", "is not what its event says: allowed_by"),
        ("DELETE FROM event WHERE kind = 'stop_lifted'", "one or more were removed"),
        ("UPDATE event SET person_id = 'x' WHERE kind = 'stopped'", "its content is not what was written"),
    ],
)
def test_a_decision_that_was_changed_behind_our_back_is_listed(decided: Workspace, sql: str, problem: str) -> None:
    assert facts(decided, "verify")["verified"]
    change(decided, sql)
    said = invoke(decided, "verify")
    assert (2, True) == (said.exit_code, problem in said.stdout), said.stdout


def test_a_head_that_was_noted_shows_that_the_end_was_cut_off(decided: Workspace) -> None:
    noted = facts(decided, "verify")["head"]
    assert 4 == noted["seq"]
    invoke(decided, *STOPPED)
    assert 0 == invoke(decided, "verify", "--head", noted["sha256"]).exit_code
    change(decided, "DELETE FROM identifier_allowance")
    change(decided, "DELETE FROM event WHERE seq >= 4")
    change(decided, "DELETE FROM stop WHERE lifted_at IS NULL AND stop_reason = 'first'")
    assert 0 == invoke(decided, "verify").exit_code
    cut = invoke(decided, "verify", "--head", noted["sha256"])
    assert (2, True) == (cut.exit_code, "is not in the chain: its end was cut off" in cut.stdout)


def test_a_head_that_is_no_hash_is_refused(decided: Workspace) -> None:
    assert "expected the 64 characters" in invoke(decided, "verify", "--head", "5d7c").stderr
