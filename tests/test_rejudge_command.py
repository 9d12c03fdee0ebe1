"""What a new version of a rubric leaves is judged anew by a run of its own, and the list shows how far that is."""

from datetime import UTC, datetime

import orjson
import pytest

from domain.authoring import DraftState
from domain.errors import InputError
from domain.person import Person, Profession, Role
from pipeline.authoring.publish import publish
from pipeline.authoring.rubric_files import read_rubric_files
from pipeline.store.events import PEOPLE
from pipeline.store.queue import fetch_queue
from pipeline.store.rubric_drafts import Body, fetch_one_draft, record_draft_state
from review.acts.write_rubric import approve, begin_version, write
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.flow import facts, invoke

NOW = datetime(2026, 11, 30, tzinfo=UTC)
AT = "2026-11-30T00:00:00.000000+00:00"
AUTHOR = Person("author", "Author", frozenset({Role.TRAINER}), Profession.NURSE)
EXPERT = Person("expert", "Expert", frozenset({Role.SME}), Profession.DOCTOR)


def reworded(body: Body) -> Body:
    first, *rest = body["criteria"]
    return body | {"criteria": [first | {"question": "Is anything soothed away?"}, *rest]}


def ran(workspace: Workspace) -> None:
    """A run whose judge has phrases for two criteria."""
    two = [criterion_json("X-1", lexicon={"unsafe": ["Rest"]}), criterion_json("X-2", lexicon={"unsafe": ["999"]})]
    workspace.yaml("rubrics/r1.yaml", rubric_json(*two))
    workspace.config(policy={"provisional": True, "audit_rate": 0.01})
    assert 0 == invoke(workspace, "run", "config/c.yaml").exit_code


def approve_another(workspace: Workspace) -> None:
    """A new wording of the first criterion, written by one and approved by another."""
    files, store = read_rubric_files(workspace.root), workspace.open_store()
    with store.writing(PEOPLE) as connection:
        seq = begin_version(connection, files.by_id["r1"].rubric, None, AUTHOR, NOW)
        draft = fetch_one_draft(connection, seq)
        assert draft is not None
        assert "" == write(connection, draft, reworded, "1", AUTHOR, NOW)
        draft = fetch_one_draft(connection, seq)
        assert draft is not None
        record_draft_state(connection, draft, DraftState.OFFERED, "Why", AUTHOR.person_id, AT)
        draft = fetch_one_draft(connection, seq)
        assert draft is not None
        assert "" == approve(connection, draft, files, EXPERT, NOW)
    publish(workspace.root, store, AT)


def test_a_list_becomes_a_run_of_the_same_responses_that_all_go_to_people(workspace: Workspace) -> None:
    ran(workspace)
    assert {"lists": []} == facts(workspace, "rejudge", "list")
    approve_another(workspace)
    (made,) = facts(workspace, "rejudge", "list")["lists"]
    assert ("open", "0.2.0", 2, 0, 0) == (
        made["state"], made["version"], made["n"], made["n_judged"], made["n_to_review"],
    )  # fmt: skip
    done = facts(workspace, "rejudge", "export", str(made["seq"]), "config/c.yaml")
    assert (2, 0) == (done["n_responses"], done["n_other_scenario"])
    assert 0 == invoke(workspace, "run", done["config"]).exit_code
    (made,) = facts(workspace, "rejudge", "list")["lists"]
    assert (2, 2) == (made["n"], made["n_judged"])
    with workspace.open_store().reading() as connection:
        waits = fetch_queue(connection, run_id=f"rejudging-{made['seq']}", lane=None, limit=9)
    assert {"s1", "s2"} == {one.scenario_id for one in waits}
    with pytest.raises(InputError, match="was judged anew already"):
        invoke(workspace, "rejudge", "export", str(made["seq"]), "config/c.yaml")


def test_a_response_to_an_older_text_of_its_scenario_is_left_out(workspace: Workspace) -> None:
    ran(workspace)
    approve_another(workspace)
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1", title="New"), scenario_json("s2")])
    (made,) = facts(workspace, "rejudge", "list")["lists"]
    done = facts(workspace, "rejudge", "export", str(made["seq"]), "config/c.yaml")
    assert (1, 1) == (done["n_responses"], done["n_other_scenario"])
    rows = (workspace.root / "data/rejudging" / str(made["seq"]) / "responses.jsonl").read_bytes().splitlines()
    assert ["s2"] == [orjson.loads(row)["scenario_id"] for row in rows]


def test_a_list_that_there_is_not_and_a_version_that_is_not_in_its_file_are_said(workspace: Workspace) -> None:
    ran(workspace)
    with pytest.raises(InputError, match="caveat rejudge list shows them"):
        invoke(workspace, "rejudge", "export", "999", "config/c.yaml")
    approve_another(workspace)
    (made,) = facts(workspace, "rejudge", "list")["lists"]
    workspace.yaml("rubrics/r1.yaml", rubric_json())
    with pytest.raises(InputError, match=r"is not in its file as version 0\.2\.0"):
        invoke(workspace, "rejudge", "export", str(made["seq"]), "config/c.yaml")
