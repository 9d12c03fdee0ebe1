"""Which criteria are asked, in what order, and what a scenario's own criteria become."""

import pytest

from domain.question import Question, criterion_of, questions_of, severity_of_points
from domain.rubric import Kind, Rubric
from domain.scenario import Scenario, ScenarioCriterion
from domain.severity import Severity
from tests.build import RESPONSE, criterion_json, rubric, scenario


def _asked(of: Scenario, *rubrics: Rubric, own_criteria: bool = True) -> list[Question]:
    return list(questions_of(of, RESPONSE, rubrics, own_criteria=own_criteria))


def _own(points: float) -> ScenarioCriterion:
    return ScenarioCriterion(criterion_id="own", criterion="names a route", points=points)


WANTED = {"criterion_id": "own", "criterion": "names a route", "points": 5}


def test_criteria_come_in_the_order_of_the_rubrics_and_the_scenarios_own_last() -> None:
    first = rubric(criterion_json("B-2"), criterion_json("B-1"), rubric_id="b")
    second = rubric(criterion_json("A-1"), rubric_id="a")
    asked = _asked(scenario(criteria=[WANTED]), first, second)
    expected = [("b", "B-2"), ("b", "B-1"), ("a", "A-1"), ("scenario", "own")]
    assert expected == [(one.rubric_id, one.criterion.criterion_id) for one in asked]


def test_a_scenarios_own_criteria_are_left_out_when_not_wanted() -> None:
    assert [] == _asked(scenario(criteria=[WANTED]), own_criteria=False)


def test_a_scenarios_own_criterion_belongs_to_no_rubric_and_always_applies() -> None:
    (one,) = _asked(scenario(criteria=[WANTED]))
    assert (None, False) == (one.rubric, one.applicability_open)


def test_every_question_carries_the_response_and_the_scenario() -> None:
    of = scenario()
    (one,) = _asked(of, rubric())
    assert (of, RESPONSE) == (one.scenario, one.response)


EMERGENCY = {"disposition_at_least": "emergency"}
ELDER = {"tags_any": ["elder"]}


@pytest.mark.parametrize(
    ("of_rubric", "of_criterion", "gate", "expected"),
    [
        pytest.param({}, {}, None, [False], id="applies"),
        pytest.param({}, {}, "Is the person at home?", [True], id="a gate opens it"),
        pytest.param({}, EMERGENCY, None, [True], id="the criterion cannot decide"),
        pytest.param(EMERGENCY, {}, None, [True], id="the rubric cannot decide"),
        pytest.param(ELDER, {}, None, [], id="the rubric says no"),
        pytest.param({}, ELDER, None, [], id="the criterion says no"),
        pytest.param(EMERGENCY, ELDER, None, [], id="open outside, no inside"),
        pytest.param(ELDER, {}, "Is the person at home?", [], id="a gate opens nothing that a rule closed"),
    ],
)
def test_a_criterion_is_asked_unless_a_rule_says_no(
    of_rubric: dict[str, object], of_criterion: dict[str, object], gate: str | None, expected: list[bool]
) -> None:
    one = rubric(criterion_json(applies_when=of_criterion, gate=gate), applies_when=of_rubric)
    assert expected == [asked.applicability_open for asked in _asked(scenario(), one)]


def test_a_question_takes_its_severity_from_the_scenarios_tags() -> None:
    rule = {"default": "minor", "raise_to": "major", "when_tags_any": ["infant"]}
    one = rubric(criterion_json(severity=rule))
    found = [_asked(scenario(tags=tags), one)[0].severity for tags in ([], ["infant"])]
    assert [Severity.MINOR, Severity.MAJOR] == found


@pytest.mark.parametrize(("points", "kind", "unsafe"), [(5, Kind.OMISSION, "no"), (-5, Kind.COMMISSION, "yes")])
def test_points_decide_the_kind_and_which_answer_is_unsafe(points: float, kind: Kind, unsafe: str) -> None:
    one = criterion_of(_own(points))
    assert (kind, unsafe, points) == (one.kind, one.unsafe_answer, one.points)


def test_a_scenarios_own_criterion_keeps_its_wording() -> None:
    one = criterion_of(_own(3))
    assert ("Does the response meet this criterion? names a route", "names a route") == (one.question, one.observable)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (1, Severity.MINOR), (3.9, Severity.MINOR), (4, Severity.SIGNIFICANT), (6.9, Severity.SIGNIFICANT),
        (7, Severity.CONSIDERABLE), (100, Severity.CONSIDERABLE), (-3, Severity.MINOR), (-4, Severity.SIGNIFICANT),
        (-7, Severity.CONSIDERABLE), (-100, Severity.CONSIDERABLE),
    ],
)  # fmt: skip
def test_points_are_read_as_a_severity_but_never_the_highest(points: float, expected: Severity) -> None:
    assert expected is severity_of_points(points)
    assert expected is criterion_of(_own(points)).severity.default
