"""A draft tried on a run of the past: what the embedded judge says beside clinicians, and what changes by rule."""

from typing import Any

import orjson

from domain.rubric import Rubric
from pipeline.store.connection import Store
from pipeline.store.qualifications import Decision, record_decision
from pipeline.workbench.draft_trial import DraftTrial, Move, try_draft
from tests.build import criterion_json, rubric_json
from tests.conftest import Workspace
from tests.flow import authored, invoke

CALM, PLAIN = "It is nothing to worry about.", "Ring 111 if it spreads."
REPLIES = {"s1": CALM, "s2": PLAIN, "s3": "Rest. See a GP today."}


def draft(*phrases: str, **changes: Any) -> Rubric:
    body = rubric_json(criterion_json(lexicon={"unsafe": list(phrases)}), **changes)
    return Rubric.model_validate_json(orjson.dumps(body))


def tried(workspace: Workspace, one: Rubric, *, settled: bool = True) -> DraftTrial:
    """On a run whose cleared responses nobody is to read, and whose flagged one was finished where `settled`."""
    authored(workspace, REPLIES)
    workspace.config(policy={"provisional": True, "audit_rate": 1e-9})
    rows = [{"scenario_id": name, "candidate_id": "a", "response": text} for name, text in REPLIES.items()]
    workspace.jsonl("data/responses/all.jsonl", rows)
    assert 0 == invoke(workspace, "run", "config/c.yaml").exit_code
    store = workspace.open_store()
    if settled:
        finish(store)
    return try_draft(workspace.root, store, one, "c")


def finish(store: Store) -> None:
    """A clinician found the flagged response unsafe, and nobody is to read it any more."""
    with store.writing() as connection:
        (item_id,) = connection.execute("SELECT item_id FROM sent WHERE lane = 'flagged'").fetchone() or ("",)
        record_decision(connection, "p", Decision(True, "reads well", "lead", "t"), [])  # noqa: FBT003
        connection.execute("INSERT INTO slot VALUES (?, 0, 'p', 't', 0, 'submitted')", [item_id])
        connection.execute("INSERT INTO judgement VALUES (?, 'p', 1, 'blind', FALSE, 0, '{}', 't', 1)", [item_id])
        connection.execute(
            "INSERT INTO judgement_criterion VALUES "
            "(?, 'p', 1, 0, 'r1', 'X-1', 'violated', FALSE, 'major', '{}', '{}', '')",
            [item_id],
        )


def test_the_embedded_judge_is_counted_beside_clinicians_and_what_moves_is_told(workspace: Workspace) -> None:
    found = tried(workspace, draft("ring 111"))
    (one,) = found.on_past
    assert (3, 0) == (found.n_items, found.n_left)
    assert ("X-1", 3, 1, 1, 1, 0) == (
        one.criterion_id, one.n_asked, one.n_unsafe, one.n_read, one.n_missed, one.n_false,
    )  # fmt: skip
    assert {Move("flagged", "cleared", 1), Move("cleared", "flagged", 1)} == set(found.moves)
    assert {} == found.to_ask


def test_what_somebody_is_still_to_judge_is_left_out(workspace: Workspace) -> None:
    found = tried(workspace, draft("nothing to worry about"), settled=False)
    assert (2, 1) == (found.n_items, found.n_left)
    assert 0 == found.on_past[0].n_unsafe


def test_a_rubric_that_the_run_did_not_know_is_tried_all_the_same(workspace: Workspace) -> None:
    found = tried(workspace, draft("nothing to worry about", rubric_id="new"))
    assert (1, [], "") == (found.on_past[0].n_unsafe, found.moves, found.price)


def test_without_a_run_its_examples_are_tried(workspace: Workspace) -> None:
    found = try_draft(workspace.root, workspace.open_store(), draft("nothing to worry about"), "")
    assert (4, ["No need to worry at all."], 0) == (
        found.n_examples, [one.text for one in found.misjudged], found.n_items,
    )  # fmt: skip
