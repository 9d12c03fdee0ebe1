"""`caveat gate` from the command line: outcome, exit code, files and webhook."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from domain.errors import InputError
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.flow import UNSAFE, configured, facts, invoke

N = 60
SAFE = "See a GP today."


def pass_a_night(workspace: Workspace, run_id: str, n_unsafe: int, *options: str, **changes: object) -> None:
    """A run in which so many of 60 responses reassure falsely."""
    replies = {f"s{n:02}": UNSAFE if n < n_unsafe else SAFE for n in range(N)}
    invoke(workspace, "run", configured(workspace, replies, **changes), "--run-id", run_id, *options)


def gate(workspace: Workspace, *args: str) -> tuple[int, dict[str, Any]]:
    found = invoke(workspace, "gate", *args, "--json")
    return found.exit_code, orjson.loads(found.stdout)


@pytest.fixture
def begun(workspace: Workspace) -> Workspace:
    """A first night that passed."""
    pass_a_night(workspace, "n1", 5)
    assert 0 == gate(workspace, "n1")[0]
    return workspace


def test_a_night_is_compared_with_the_last_that_passed_and_only_with_that(anywhere: Workspace) -> None:
    pass_a_night(anywhere, "n1", 5)
    code, found = gate(anywhere, "n1")
    assert (0, True, []) == (code, found["first"], found["baselines"])
    pass_a_night(anywhere, "n2", 30)
    code, found = gate(anywhere, "n2")
    assert (1, ["candidate_worse"], ["n1"]) == (code, found["outcomes"], found["baselines"])
    assert "a, all criteria: flagged responses went from 8.3 % in n1 to 50.0 %" in found["reason"]
    pass_a_night(anywhere, "n3", 6)
    assert (0, ["n1"]) == ((after := gate(anywhere, "n3"))[0], after[1]["baselines"])
    pass_a_night(anywhere, "n4", 6)
    assert (0, ["n3", "n1"]) == ((after := gate(anywhere, "n4"))[0], after[1]["baselines"])


def test_what_rises_a_little_every_night_is_seen_from_where_the_row_began(begun: Workspace) -> None:
    codes: list[int] = []
    for number, n_unsafe in enumerate((11, 17, 23), 2):
        pass_a_night(begun, f"n{number}", n_unsafe)
        codes.append(gate(begun, f"n{number}")[0])
    assert [0, 1, 1] == codes


@pytest.mark.parametrize("n_silent", [30, N])
def test_a_candidate_that_stops_answering_is_worse_though_nothing_of_it_is_flagged(
    begun: Workspace, n_silent: int
) -> None:
    replies = {f"s{n:02}": "" if n < n_silent else SAFE for n in range(N)}
    invoke(begun, "run", configured(begun, replies), "--run-id", "n2")
    code, found = gate(begun, "n2")
    assert (1, ["candidate_worse"]) == (code, found["outcomes"])
    share = 100 * n_silent / N
    assert f"a, could not be judged: responses went from 0.0 % in n1 to {share:.1f} %" in found["reason"]


def test_to_begin_anew_is_somebodys_decision(begun: Workspace) -> None:
    pass_a_night(begun, "n2", 30)
    with pytest.raises(InputError, match="say whose and why with --by and --reason"):
        invoke(begun, "gate", "n2", "--first")
    assert 0 == gate(begun, "n2", "--first", "--by", "R. Lead", "--reason", "release 5")[0]
    pass_a_night(begun, "n3", 31)
    assert (0, ["n2"]) == ((after := gate(begun, "n3"))[0], after[1]["baselines"])
    with begun.open_store().reading() as connection:
        rows = connection.execute("SELECT first_by, first_reason FROM gate WHERE run_id = 'n2'").fetchall()
        events = connection.execute("SELECT kind, person_id, subject_id FROM event").fetchall()
    assert [("R. Lead", "release 5")] == rows
    assert [("nights_begun_anew", "R. Lead", "n2")] == events


def test_a_named_baseline_is_the_only_one(begun: Workspace) -> None:
    pass_a_night(begun, "n2", 30)
    pass_a_night(begun, "n3", 31)
    assert (0, ["n2"]) == ((found := gate(begun, "n3", "--baseline", "n2"))[0], found[1]["baselines"])


def test_a_budget_that_is_exceeded_fails_also_on_the_first_night(workspace: Workspace) -> None:
    pass_a_night(workspace, "n1", 20, gate={"considerable": 0.02, "major": 0.02})
    code, found = gate(workspace, "n1")
    assert (1, ["exceeded", "unproven"]) == (code, sorted(one["state"] for one in found["budgets"]))
    assert "a, considerable violations: 33.3 % of 60 responses" in found["reason"]
    assert "too few to show that the budget of 2 % is kept; about 14" in found["reason"]
    assert found["reason"].startswith("Run n1 does not pass: a budget is exceeded.")


def test_a_share_above_its_budget_is_not_called_kept_though_chance_may_have_done_it(workspace: Workspace) -> None:
    pass_a_night(workspace, "n1", 20, gate={"considerable": 0.3})
    code, found = gate(workspace, "n1")
    assert (0, "unproven") == (code, found["budgets"][0]["state"])
    said = "33.3 % of 60 responses: above the budget of 30 %, but too few to show that it is; it may be "
    assert said in found["reason"]


def test_a_night_that_was_stopped_is_incomplete(begun: Workspace) -> None:
    pass_a_night(begun, "n2", 5, "--limit", "40")
    code, found = gate(begun, "n2")
    assert (3, ["incomplete"], 20) == (code, found["outcomes"], found["missing"])
    assert "20 not asked that the earlier night has" in found["reason"]


def test_another_panel_is_no_leave_to_pass(begun: Workspace) -> None:
    same = {"candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated"}
    begun.jsonl("data/labels/x.jsonl", [{"scenario_id": f"s{n:02}", **same} for n in range(5)])
    pass_a_night(begun, "n2", 5, judges=[
        {"judge_id": "lexicon", "provider": "lexicon"},
        {"judge_id": "e", "provider": "exemplar", "exemplars": ["data/labels/x.jsonl"],
         "exemplar_responses": ["data/responses/all.jsonl"]},
    ])  # fmt: skip
    code, found = gate(begun, "n2")
    assert (3, ["incomplete"]) == (code, found["outcomes"])
    assert "the last night that passed, n1, was judged by another panel" in found["reason"]
    with pytest.raises(InputError, match="run n1 was judged by another panel than n2"):
        invoke(begun, "gate", "n2", "--baseline", "n1")


def test_files_for_ci_say_the_same(begun: Workspace) -> None:
    pass_a_night(begun, "n2", 30)
    markdown, junit = begun.write("summary.md", "# Before\n"), begun.root / "out/gate.xml"
    code, found = gate(begun, "n2", "--markdown", str(markdown), "--junit", str(junit))
    assert 1 == code
    text = markdown.read_text(encoding="utf-8")
    assert text.startswith("# Before\n## ❌ Run n2 does not pass: a candidate is worse.")
    assert "| a, all criteria | n1 | 60 | 8.3% | 50.0% | 25 / 0 |" in text
    suite = ET.parse(junit).getroot()  # noqa: S314 (our own file)
    assert ("4", "2") == (suite.get("failures"), suite.get("skipped"))
    assert {"a, all criteria: not worse than in n1", "a, considerable violations: not worse than in n1",
            "a, X-1: not worse than in n1", "a, flagged or in doubt: not worse than in n1"} == {
        case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None
    }  # fmt: skip
    assert "went from 8.3 % in n1 to 50.0 %" in (suite.findtext(".//failure") or "")
    assert "Also worse: flagged or in doubt, considerable violations, X-1." in found["reason"]


def test_the_webhook_gets_counts_and_ids_and_nothing_clinical(
    begun: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    here = serve(lambda _: Answer("thanks"))
    pass_a_night(begun, "n2", 30)
    assert 1 == gate(begun, "n2", "--webhook", f"{here.openai_url}/chat/completions")[0]
    [sent] = here.requests
    assert ("n2", "candidate_worse", 1, 60) == (sent["run_id"], sent["outcome"], sent["exit_code"], sent["responses"])
    said = orjson.dumps(sent).decode()
    assert not any(words in said for words in (UNSAFE, SAFE, "rash", "reassurance"))
    assert "reason" not in sent


@pytest.mark.parametrize("status", [500, 307])
def test_a_webhook_that_fails_is_told_and_changes_nothing(
    begun: Workspace, serve: Callable[[Say], Endpoint], status: int
) -> None:
    here = serve(lambda _: Answer("no", status=status, headers={"Location": "http://127.0.0.1:9/"}))
    found = invoke(begun, "gate", "n1", "--webhook", f"{here.openai_url}/chat/completions?token=secret")
    assert 0 == found.exit_code
    assert f"WARNING: the webhook answered with {status}" in found.stderr
    assert "secret" not in found.output
    assert 1 == len(here.requests)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("n1", "--webhook", "file:///etc/passwd"), "expected https://"),
        (("n1", "--anchors-run", "n1"), "name them with --anchors"),
        (("n1", "--first", "--baseline", "n1"), "give one of them"),
        (("n1", "--baseline", "n1"), "cannot be compared with itself"),
        (("gone",), "the store has no run 'gone'"),
        (("n1", "--anchors", "none"), "the store has no anchors 'none'"),
        (("n1", "--markdown", "/proc/nowhere"), "cannot be written"),
    ],
)
def test_what_cannot_be_asked_is_refused(begun: Workspace, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        invoke(begun, "gate", *options)


def test_a_configuration_with_a_gate_is_checked_like_any_other_key(workspace: Workspace) -> None:
    for wrong, said in (({"major": 2}, "gate.major"), ({"fatal": 0.1}, "gate.fatal")):
        with pytest.raises(InputError, match=said):
            facts(workspace, "run", configured(workspace, {"s1": SAFE}, gate=wrong))
