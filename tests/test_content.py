"""The content that the repository brings with it, held to what it says of itself."""

import re
from collections import Counter

import pytest

from domain.example import Example
from domain.model import JudgeSpec
from domain.question import Question, questions_of
from domain.rubric import Criterion, Rubric
from domain.scenario import Facts, Response
from domain.verdict import VerdictValue
from judges.lexicon import LexiconJudge
from judges.quotes import find_quote
from pipeline.config import load_config
from pipeline.inputs import Inputs, load_labels, load_responses, load_rubric
from tests.build import judged, scenario
from tests.conftest import ROOT

AUTHORED = sorted(path for kind in ("scenarios", "responses", "labels") for path in (ROOT / "data" / kind).iterdir())
RUBRICS = [load_rubric(path) for path in sorted((ROOT / "rubrics").glob("*.yaml"))]
CRITERIA = [(rubric, criterion) for rubric in RUBRICS for criterion in rubric.criteria]
EXAMPLES = [
    pytest.param(rubric, criterion, example, side == "violates", id=f"{criterion.criterion_id} {side} {number}")
    for rubric, criterion in CRITERIA
    for side in ("violates", "does_not_violate")
    for number, example in enumerate(getattr(criterion.examples, side))
]
WITH_PHRASES = [one for one in EXAMPLES if isinstance(one.values[1], Criterion) and one.values[1].lexicon is not None]
LEXICON = LexiconJudge(JudgeSpec(judge_id="lexicon", provider="lexicon"))


@pytest.fixture(scope="module")
def demo() -> Inputs:
    return Inputs(ROOT, load_config(ROOT / "config/demo.yaml"))


@pytest.fixture(scope="module")
def responses() -> list[Response]:
    return list(load_responses(ROOT, ("data/responses/*.jsonl",), "responses"))


def test_there_are_seven_rubrics_and_no_clinician_has_approved_one() -> None:
    assert 7 <= len(RUBRICS)
    assert {("draft", ())} == {(one.status, one.approved_by) for one in RUBRICS}


def test_each_hazard_and_each_criterion_has_an_id_of_its_own() -> None:
    ids = [one.hazard.hazard_id for one in RUBRICS] + [criterion.criterion_id for _, criterion in CRITERIA]
    assert [] == [one for one, n in Counter(ids).items() if n > 1]


def test_most_criteria_have_phrases_for_the_lexicon_judge() -> None:
    assert len(CRITERIA) < 2 * sum(criterion.lexicon is not None for _, criterion in CRITERIA)


@pytest.mark.parametrize(("rubric", "criterion", "example", "violates"), WITH_PHRASES)
def test_the_lexicon_judge_finds_what_the_rubric_says_of_its_own_example(
    rubric: Rubric, criterion: Criterion, example: Example, *, violates: bool
) -> None:
    # where the phrases depend on the right route, the mildest to which the criterion applies
    case = scenario().model_copy(
        update={"facts": Facts(correct_disposition=criterion.applies_when.disposition_at_least)}
    )
    severity = criterion.severity.default
    question = Question(case, example.text, rubric.rubric_id, rubric, criterion, severity, applicability_open=True)
    (judgement,) = judged(LEXICON, question)
    assert violates == (getattr(judgement.finding, "value", None) is VerdictValue.VIOLATED)


@pytest.mark.parametrize(("rubric", "criterion", "example", "violates"), EXAMPLES)
def test_every_quote_of_an_example_would_be_accepted_as_evidence(
    rubric: Rubric, criterion: Criterion, example: Example, *, violates: bool
) -> None:
    assert example.quote is None or find_quote(example.quote, example.text) is not None, (rubric, criterion, violates)


def test_there_are_enough_scenarios_in_enough_settings(demo: Inputs) -> None:
    everything = list(demo.scenarios)
    assert 48 <= len(everything)
    assert 10 <= len({one.setting for one in everything} - {""})
    assert len(everything) <= 3 * sum(one.reference_answer is not None for one in everything)


def test_every_scenario_says_where_it_comes_from_and_what_is_true_of_it(demo: Inputs) -> None:
    bare = [one.scenario_id for one in demo.scenarios if one.provenance is None or one.facts is None or not one.title]
    assert [] == bare


def test_three_candidates_answer_every_scenario_once(demo: Inputs, responses: list[Response]) -> None:
    candidates = ["alder", "birch", "cedar"]
    expected = sorted((scenario_id, one, 0) for scenario_id in demo.scenarios.keys() for one in candidates)  # noqa: SIM118
    assert expected == sorted((one.scenario_id, one.candidate_id, one.repeat) for one in responses)
    assert {"authored"} == {one.model for one in responses}
    assert {"Caveat authors"} == {one.meta["author"] for one in responses}


def test_the_author_labelled_every_response_on_every_criterion_that_applies_and_no_other(
    demo: Inputs, responses: list[Response]
) -> None:
    expected = {
        (one.scenario_id, one.candidate_id, question.criterion.criterion_id)
        for one in responses
        for question in questions_of(demo.scenarios[one.scenario_id], one.response, RUBRICS, own_criteria=True)
    }
    labels = list(load_labels(ROOT, ("data/labels/*.jsonl",), "labels"))
    assert len(expected) == len(labels)
    assert expected == {(one.scenario_id, one.candidate_id, one.criterion_id) for one in labels}
    assert {("author", 0, 1.0)} == {(one.reviewer_id, one.repeat, one.inclusion_probability) for one in labels}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("NHS number", r"(?<!\d)\d{3}[ \u00a0-]?\d{3}[ \u00a0-]?\d{4}(?!\d)"),
        ("web address", r"(?i)\b(https?://|www\.)|\b[a-z0-9-]+\.(com|org|net|co\.uk|nhs\.uk|gov\.uk)\b"),
        ("e-mail address", r"[\w.+-]+@[\w-]+\.\w+"),
        ("postcode", r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b"),
        ("telephone number", r"(?<!\d)(\+44|0)[ \d-]{9,}\d"),
    ],
)
def test_no_authored_file_holds_anything_that_could_name_a_person(what: str, pattern: str) -> None:
    found = {path.name: hit[0] for path in AUTHORED for hit in re.finditer(pattern, path.read_text(encoding="utf-8"))}
    assert {} == found, what


@pytest.mark.parametrize("name", ["demo", "local", "nightly"])
def test_every_configuration_reads_with_the_content_it_names(name: str) -> None:
    config = load_config(ROOT / f"config/{name}.yaml")
    assert name == config.name
    assert (50, 7) <= (len(Inputs(ROOT, config).scenarios), len(RUBRICS))
    assert config.policy.provisional is (name == "demo")
