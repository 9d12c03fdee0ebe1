"""The panel at work, as the report shows it: a run with repeats, lost quotes and a second stage."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.reporting.page import ReportPage, gather_report
from pipeline.reporting.render import render_report
from tests.conftest import Workspace
from tests.endpoint import Endpoint, Say
from tests.flow import facts
from tests.ward import furnish, ward

Serve = Callable[[Say], Endpoint]


def page_of(workspace: Workspace) -> ReportPage:
    with workspace.open_store().reading() as connection:
        return gather_report(connection, "c", 30)


def night(workspace: Workspace, serve: Serve, **changes: Any) -> dict[str, Any]:
    """A run, and what its report says for machines."""
    env = furnish(workspace, serve(ward).openai_url, **changes)
    assert facts(workspace, "run", "config/c.yaml", env=env)["complete"]
    return facts(workspace, "report", "c")


def test_the_reports_figures_are_those_of_the_run_whichever_store_it_is_in(anywhere: Workspace, serve: Serve) -> None:
    panel = night(anywhere, serve)["panel"]
    cheap, strong = panel["judges"]
    assert (15, 30, 4) == (panel["questions"], cheap["asked"], strong["asked"])
    assert (1, 2, 2, 1) == (cheap["stage"], cheap["repeats"], strong["stage"], strong["repeats"])
    assert {"violated": 4, "satisfied": 24, "cannot_tell": 2} == cheap["values"]
    assert (0.0, None) == (cheap["flip_rate"]["value"], strong["flip_rate"])
    cascade = panel["cascade"]
    assert {"severe": 3, "cannot tell": 1, "settled": 11} == cascade["why"]
    assert {"severe": {"confirmed": 3}, "cannot tell": {"turned to violated": 1}} == cascade["turns"]
    assert (1, 11) == (cascade["changed"], cascade["spared"])


def test_findings_say_which_time_round_and_what_was_looked_for(workspace: Workspace, serve: Serve) -> None:
    items = night(workspace, serve)["items"]
    findings = [one for item in items if item["scenario_id"] == "amber" for one in item["findings"]]
    omissions = [one for one in findings if one["criterion_id"] == "O-1"]
    assert [("cheap", 0, 0), ("cheap", 1, 0), ("strong", 0, 1)] == [
        (one["judge_id"], one["repeat"], len(one["looked_for"])) for one in omissions
    ]
    assert ("a time to come back", "no", None) == tuple(omissions[-1]["looked_for"][0].values())


def test_the_page_shows_what_was_looked_for_and_counts_a_judges_repeats_together(
    workspace: Workspace, serve: Serve
) -> None:
    night(workspace, serve)
    page = page_of(workspace)
    html = render_report(page)
    assert '<span class="found no">not found</span> a time to come back' in html
    assert "cheap <small>(2 of 2 times)</small>" in html
    [red] = [one for one in page.items if one.row.scenario.scenario_id == "red"]
    assert [["cheap", "strong"], ["cheap"]] == [[one.finding.judge_id for one in some] for some in red.violations]


@pytest.mark.parametrize(
    ("policy", "expected"), [("leave_out", "was left out on 3 responses of a"), ("allow", "Own family.")]
)
def test_a_judge_of_the_candidates_own_family_is_said_on_the_page(
    workspace: Workspace, serve: Serve, policy: str, expected: str
) -> None:
    here = serve(ward)
    behind = {"provider": "openai", "base_url": here.openai_url, "api_key_env": "CAVEAT_TEST_KEY"}
    judges = [{"judge_id": "cheap", "model": "cheap", **behind},
              {"judge_id": "mine", "model": "strong", "family": "openai", **behind}]  # fmt: skip
    candidates = [{"candidate_id": "a", "model": "gpt-5", **behind}]
    env = furnish(workspace, here.openai_url, candidates=candidates, judges=judges,
                  policy={"provisional": True, "own_family": policy})  # fmt: skip
    assert facts(workspace, "run", "config/c.yaml", env=env)["complete"]
    html = render_report(page_of(workspace))
    assert expected in html.replace("<b>", "").replace("</b>", "")
    said = {one.judge_id: one.n_asked for one in page_of(workspace).panel.readings}
    assert {"cheap": 15, "mine": 0 if policy == "leave_out" else 15} == said
