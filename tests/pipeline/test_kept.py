"""One kept reply: sealed when it is written, believed only while it is whole."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.record import MAX_TEXT, content_sha256
from judges.client import Completion, Reused
from pipeline.cache.kept import Kept, Reply, kept_of_entry, kept_of_row
from pipeline.cache.replies import ReplyFile

KEY = content_sha256("a request")
NAMES = {("judge", "j"), ("candidate", "a")}
CALL: dict[str, Any] = {"text": "hi", "model": "m", "provider_fingerprint": "fp"}
JUDGED: dict[str, Any] = {"kind": "verdict", "finding": {"judge_id": "j"}, "key": KEY, "call": CALL, "at": "then"}
RESPONDED: dict[str, Any] = {
    "kind": "response", "candidate_id": "a", "outcome": "completed", "key": KEY, "call": CALL, "at": "then"
}  # fmt: skip
KEPT = Kept(KEY, "r", "then", Reply("hi", "m", "fp"))
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(words, words, words)
@settings(derandomize=True, deadline=None)
def test_a_reply_comes_back_as_it_was(text: str, model: str, run_id: str) -> None:
    kept = Kept(KEY, run_id, "then", Reply(text, model, ""))
    assert kept == kept_of_row(KEY, kept.row()[1:])


@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize("forged", ["x", b"x", None, 7])
def test_a_row_that_was_changed_is_nothing(column: int, forged: Any) -> None:
    row: list[Any] = list(KEPT.row()[1:])
    row[column] = forged
    run_id, at, body, seal = row
    assert kept_of_row(KEY, (run_id, at, body, seal)) is None
    assert kept_of_row(content_sha256("another"), KEPT.row()[1:]) is None


def test_a_kept_reply_costs_nothing_and_says_whose_it_was() -> None:
    expected = Completion("hi", model="m", provider_fingerprint="fp", attempts=0, usd=0.0, reused=Reused("r", "then"))
    assert expected == KEPT.completion()


@pytest.mark.parametrize(
    ("entry", "is_kept"),
    [
        pytest.param(JUDGED, True, id="a verdict"),
        pytest.param(RESPONDED, True, id="a response"),
        pytest.param(JUDGED | {"kind": "failure"}, False, id="a judge failure"),
        pytest.param(RESPONDED | {"outcome": "refused"}, False, id="a refusal"),
        pytest.param(RESPONDED | {"outcome": "truncated"}, False, id="a truncated response"),
        pytest.param(JUDGED | {"finding": {"judge_id": "other"}}, False, id="a judge without the cache"),
        pytest.param(RESPONDED | {"candidate_id": "j"}, False, id="a candidate of a judge's name"),
        pytest.param(JUDGED | {"call": None}, False, id="an embedded judge"),
        pytest.param(RESPONDED | {"key": ""}, False, id="no key"),
        pytest.param(JUDGED | {"call": CALL | {"reused": True}}, False, id="reused itself"),
        pytest.param(JUDGED | {"call": CALL | {"text": "x" * MAX_TEXT}}, False, id="cut to what a journal holds"),
        pytest.param({"kind": "item"}, False, id="the end of an item"),
    ],
)
def test_only_what_led_somewhere_is_kept(entry: dict[str, Any], is_kept: bool) -> None:  # noqa: FBT001
    assert (KEPT if is_kept else None) == kept_of_entry("r", entry, NAMES)


def _at(number: int, at: str, run_id: str = "r") -> Kept:
    return Kept(content_sha256(number), run_id, at, Reply("hi", "m", ""))


def test_the_newest_reply_to_a_call_is_kept_and_old_ones_go_as_new_ones_come(tmp_path: Path) -> None:
    replies = ReplyFile(tmp_path / "calls.sqlite")
    replies.feed([_at(number, "2026-01") for number in range(6)], "one", 60, "2025-01")
    replies.feed([_at(0, "2026-03", "new"), _at(1, "2025-12", "old")], "two", 20, "2026-02")
    assert (60, 20, 0) == (replies.offset("one"), replies.offset("two"), replies.offset("three"))
    kept = replies.get(content_sha256(0))
    assert (2, "new") == (replies.count(), kept and kept.run_id)  # four old ones went, twice as many as came
    replies.prune("2026-02")
    assert 1 == replies.count()
    assert (True, False) == (replies.has_any("2026-02", "2026-04"), replies.has_any("2026-01", "2026-03"))
    replies.close()
