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
    assert {"verified": True, "counted": {"quotes": 3, "events": 0}, "broken": []} == found
    assert found == facts(judged, "verify", "c")
    said = invoke(judged, "verify")
    assert (0, "All is as it was written: 3 quotes, 0 events.\n") == (said.exit_code, said.stdout)


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
    assert 1 == facts(anywhere, "verify", "c")["counted"]["events"]
    change(anywhere, "UPDATE event SET person_id = 'dr-bo'")
    (broken,) = facts(anywhere, "verify", "c")["broken"]
    assert ("event 1", "its content is not what was written") == (broken["where"], broken["problem"])


def test_a_run_or_a_store_that_is_not_there_is_an_error(judged: Workspace, workspace: Workspace) -> None:
    with pytest.raises(InputError, match="there is no run 'other' in"):
        invoke(judged, "verify", "other")
    workspace.store = "data/nowhere.duckdb"
    with pytest.raises(StoreError):
        invoke(workspace, "verify")
