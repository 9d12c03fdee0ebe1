"""`caveat compare` and `caveat import verdicts` from the command line, and the page in a real browser."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from domain.errors import InputError
from pipeline.store.address import open_store
from tests.chromium import launched
from tests.conftest import Workspace
from tests.flow import authored, facts, invoke
from tests.nights import S, V, feed, simulated

Json = dict[str, Any]


def verdict(scenario_id: str, said: str, judge_id: str = "j", **changes: Any) -> Json:
    whole = {"scenario_id": scenario_id, "candidate_id": "a", "criterion_id": "X-1", "judge_id": judge_id}
    return {**whole, "verdict": said, **changes}


def labelled(scenario_id: str, said: str, **changes: Any) -> Json:
    whole = {"scenario_id": scenario_id, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p"}
    return {**whole, "verdict": said, **changes}


def bring(workspace: Workspace, kind: str, *rows: Json, name: str = "theirs") -> None:
    workspace.jsonl(f"{name}.jsonl", list(rows))
    invoke(workspace, "import", kind, f"{name}.jsonl")


def test_another_systems_verdicts_become_a_run_that_is_compared(anywhere: Workspace) -> None:
    bring(anywhere, "verdicts", verdict("s1", V), verdict("s2", S), verdict("s1", S, "k"), verdict("s2", "failed", "k"))
    bring(anywhere, "labels", labelled("s1", V), labelled("s2", S), name="ours")
    found = facts(anywhere, "compare", "theirs")
    judges = found["groups"]["all"][0]["judges"]
    assert ["j", "k", "panel"] == list(judges)
    assert [[1, 0], [0, 1], [0, 0]] == judges["j"]["counts"]
    assert [[0, 0], [1, 0], [0, 1]] == judges["k"]["counts"]
    assert {"refusal": "no response was cleared"} == found["missed_harm"]
    assert [] == facts(anywhere, "queue")["items"]
    assert {"flagged": 0, "borderline": 0, "cleared": 0} == facts(anywhere, "report", "theirs")["dispositions"]


def test_verdicts_come_as_a_table_too(workspace: Workspace) -> None:
    rows = [
        "scenario_id,candidate_id,repeat,criterion_id,judge_id,verdict",
        "s1,a,0,X-1,j,violated",
        "s2,a,,X-1,j,failed",
    ]
    workspace.write("theirs.csv", "\n".join(rows))
    assert {"data/runs/night": 2} == facts(workspace, "import", "verdicts", "theirs.csv", "--name", "night")["written"]


@pytest.mark.parametrize(
    ("rows", "args", "message"),
    [
        ([verdict("s1", "bad")], "", "theirs.jsonl, line 1.*verdict"),
        ([verdict("s1", V), verdict("s1", S)], "", "line 2.*stands twice"),
        ([verdict("s1", V)], "--name ../x", "cannot name a run"),
    ],
)
def test_verdicts_that_cannot_be_are_named_and_nothing_is_written(
    workspace: Workspace, rows: list[Json], args: str, message: str
) -> None:
    workspace.jsonl("theirs.jsonl", rows)
    with pytest.raises(InputError, match=message):
        invoke(workspace, "import", "verdicts", "theirs.jsonl", *args.split())
    assert not (workspace.root / "data/runs").exists()


def test_a_run_is_never_written_over_by_verdicts(workspace: Workspace) -> None:
    bring(workspace, "verdicts", verdict("s1", V))
    with pytest.raises(InputError, match="exists already; give another --name"):
        bring(workspace, "verdicts", verdict("s1", S))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("", "expected one run or more, or --since or --until with a day"),
        ("theirs --since 2026-01-01", "expected one run or more, or --since or --until with a day"),
        ("--since 2999-01-01", "no run began on 2999-01-01 or after"),
        ("--until 2001-01-01", "no run began on 2001-01-01 or before"),
        ("--since 2001-01-01 --until 2001-01-31", "no run began from 2001-01-01 to 2001-01-31"),
        ("nobody", "no run 'nobody'"),
    ],
)
def test_a_window_is_named_one_way(workspace: Workspace, args: str, message: str) -> None:
    bring(workspace, "verdicts", verdict("s1", V))
    with pytest.raises(InputError, match=message):
        invoke(workspace, "compare", *args.split())


def test_a_run_of_which_nothing_could_be_judged_is_no_comparison(workspace: Workspace) -> None:
    invoke(workspace, "run", authored(workspace, {"s1": ""}))
    bring(workspace, "labels", labelled("s1", V), name="ours")
    with pytest.raises(InputError, match="none of 1 labels can be set against c: 0 were not blind, 1 are on what was"):
        invoke(workspace, "compare", "c")


def test_labels_on_some_criteria_say_nothing_of_the_others(workspace: Workspace) -> None:
    bring(workspace, "verdicts", verdict("s1", V), verdict("s1", S, criterion_id="X-2"))
    bring(workspace, "labels", labelled("s1", V), name="ours")
    assert "Labels are about 1 of 2 criteria: nothing here speaks of the others" in invoke(
        workspace, "compare", "theirs"
    ).stdout.replace("\n", " ")


def test_a_window_holds_every_run_since_its_first_day(workspace: Workspace) -> None:
    for name in ("n1", "n2"):
        bring(workspace, "verdicts", verdict("s1", V), name=name)
    bring(workspace, "labels", labelled("s1", V), name="ours")
    assert ["n1", "n2"] == facts(workspace, "compare", "--since", "2026-01-01")["run_ids"]


def test_no_line_of_the_text_is_wider_than_its_bound_and_the_biased_figure_stands_once_for_each_judge(
    workspace: Workspace,
) -> None:
    night(workspace)
    said = invoke(workspace, "compare", "n1").stdout.splitlines()
    assert 124 >= max(map(len, said))
    assert 3 == sum("BIASED, what was read alone" in line for line in said)
    assert any(line.startswith("Of ") and "hide a violation" in line for line in said)


def test_three_judges_of_healthbench_come_out_as_known(workspace: Workspace, shared: Path) -> None:
    table = str(shared / "data/hb-meta-3judges67/demo_grades.jsonl")
    columns = {"scenario": "prompt_id", "response": "item_id", "criterion": "theme", "judge-name": "judge_model",
               "judge-said": "grade", "label": "physician_label", "replicates": "200"}  # fmt: skip
    options = [part for name, column in columns.items() for part in (f"--{name}", column)]
    judges = facts(workspace, "compare-table", table, "--name", "hb", *options)["groups"]["all"][0]["judges"]
    plain = {name.split("/")[1]: one["as_counted"] for name, one in judges.items() if name != "panel"}
    known = {"gpt-4.1": (0.623, 0.809), "claude-sonnet-4.5": (0.607, 0.801), "gemini-2.5-flash": (0.302, 0.633)}
    for name, expected in known.items():
        assert expected == pytest.approx((plain[name]["kappa"], plain[name]["macro_f1"]), abs=5e-4)


LONG = {"X-2": "emergency_referrals_conditionally_emergent_" + "context_seeking_" * 9}


def night(workspace: Workspace) -> None:
    """A simulated night with its labels, in the workspace's store; names are as hostile and as long as they come."""
    one = simulated(8, scenarios=80)
    hostile = [some.model_copy(update={"judge_id": "good<script>" if some.judge_id == "good" else some.judge_id,
                                       "criterion_id": LONG.get(some.criterion_id, some.criterion_id)})
               for some in one.verdicts]  # fmt: skip
    feed(open_store(workspace.store, workspace.root), workspace.root / "data/runs/n1", hostile, one.routed)
    chances = {key: pi for key, (_, pi, _) in one.routed.items()}
    rows = [
        some.model_copy(
            update={
                "inclusion_probability": chances[some.scenario_id, some.candidate_id],
                "criterion_id": LONG.get(some.criterion_id, some.criterion_id),
            }
        )
        for some in one.labels
    ]
    workspace.jsonl("ours.jsonl", [some.model_dump(mode="json") for some in rows])
    invoke(workspace, "import", "labels", "ours.jsonl")


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    workspace = Workspace(tmp_path_factory.mktemp("page"))
    night(workspace)
    invoke(workspace, "compare", "n1", "--html")
    return (workspace.root / "data/reports/n1-compared.html").as_uri()


@pytest.fixture
def browser(page_url: str) -> Generator[Browser]:
    """One for each test; the page is there before it."""
    assert page_url
    with launched() as one:
        yield one


@pytest.mark.parametrize("width", [1280, 400, 320])
def test_the_page_fits_its_width_asks_nobody_and_runs_nothing(browser: Browser, page_url: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(page_url)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert [page_url] == requests
    assert [] == errors
    assert width == page.evaluate("document.documentElement.scrollWidth")
    assert 0 == page.locator("script, img").count()
    page.close()


def test_the_page_shows_intervals_first_and_every_biased_figure_says_so(browser: Browser, page_url: str) -> None:
    page = browser.new_page()
    page.goto(page_url)
    assert "The panel as a whole" == page.locator("h2").first.inner_text()
    assert page.locator("svg rect.range").count() > 10
    heads = [text for text in page.locator("th").all_inner_texts() if "read alone" in text]
    assert heads
    assert all(text.startswith("BIASED") for text in heads)
    page.close()
