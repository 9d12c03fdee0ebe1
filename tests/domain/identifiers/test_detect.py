"""The identifier gate on sentences that were authored for it, and on everything that this repository holds."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers.detect import identifiers_in
from domain.identifiers.found import IdentifierKind
from pipeline.inputs import load_responses
from tests.conftest import ROOT
from tests.identified import EMAIL, NHS, PHONE, measure, sentences

WRITTEN = sorted(
    path
    for folder in ("data", "rubrics", "prompts", "config")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".jsonl", ".yaml", ".md") and "runs" not in path.parts
)


def test_there_are_four_hundred_sentences_and_half_of_them_are_innocent() -> None:
    every = sentences()
    assert len(every) >= 400
    assert 0.45 <= sum(one.holds == "none" for one in every) / len(every) <= 0.55


@pytest.mark.parametrize("kind", IdentifierKind)
def test_each_kind_is_found_and_seldom_where_it_is_not(kind: IdentifierKind) -> None:
    found = measure()[kind]
    assert found.n_hits + found.n_missed >= 10
    assert found.recall >= 0.9
    assert found.precision >= 0.85


def test_the_documented_figures_are_those_measured() -> None:
    page = (ROOT / "docs/identifiers.md").read_text(encoding="utf-8")
    for kind, one in measure().items():
        row = f"| {kind.words} | {one.n_hits + one.n_missed} | {one.recall:.2f} | {one.precision:.2f} |"
        assert row in page, row


def test_what_is_said_to_be_unseen_is_unseen() -> None:
    assert [] == [one.text for one in sentences() if one.holds == "unseen" and identifiers_in(one.text)]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_nothing_that_was_authored_for_this_repository_raises_the_alarm(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [] == [(number, found) for number, line in enumerate(lines, 1) if (found := identifiers_in(line))]


@given(st.text(max_size=40), st.sampled_from([NHS, PHONE, EMAIL]), st.text(max_size=40))
def test_an_identifier_is_found_whatever_stands_around_it(before: str, identifier: str, after: str) -> None:
    text = f"{before}\n{identifier}\n{after}"
    assert any(text[one.start : one.end].strip() in identifier for one in identifiers_in(text))


@given(st.text(alphabet="0123456789+-./() abZD@'\n", max_size=400))
def test_any_text_is_read_and_what_is_found_lies_in_it_without_overlap(text: str) -> None:
    found = identifiers_in(text)
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end <= len(text) for end, one in zip(ends, found, strict=False))


@pytest.mark.parametrize(
    "text", ["0 " * 60_000, "07" * 60_000, "a@" * 60_000, "1/" * 60_000, "Dr " * 40_000, "born " * 24_000]
)
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    began = process_time()
    identifiers_in(text)
    assert process_time() - began < 2.0


def test_no_message_repeats_what_was_found() -> None:
    (one,) = identifiers_in(f"Ring {PHONE}.")
    assert "what looks like a phone number (characters 6 to 17)" == str(one)


def test_a_response_is_read_in_well_under_a_millisecond() -> None:
    texts = [one.response for one in load_responses(ROOT, ("data/responses/*.jsonl",), "responses")]
    began = process_time()
    for text in texts:
        identifiers_in(text)
    per_1100 = (process_time() - began) / sum(map(len, texts)) * 1100
    assert per_1100 < 0.0005
