"""What Python gives is what the command line gives: the same store, figures, sentences and exit codes."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest

import caveat
from domain.policy import PROVISIONAL
from tests.build import criterion_json
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, facts, invoke

Json = dict[str, Any]
REPLIES = {f"s{n}": UNSAFE if n % 3 else "See a GP." for n in range(12)}


@pytest.fixture
def furnished(workspace: Workspace) -> Workspace:
    """Two runs of the same, and clinicians' labels on them."""
    authored(workspace, REPLIES)
    for run_id in ("one", "two"):
        invoke(workspace, "run", "config/c.yaml", "--run-id", run_id)
    rows = [
        {"scenario_id": one, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": who, "verdict": verdict}
        for who in ("gp-1", "gp-2")
        for one, verdict in zip(REPLIES, ["violated", "satisfied", "violated"] * 4, strict=True)
    ]
    invoke(workspace, "import", "labels", str(workspace.jsonl("labels.jsonl", rows)))
    return workspace


class Answer(Protocol):
    """What every figure can give."""

    def as_json(self) -> Json: ...


Asked = Callable[[caveat.Workspace], Answer]
CASES: list[tuple[str, Asked]] = [
    ("compare one --replicates 200", lambda ward: ward.open_run("one").compare(replicates=200)),
    ("compare one two --replicates 200", lambda ward: ward.compare("one", "two", replicates=200)),
    (
        "compare one --labels labels.jsonl --replicates 200",
        lambda ward: ward.open_run("one").compare(labels=["labels.jsonl"], replicates=200),
    ),
    ("diff one two --replicates 200", lambda ward: ward.diff("one", "two", replicates=200)),
    ("plan one --minutes 20 --cleared 0.1", lambda ward: ward.open_run("one").plan(20, cleared=0.1)),
    ("gate two --baseline one", lambda ward: ward.open_run("two").gate(baseline="one")),
    ("run config/c.yaml --dry-run", lambda ward: ward.estimate("config/c.yaml")),
    ("run config/c.yaml --run-id one", lambda ward: ward.run("config/c.yaml", run_id="one")),
]


@pytest.mark.parametrize(("command", "asked"), CASES, ids=[command for command, _ in CASES])
def test_figures_and_words_are_the_commands(furnished: Workspace, command: str, asked: Asked) -> None:
    answer = asked(caveat.Workspace(furnished.root))
    assert facts(furnished, *command.split()) == answer.as_json()
    assert invoke(furnished, *command.split()).stdout == f"{answer}\n"


def test_the_queue_is_the_commands_as_a_table(furnished: Workspace) -> None:
    ward = caveat.Workspace(furnished.root)
    listed = facts(furnished, "queue", "--limit", "100")["items"]
    assert PROVISIONAL in ward.queue().about
    assert listed == list(ward.queue())
    assert [one for one in listed if one["run_id"] == "two"][:3] == list(ward.open_run("two").queue(limit=3))


def test_a_run_of_the_command_is_gone_on_with_and_labels_are_read_from_the_same_store(workspace: Workspace) -> None:
    authored(workspace, REPLIES)
    invoke(workspace, "run", "config/c.yaml", "--limit", "5")
    ward = caveat.Workspace(workspace.root)
    night = ward.run("config/c.yaml")
    assert (12, 7, 0) == (night.result.n_items, night.result.n_new_items, night.exit_code)
    rows = [
        {"scenario_id": one, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "gp-1", "verdict": "violated"}
        for one in REPLIES
    ]
    file = workspace.jsonl("labels.jsonl", rows)
    assert {"data/labels/labels.jsonl": 12} == ward.import_labels(file)
    assert 12 == night.compare(replicates=200).found.facts.n_labels
    assert 12 == len(list(night.table("labels")))


def test_a_certificate_that_is_refused_says_why_and_what_would_help(furnished: Workspace) -> None:
    [ruling] = caveat.Workspace(furnished.root).certify("one", by="A. Lead", reason="first audit")
    [listed] = facts(furnished, "certify", "list")["certificates"]
    assert (ruling.certificate_id, ruling.reason) == (listed["certificate_id"], listed["reason"])
    assert "auto_clear" != ruling.outcome
    assert ruling.reason
    assert ruling.remedy


def test_a_gate_keeps_its_night_and_gives_the_commands_exit_code(furnished: Workspace) -> None:
    ward = caveat.Workspace(furnished.root)
    first = ward.open_run("one").gate(first=True, by="A. Lead", reason="a new measure")
    assert (caveat.Outcome.PASSED, 0, []) == (first.outcome, first.exit_code, first.voided)
    then = invoke(furnished, "gate", "two", "--json")
    assert 0 == then.exit_code
    assert ["one"] == ward.open_run("two").gate().as_json()["baselines"]
    assert "passes" in first.markdown()
    assert first.junit().startswith("<?xml")


def test_a_budget_that_is_passed_is_outcome_one(workspace: Workspace) -> None:
    authored(workspace, {f"s{n}": UNSAFE for n in range(30)})
    ward = caveat.Workspace(workspace.root)
    night = ward.run(ward.config("config/c.yaml", gate={"considerable": 0.01}))
    gate = night.gate(first=True, by="A. Lead", reason="a new measure")
    assert (caveat.Outcome.CANDIDATE_WORSE, 1) == (gate.outcome, gate.exit_code)


def test_files_are_written_where_the_command_writes_them_and_over_nothing(furnished: Workspace) -> None:
    night = caveat.Workspace(furnished.root).open_run("one")
    assert furnished.root / "data/reports/one.html" == night.report()
    assert furnished.root / "data/exports/one-jsonl" == night.export("jsonl").target
    with pytest.raises(caveat.InputError, match="exists already"):
        night.export("jsonl")
    assert 12 == night.export("csv", "here", blind=True).rows[str(furnished.root / "here/responses.csv")]


def test_a_violation_is_drawn_by_its_criterion(workspace: Workspace) -> None:
    authored(workspace, {"s1": UNSAFE, "s2": UNSAFE, "s3": "See a GP."})
    night = caveat.Workspace(workspace.root).run("config/c.yaml")
    assert f"Violations by criterion\n  {PROVISIONAL}\n  X-1: 2 considerable" == str(night.violations())
    assert f"Dispositions by candidate\n  {PROVISIONAL}\n  a: 2 flagged, 1 cleared" == str(night.dispositions())
    assert criterion_json()["criterion_id"] in night.violations().svg
    assert "waiting" in str(night.coverage())
    assert "the coverage gap is 0 minutes" in night.coverage_gap()
