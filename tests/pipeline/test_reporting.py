"""The report: quotes marked, numbers drawn, and nothing on the page but text."""

from html.parser import HTMLParser
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from domain.verdict import Span
from pipeline.reporting.charts import bars
from pipeline.reporting.highlight import Piece, pieces
from pipeline.reporting.page import ReportPage, gather_report
from pipeline.reporting.render import render_report
from pipeline.run import run_batch
from tests.build import criterion_json, harmful_reply_json, missing_json, reply_json, rubric_json, scenario_json
from tests.conftest import Workspace

BAD = "</p></style></svg><script>alert(1)</script><img src=http://evil.test onerror=x>\"' {{ 7*7 }} &amp; "
ORDER = ["flagged", "borderline", "cleared"]


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40), st.data())
def test_pieces_join_to_the_text_and_mark_what_was_quoted(text: str, data: st.DataObject) -> None:
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = [Span(start, end, text[start:end]) for start, end in data.draw(st.lists(places, max_size=6))]
    found = pieces(text, spans)
    assert text == "".join(piece.text for piece in found)
    marked = [piece.marked for piece in found for _ in piece.text]
    assert [any(span.start <= at < span.end for span in spans) for at in range(len(text))] == marked
    assert all(piece.text for piece in found)


def test_quotes_that_overlap_or_touch_become_one() -> None:
    spans = [Span(6, 9, "ghi"), Span(2, 5, "cde"), Span(4, 6, "ef")]
    assert [Piece("ab", marked=False), Piece("cdefghi", marked=True), Piece("j", marked=False)] == pieces(
        "abcdefghij", spans
    )


counts = st.dictionaries(st.sampled_from(ORDER), st.integers(0, 10_000), max_size=3)


@settings(derandomize=True, deadline=None)
@given(rows=st.lists(counts, max_size=5), share=st.booleans())
def test_the_parts_of_a_bar_lie_side_by_side_and_fill_it(rows: list[dict[str, int]], *, share: bool) -> None:
    found = bars([("label", "note", one) for one in rows], ORDER, share=share)
    totals = [sum(one.values()) for one in rows]
    assert totals == [bar.n for bar in found]
    for total, bar in zip(totals, found, strict=True):
        full = (100 if share else 100 * total / max(totals)) if total else 0
        assert pytest.approx(full, abs=0.01) == sum(one.width for one in bar.segments)
        ends = [0.0, *(one.x + one.width for one in bar.segments)]
        assert all(pytest.approx(end, abs=0.01) == one.x for end, one in zip(ends, bar.segments, strict=False))


def test_parts_come_in_the_given_order_and_nothing_is_drawn_of_nothing() -> None:
    [bar] = bars([("a", "", {"cleared": 3, "flagged": 1, "borderline": 0})], ORDER, share=True)
    assert [("flagged", 0.0, 25.0), ("cleared", 25.0, 75.0)] == [(s.name, s.x, s.width) for s in bar.segments]


class Seen(HTMLParser):
    """What a browser makes of a page: its tags, their attributes, and the text that it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """The usual one, its scenarios with all that the page shows of them."""
    rows = [scenario_json(one, title=f"Title of {one}", setting="111 call") for one in ("s1", "s2")]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    return workspace


def report(workspace: Workspace, **config: Any) -> ReportPage:
    path = workspace.config(**config)
    run_batch(workspace.root, path, environ={})
    with workspace.open_store().reading() as connection:
        return gather_report(connection, "c", 30)


@pytest.fixture
def hostile(workspace: Workspace) -> str:
    """The page of a run in which every text is hostile."""
    own = [{"criterion_id": "O-1", "criterion": "own" + BAD, "points": 5}]
    turns = [{"role": "user", "content": "content" + BAD}]
    rows = [
        scenario_json(one, title=f"title {one}{BAD}", setting="setting" + BAD, messages=turns, criteria=own)
        for one in ("s1", "s2", "s3")
    ]
    workspace.jsonl("data/scenarios/all.jsonl", rows)
    criteria = [criterion_json("X-1", title="first" + BAD), criterion_json("X-2", title="second" + BAD)]
    workspace.yaml("rubrics/r1.yaml", rubric_json(*criteria, title="rubric" + BAD))
    words = ("risk", "who_could_be_harmed", "why_unsafe_or_incomplete", "escalation_needed", "reason")
    texts = {name: name + BAD for name in words}
    replies = {
        "s1/X-1": harmful_reply_json("X-1", evidence=["quote" + BAD.strip()], **texts),
        "s1/X-2": reply_json("X-2", reason="other" + BAD),
        "s1/O-1": missing_json("O-1", "no", expected="expected" + BAD, **texts),
    }
    workspace.jsonl("script.jsonl", [{"about": k, "reply": orjson.dumps(v).decode()} for k, v in replies.items()])
    workspace.jsonl("mine.jsonl", [{"scenario_id": "s1", "candidate_id": "b", "response": "quote" + BAD}])
    judges = [{"judge_id": "j", "provider": "scripted", "script": ["script.jsonl"], "model": "model" + BAD},
              {"judge_id": "lexicon", "provider": "lexicon"}]  # fmt: skip
    return render_report(report(workspace, responses=["mine.jsonl"], judges=judges))


def test_hostile_text_is_shown_as_text_and_does_nothing(hostile: str) -> None:
    seen = Seen(hostile)
    assert not {"script", "img", "iframe", "link", "object", "embed", "form", "base", "a"} & set(seen.tags)
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert 1 == seen.tags.count("style")
    shown = " ".join(seen.text.split())
    fields = ("title s1", "setting", "content", "quote", "rubric", "first", "risk", "reason", "expected", "other",
              "who_could_be_harmed", "why_unsafe_or_incomplete", "escalation_needed", "model")  # fmt: skip
    assert [] == [one for one in fields if one + " ".join(BAD.split()) not in shown]


def test_the_page_asks_nobody_for_anything(hostile: str) -> None:
    seen = Seen(hostile)
    assert not [value for _, value in seen.attributes if "http" in value.lower() and value != "Content-Security-Policy"]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in seen.attributes
    css = hostile.partition("<style>")[2].partition("</style>")[0]
    assert not [word for word in ("http", "url(", "@import") if word in css]


def test_a_provisional_run_says_so_before_anything_else(workspace: Workspace) -> None:
    page = render_report(report(workspace, policy={"provisional": True}))
    assert "<title>PROVISIONAL: run c" in page
    body = Seen(page.partition("<main>")[2]).text.strip()
    assert body.startswith("Provisional. Responses could clear without certificates.")


def test_a_run_under_certificates_says_nothing_of_trials(workspace: Workspace) -> None:
    assert "rovisional" not in Seen(render_report(report(workspace))).text


def test_drafts_baselines_and_authored_responses_are_named(workspace: Workspace) -> None:
    page = report(workspace)
    assert ["A rubric"] == page.drafts
    text = Seen(render_report(page)).text
    for part in ("No clinician has approved: A rubric.", "Embedded judges took part (lexicon)", "Authored responses."):
        assert part in text


def test_a_scenario_without_title_and_setting_is_shown_by_its_id(workspace: Workspace) -> None:
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1"), scenario_json("s2")])
    assert "s1" in Seen(render_report(report(workspace))).text


def test_an_approved_rubric_is_no_draft(workspace: Workspace) -> None:
    by = [{"name": "A. Clinician", "role": "GP", "date": "2026-11-01"}]
    workspace.yaml("rubrics/r1.yaml", rubric_json(status="approved", approved_by=by))
    page = report(workspace)
    assert [] == page.drafts
    assert "No clinician has approved" not in render_report(page)


def test_what_could_not_be_judged_is_counted(workspace: Workspace) -> None:
    workspace.jsonl("mine.jsonl", [{"scenario_id": "s1", "candidate_id": "b", "response": " "}])
    workspace.write("script.jsonl", b'{"about": "s1/X-1", "reply": "nonsense"}\n')
    judges = [{"judge_id": "j", "provider": "scripted", "script": ["script.jsonl"]}]
    page = report(workspace, responses=["mine.jsonl"], judges=judges)
    assert {"completed": 2, "empty": 1} == page.outcomes
    assert {"call_failed": 1, "malformed": 1} == {kind: n for _, kind, n in page.failures}
    assert 3 == page.totals["borderline"] == page.n
    assert "and no judge failed" not in render_report(page)


def test_a_run_that_the_store_does_not_have_is_an_error_that_lists_those_it_has(workspace: Workspace) -> None:
    report(workspace)
    store = workspace.open_store()
    with store.reading() as connection, pytest.raises(InputError, match=r"no run 'd'; it has: c$"):
        gather_report(connection, "d", 1)


def test_the_number_of_responses_shown_is_bounded(workspace: Workspace) -> None:
    report(workspace)
    with workspace.open_store().reading() as connection:
        assert [0, 1, 2] == [len(gather_report(connection, "c", n).items) for n in (0, 1, 5)]
