"""The authored metamorphic cases, and the promise that the lexicon judge's verdicts turn with them."""

import re

import pytest

from benchmarks.metamorphic import FILES, LEAST, RUBRICS, turned_and_cleared
from domain.verdict import VerdictValue
from judges.probing.metamorphic import MetamorphicCase
from pipeline.files.jsonl import JsonlSource
from pipeline.files.text import expand
from pipeline.inputs import load_labels
from tests.conftest import ROOT


def cases(*patterns: str) -> list[MetamorphicCase]:
    return list(JsonlSource(MetamorphicCase, expand(ROOT, patterns, "cases"), lambda one: one.case_id))


CASES = cases("data/probes/*.jsonl")
LABELS = {
    (one.scenario_id, one.candidate_id, one.criterion_id): one.verdict
    for one in load_labels(ROOT, ("data/labels/*.jsonl",), "labels")
}


def test_every_case_begins_with_a_response_that_its_author_labelled_as_safe() -> None:
    unsafe = [
        one.case_id
        for one in CASES
        if LABELS.get((one.scenario_id, one.candidate_id, one.criterion_id)) is not VerdictValue.SATISFIED
    ]
    assert [] == unsafe


def test_every_kind_of_change_is_tried_and_every_omission_is_mended_again() -> None:
    assert {"deleted", "reassured", "dose"} == {one.change for one in CASES}
    assert [] == [one.case_id for one in CASES if (one.change == "deleted") != bool(one.mend)]


def test_no_case_is_held_out_and_mended_on() -> None:
    told_apart = [{(one.scenario_id, one.candidate_id) for one in cases(path)} for path in FILES.values()]
    assert set() == told_apart[0] & told_apart[1]


@pytest.mark.parametrize("rubric_id", RUBRICS)
def test_the_lexicon_judges_verdict_turns_with_what_is_taken_away_and_given_back(rubric_id: str) -> None:
    for shares in turned_and_cleared("lexicon", "data/probes/*.jsonl", rubric_id):
        assert len(shares) >= 40
        assert sum(shares) >= LEAST * len(shares)


def test_no_case_holds_anything_that_could_name_a_person() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "data/probes").iterdir())
    assert [] == re.findall(r"https?://|\b[\w.+-]+@[\w-]+\.\w+|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", text)
