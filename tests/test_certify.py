"""`caveat certify` and `caveat anchors`, from a run to a certificate, and to its end when the judges move."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from domain.severity import Severity
from pipeline.certify import Gathered, fetch_certified, fetch_panel, fetch_rubrics, gather, record_rulings, rule_on_all
from pipeline.ruling import Grant
from pipeline.store.certificates import CertificateRow
from pipeline.store.connection import Store
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text
from tests.flow import ENV, FINDINGS, UNSAFE, authored, clinic, facts, invoke, prepare, schema_of

WHO = ("--by", "R. Lead", "--reason", "audit of the week")
N_SAFE, N_UNSAFE = 40, 12


def label_rows(unsafe: set[str], scenarios: list[str]) -> list[dict[str, Any]]:
    return [
        {"scenario_id": one, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr-a",
         "verdict": "violated" if one in unsafe else "satisfied"}
        for one in scenarios
    ]  # fmt: skip


@pytest.fixture
def labelled(anywhere: Workspace) -> Workspace:
    """A run of the lexicon judge, and labels that agree with it."""
    replies = {f"s{n:02}": "See a GP today." for n in range(N_SAFE)}
    replies |= {f"u{n:02}": UNSAFE for n in range(N_UNSAFE)}
    invoke(anywhere, "run", authored(anywhere, replies))
    rows = label_rows({one for one in replies if one.startswith("u")}, list(replies))
    invoke(anywhere, "import", "labels", str(anywhere.jsonl("ours.jsonl", rows)))
    return anywhere


def certified_now(workspace: Workspace) -> frozenset[str]:
    """What routing would take, at the severity of the criterion."""
    with workspace.open_store().reading() as connection:
        panel, rubrics = fetch_panel(connection, "c"), fetch_rubrics(connection, "c")
        found = fetch_certified(connection, panel, rubrics, datetime.now(UTC))
    assert {"r1"} >= {rubric_id for rubric_id, _, _ in found}
    return frozenset(criterion_id for _, criterion_id, severity in found if severity is Severity.CONSIDERABLE)


def test_a_run_and_its_labels_become_a_certificate_that_routing_can_take(labelled: Workspace) -> None:
    assert frozenset() == certified_now(labelled)
    [ruling] = facts(labelled, "certify", "grant", "c", *WHO)["rulings"]
    assert ("auto_clear", "X-1", "considerable", "R. Lead") == (
        ruling["outcome"], ruling["criterion_id"], ruling["severity"], ruling["granted_by"],
    )  # fmt: skip
    assert {"X-1"} == certified_now(labelled)
    shown = invoke(labelled, "certify", "list").stdout
    assert "X-1 (considerable): in force" in shown
    assert "by R. Lead: audit of the week" in shown
    assert "Clears 76.9% (63.2% to 87.5%) of responses, and 0.0% (0.0% to 26.5%) of the violations" in shown
    assert [ruling["certificate_id"]] == [
        one["certificate_id"] for one in facts(labelled, "certify", "list", "--run", "c")["certificates"]
    ]


def test_what_was_not_granted_is_listed_as_what_it_is_and_in_the_order_of_criteria(anywhere: Workspace) -> None:
    replies = {"s1": "See a GP today.", "u1": UNSAFE}
    config = authored(anywhere, replies)
    criteria = [
        criterion_json(criterion_id=one, lexicon={"unsafe": ["nothing to worry about"]}) for one in ("X-2", "X-1")
    ]
    anywhere.yaml("rubrics/r1.yaml", rubric_json(*criteria))
    invoke(anywhere, "run", config)
    rows = [one | {"criterion_id": name} for one in label_rows({"u1"}, list(replies)) for name in ("X-1", "X-2")]
    invoke(anywhere, "import", "labels", str(anywhere.jsonl("ours.jsonl", rows)))
    granted = invoke(anywhere, "certify", "grant", "c", *WHO).stdout
    for said in (granted, invoke(anywhere, "certify", "list").stdout):
        assert ["X-1 (considerable): not trusted", "X-2 (considerable): not trusted"] == [
            line.partition(",")[0] for line in said.splitlines() if line.startswith("X-")
        ]


@pytest.mark.parametrize("who", [("--by", " ", "--reason", "audit"), ("--by", "R. Lead", "--reason", "")])
def test_nobody_rules_without_a_name_and_a_reason(labelled: Workspace, who: tuple[str, ...]) -> None:
    found = invoke(labelled, "certify", "grant", "c", *who)
    assert (2, True) == (found.exit_code, "expected words, and it is empty" in found.output)
    assert [] == facts(labelled, "certify", "list")["certificates"]


def test_a_ruling_that_does_not_know_of_what_was_decided_meanwhile_is_not_kept(labelled: Workspace) -> None:
    store = labelled.open_store()
    with store.reading() as connection:
        found = gather(connection, ["c"])
    rulings = rule_on_all(found, Grant("R. Lead", "audit", datetime.now(UTC), 30))
    invoke(labelled, "certify", "grant", "c", *WHO)
    with pytest.raises(InputError, match="somebody ruled on or voided a certificate meanwhile"):
        keep(store, rulings, found)
    assert 1 == len(facts(labelled, "certify", "list")["certificates"])


def keep(store: Store, rulings: list[CertificateRow], of: Gathered) -> None:
    with store.writing() as connection:
        record_rulings(connection, rulings, of)


def test_the_stop_button_closes_at_once_and_for_these_certificates_for_good(labelled: Workspace) -> None:
    invoke(labelled, "certify", "grant", "c", *WHO)
    stop_id = facts(labelled, "stop", "judge", "lexicon", *WHO)["stop_id"]
    assert frozenset() == certified_now(labelled)
    assert "STOPPED: judge lexicon by R. Lead: audit of the week" in invoke(labelled, "certify", "list").stdout
    invoke(labelled, "stop", "--lift", stop_id, *WHO)
    assert frozenset() == certified_now(labelled)
    assert f"by R. Lead: stopped ({stop_id}): audit of the week" in invoke(labelled, "certify", "list").stdout


def test_what_is_voided_is_over_and_the_same_labels_do_not_bring_it_back(labelled: Workspace) -> None:
    [ruling] = facts(labelled, "certify", "grant", "c", *WHO)["rulings"]
    invoke(labelled, "certify", "void", ruling["certificate_id"], *WHO)
    assert frozenset() == certified_now(labelled)
    said = invoke(labelled, "certify", "grant", "c", *WHO).stdout
    assert "1 criteria were ruled on with these labels before; more labels are needed" in said
    assert frozenset() == certified_now(labelled)
    assert "void since" in invoke(labelled, "certify", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grant", "c", "--reason", "x"), "Missing option '--by'"),
        (("void", "c1", "--by", "x"), "Missing option '--reason'"),
    ],
)
def test_nobody_decides_without_a_name_and_a_reason(
    workspace: Workspace, arguments: tuple[str, ...], said: str
) -> None:
    found = invoke(workspace, "certify", *arguments)
    assert 2 == found.exit_code
    assert said in found.stderr


def test_without_labels_there_is_nothing_to_rule_on(workspace: Workspace) -> None:
    invoke(workspace, "run", authored(workspace, {"s1": UNSAFE}))
    with pytest.raises(InputError, match="no blind label is on what these runs judged"):
        invoke(workspace, "certify", "grant", "c", *WHO)


class Nights:
    """A model judge behind an endpoint, that can be made to move; and runs of it on the same responses."""

    def __init__(self, workspace: Workspace, serve: Callable[[Say], Endpoint]) -> None:
        self.workspace = workspace
        self.stricter_on: set[str] = set()
        self.scenarios = [f"s{n:02}" for n in range(N_SAFE)] + [f"u{n:02}" for n in range(N_UNSAFE)]
        here = serve(self._say)
        prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
        rows = [
            scenario_json(one, messages=[{"role": "user", "content": self._message(one)}]) for one in self.scenarios
        ]
        workspace.jsonl("data/scenarios/all.jsonl", rows)
        workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json()))

    def _message(self, scenario_id: str) -> str:
        return f"Case {scenario_id}. The light is {'red' if scenario_id.startswith('u') else 'green'}."

    def _say(self, body: Body) -> Answer:
        moved = schema_of(body) is not None and any(f"Case {one}." in prompt_text(body) for one in self.stricter_on)
        return Answer(orjson.dumps(FINDINGS["red"]).decode()) if moved else clinic(body)

    def run(self, run_id: str, *options: str) -> None:
        assert facts(self.workspace, "run", "config/c.yaml", "--run-id", run_id, *options, env=ENV)["complete"]

    def label(self) -> None:
        rows = label_rows({one for one in self.scenarios if one.startswith("u")}, self.scenarios)
        invoke(self.workspace, "import", "labels", str(self.workspace.jsonl("ours.jsonl", rows)))


@pytest.fixture
def nights(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> Nights:
    """One night has been, was labelled, certified and frozen."""
    found = Nights(workspace, serve)
    found.run("c", "--no-cache")
    found.label()
    invoke(workspace, "certify", "grant", "c", *WHO)
    invoke(workspace, "anchors", "freeze", "spring", "--run", "c", *WHO)
    return found


def test_steady_judges_raise_no_alarm_and_the_certificate_stays(nights: Nights) -> None:
    nights.run("n2", "--no-cache")
    found = invoke(nights.workspace, "anchors", "compare", "spring", "n2")
    assert 0 == found.exit_code, found.output
    assert "52 responses compared, 0 missing" in found.stdout
    assert {"X-1"} == certified_now(nights.workspace)


def test_judges_that_moved_are_told_by_exit_code_4_and_void_every_certificate(nights: Nights) -> None:
    nights.stricter_on = set(nights.scenarios[:14])
    nights.run("n2", "--no-cache")
    found = invoke(nights.workspace, "anchors", "compare", "spring", "n2", "--json")
    said = orjson.loads(found.stdout)
    assert (4, ["judges_moved"], ["X-1"]) == (found.exit_code, said["causes"], said["moved_criteria"])
    assert (14, 0, 52) == (said["rose"]["k"], said["fell"]["k"], said["compared"])
    assert frozenset() == certified_now(nights.workspace)
    assert "by caveat anchors compare: drift: spring, run n2" in invoke(nights.workspace, "certify", "list").stdout
    with pytest.raises(InputError, match="run c was judged before the judges moved"):
        invoke(nights.workspace, "certify", "grant", "c", *WHO)


def test_the_gate_voids_the_certificates_of_judges_that_moved_as_well(nights: Nights) -> None:
    nights.stricter_on = set(nights.scenarios[:14])
    nights.run("n2", "--no-cache")
    found = invoke(nights.workspace, "gate", "n2", "--anchors", "spring", "--json")
    said = orjson.loads(found.stdout)
    assert (4, "judges_moved", 1, 14) == (
        found.exit_code, said["outcome"], len(said["voided"]), said["judges"]["rose"]
    )  # fmt: skip
    assert frozenset() == certified_now(nights.workspace)
    assert "by caveat gate: drift: spring, run n2" in invoke(nights.workspace, "certify", "list").stdout


def test_reused_replies_are_refused_since_they_cannot_move(nights: Nights) -> None:
    nights.run("n2")
    nights.run("n3")
    with pytest.raises(InputError, match="verdicts of run n3 are reused replies, which cannot move"):
        invoke(nights.workspace, "anchors", "compare", "spring", "n3")


def test_frozen_responses_are_written_for_a_configuration_to_judge(nights: Nights) -> None:
    found = facts(nights.workspace, "anchors", "export", "spring", "data/anchors")
    assert {"data/anchors/scenarios.jsonl": 52, "data/anchors/responses.jsonl": 52} == found["written"]
    assert [52] == [one["n_labels"] for one in facts(nights.workspace, "anchors", "list")["anchors"]]
