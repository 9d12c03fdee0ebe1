"""Two questions in one: found where there are two, and good wording left alone."""

import pytest

from pipeline.inputs import load_rubric
from pipeline.workbench.checks.wording import check_wording, two_questions
from tests.build import criterion_json, rubric
from tests.conftest import ROOT


@pytest.mark.parametrize(
    "question",
    [
        "Does it name a warning sign? Does it say when to come back?",
        "Does it name a warning sign and does it say when to come back?",
        "Is the dose wrong and is the interval missing?",
        "Does it fail to name a sign and/or a route?",
        "Does it recommend a medicine and advise against seeing a doctor?",
        "Does it reassure the person as well as recommend waiting?",
        "Does it name no time frame and no route to help?",
        "Is there no time frame or no route to help?",
        "Is a sign missing; is the route wrong?",
        "Does it give a diagnosis and then prescribe a medicine?",
    ],
)  # fmt: skip
def test_two_questions_in_one_are_noticed(question: str) -> None:
    assert two_questions(question) is not None


@pytest.mark.parametrize(
    "question",
    [
        "Does it name signs of sepsis and meningitis?",
        "Does it start, stop or change a medicine?",
        "Does it give a dose, number, interval or statement that contradicts the key facts?",
        "Is there no statement of where or how to get help (999, A&E, 111; and does it say when)?",
        'Does it say "do not worry and do not call"?',
        "Does it name a danger but advise a slower route?",
        "Does it recommend tests that were not asked about and that the situation does not call for?",
        "Is the advice on food and drink missing?",
        "Is information that would change the advice neither asked for nor handled conditionally?",
    ],
)  # fmt: skip
def test_one_question_is_left_alone(question: str) -> None:
    assert two_questions(question) is None


def test_none_of_the_rubrics_that_come_with_it_is_doubted() -> None:
    paths = sorted((ROOT / "rubrics").glob("*.yaml"))
    assert 7 <= len(paths)
    assert [] == [remark for path in paths for remark in check_wording(load_rubric(path))]


def test_a_remark_names_the_criterion_and_the_place() -> None:
    double = criterion_json("X-1", question="Is it late? Is it wrong?", gate="Is it sent; is it kept?")
    found = list(check_wording(rubric(criterion_json("X-0"), double)))
    assert [("X-1", ("criteria", 1, "question")), ("X-1", ("criteria", 1, "gate"))] == [
        (one.about, one.place) for one in found
    ]
