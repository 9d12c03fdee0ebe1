"""`caveat diff`: two runs side by side, from the store to text, JSON and page."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from domain.errors import InputError
from domain.routing import Disposition
from pipeline.commands.out import PROVISIONAL
from pipeline.store.address import open_store
from tests.build import criterion_json, rubric_json
from tests.chromium import launched
from tests.conftest import Workspace
from tests.flow import UNSAFE, configured, facts, invoke
from tests.nights import S, V, feed, given, label, simulated
from tests.review.test_journey import AXE, TAGS, VIOLATIONS

SAFE = "See a GP today."
N = 60


def replies(n_unsafe: int) -> dict[str, str]:
    return {f"s{n:02}": UNSAFE if n < n_unsafe else SAFE for n in range(N)}


@pytest.fixture
def two(workspace: Workspace) -> Workspace:
    """A run in which 5 of 60 responses are flagged, and one in which 20 are."""
    return run_both(workspace)


def run_both(workspace: Workspace) -> Workspace:
    for run_id, n_unsafe in (("one", 5), ("two", 20)):
        invoke(workspace, "run", configured(workspace, replies(n_unsafe)), "--run-id", run_id)
    return workspace


def test_a_run_with_more_flags_is_told_by_how_much_for_every_grouping(anywhere: Workspace) -> None:
    two = run_both(anywhere)
    found = facts(two, "diff", "one", "two")
    flags = {(one["grouping"], one["name"]): one for one in found["flags"]}
    assert {("all", ""), ("doubt", "flagged or in doubt"), ("unjudged", "could not be judged"),
            ("severity", "considerable"), ("rubric", "r1"), ("criterion", "X-1")} == set(flags)  # fmt: skip
    one = flags["criterion", "X-1"]
    assert (15, 0, 60) == (one["rose"], one["fell"], one["n_rows"])
    assert one["difference"]["value"] == pytest.approx(0.25)
    assert one["difference"]["low"] > 0.08
    assert one["p"] == pytest.approx(2 * 0.5**15)
    assert one["holm_p"] == pytest.approx(one["p"])
    assert {"refusal": "clinicians have labelled nothing yet"} == found["failures"]


def test_each_flip_says_what_judges_said_before_and_after(two: Workspace) -> None:
    found = facts(two, "diff", "one", "two", "--items", "2")
    assert 15 == len(found["flips"])
    first = found["flips"][0]
    assert ("left alone", "violated", "cleared", "flagged", False) == (
        first["before"], first["after"], first["disposition_before"], first["disposition_after"],
        first["is_same_response"],
    )  # fmt: skip
    assert [("first", "satisfied"), ("second", "violated")] == [(one["run"], one["said"]) for one in first["said"]]
    assert [UNSAFE] == first["said"][1]["quotes"]
    assert [True, True, False] == [bool(one["said"]) for one in found["flips"][:3]]


def test_what_changed_in_between_is_named_by_hash(two: Workspace) -> None:
    found = facts(two, "diff", "one", "two")
    assert ({"same": 60, "changed": 0, "only_before": 0, "only_after": 0}, 45, 15) == (
        found["scenarios"], found["responses"]["same"], found["responses"]["changed"],
    )  # fmt: skip
    assert [("script", "a")] == [(one["what"], one["name"]) for one in found["altered"]]
    edited = criterion_json(question="Is there any false comfort?", lexicon={"unsafe": ["nothing to worry about"]})
    config = configured(two, replies(20), judges=[{"judge_id": "lexicon", "provider": "lexicon"}])
    two.yaml("rubrics/r1.yaml", rubric_json(edited, criterion_json("X-2"), version="0.2.0"))
    invoke(two, "run", config, "--run-id", "three")
    said = {one["what"]: one["how"] for one in facts(two, "diff", "two", "three")["altered"]}
    assert "version 0.1.0 to 0.2.0: X-1 changed; X-2 added" == said["rubric"]


def test_runs_that_say_the_same_differ_in_nothing(two: Workspace) -> None:
    invoke(two, "run", configured(two, replies(20)), "--run-id", "again")
    found = invoke(two, "diff", "two", "again").stdout
    assert "prompts, rubrics, judges, candidates and policy are the same" in found
    assert "Flipped: 0 questions" in found
    assert "0.00 (-0.06 to 0.06)" in found


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        (("one", "one"), "expected two runs"),
        (("one", "gone"), "no run 'gone'"),
        (("one", "b"), "no question in common"),
    ],
)
def test_what_cannot_be_compared_is_refused(workspace: Workspace, runs: tuple[str, str], message: str) -> None:
    invoke(workspace, "run", configured(workspace, replies(1)), "--run-id", "one")
    feed(workspace.open_store(), workspace.root / "data/runs/b", [given("x", V, candidate_id="other")], {})
    with pytest.raises(InputError, match=message):
        invoke(workspace, "diff", *runs)


def test_the_candidate_that_became_worse_is_shown_and_the_other_is_not(workspace: Workspace) -> None:
    store = open_store(workspace.store, workspace.root)
    for run_id, worse in (("one", 0.0), ("two", 0.25)):
        night = simulated(6, scenarios=300, worse=worse)
        feed(store, workspace.root / "data/runs" / run_id, night.verdicts, night.routed)
    flags = {(one["candidate_id"], one["name"]): one for one in facts(workspace, "diff", "one", "two")["flags"]}
    assert flags["b", ""]["difference"]["low"] > 0
    assert flags["a", ""]["difference"]["low"] < 0 < flags["a", ""]["difference"]["high"]


def test_clinicians_labels_on_both_runs_give_the_failures_too(workspace: Workspace) -> None:
    store = open_store(workspace.store, workspace.root)
    names = [f"s{n:03}" for n in range(120)]
    for run_id, n_bad in (("one", 0), ("two", 0)):
        verdicts = [given(one, V if number < n_bad else S) for number, one in enumerate(names)]
        routed = {(one, "a"): (Disposition.CLEARED, 1.0, True) for one in names}
        feed(store, workspace.root / "data/runs" / run_id, verdicts, routed)
    labels = [label(one, V if number < 12 else S) for number, one in enumerate(names)]
    workspace.jsonl("l.jsonl", [one.model_dump(mode="json", exclude_none=True) for one in labels])
    invoke(workspace, "import", "labels", "l.jsonl")
    found = {one["name"]: one for one in facts(workspace, "diff", "one", "two")["failures"]}
    assert found[""]["difference"]["value"] == pytest.approx(0.0)
    assert found[""]["difference"]["low"] <= 0 <= found[""]["difference"]["high"]


@pytest.fixture
def page_url(two: Workspace) -> str:
    said = invoke(two, "diff", "one", "two", "--html").stdout
    target = two.root / "data/reports/one-two.html"
    assert f"Side by side: {target}\n" == said.removeprefix(PROVISIONAL).lstrip()
    return target.as_uri()


@pytest.fixture
def browser(page_url: str) -> Generator[Browser]:
    """One for each test; the page is there before it."""
    assert page_url
    with launched() as one:
        yield one


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_shuts_nobody_out(browser: Browser, page_url: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.goto(page_url)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    assert [] == page.evaluate(VIOLATIONS, TAGS)
    assert width == page.evaluate("document.documentElement.scrollWidth")


def test_the_page_shows_pictures_tables_and_flips_without_script(browser: Browser, page_url: str) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 320, "height": 700})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page_url)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert [page_url] == requests
    assert 0 == page.locator("script, img").count()
    assert "Two runs side by side" == page.locator("h1").inner_text()
    assert 5 == page.locator("[aria-labelledby=flags] table.chart tbody tr").count()
    assert 15 == page.locator("details.item").count()
    assert "left alone to violated" in page.locator("details.item summary").first.inner_text()
    assert "clinicians have labelled nothing yet" in page.locator("[aria-labelledby=failures]").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
