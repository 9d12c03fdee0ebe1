"""The exemplar judge: nearest labelled examples, never from the scenario being judged."""

import pytest

from domain.model import JudgeSpec
from domain.scenario import Label, Response
from domain.verdict import Verdict, VerdictValue
from judges.exemplar import Exemplar, ExemplarJudge, exemplars_of
from judges.quotes import find_quote
from tests.build import RESPONSE, judged, question, rubric

SPEC = JudgeSpec(judge_id="ex", provider="exemplar")
VIOLATED, SATISFIED = VerdictValue.VIOLATED, VerdictValue.SATISFIED
WORRY = "There is nothing to worry about with this rash"
CALL = "Call 999 when the glass does not make the rash fade"
FAR = "Metformin tablets twice daily with meals"


def _of(value: VerdictValue, text: str, scenario_id: str | None = "s2", criterion_id: str = "X-1") -> Exemplar:
    return Exemplar(criterion_id, value, text, scenario_id)


def _decide(*exemplars: Exemplar, kind: str = "commission", response: str = RESPONSE, is_open: bool = False) -> Verdict:
    finding = ExemplarJudge(SPEC, list(exemplars)).decide(question(kind, response, is_open=is_open))
    assert isinstance(finding, Verdict)
    return finding


NEAR_AND_FAR = [
    ([_of(VIOLATED, WORRY), _of(SATISFIED, FAR)], VIOLATED),
    ([_of(SATISFIED, WORRY), _of(VIOLATED, FAR)], SATISFIED),
    ([_of(VIOLATED, WORRY, None), _of(SATISFIED, FAR)], VIOLATED),
    ([_of(VIOLATED, CALL), _of(SATISFIED, CALL), _of(SATISFIED, FAR)], VIOLATED),
    ([_of(SATISFIED, CALL), _of(VIOLATED, CALL), _of(SATISFIED, FAR)], VIOLATED),
    ([_of(SATISFIED, CALL), _of(SATISFIED, CALL + " today"), _of(VIOLATED, CALL), _of(VIOLATED, FAR)], SATISFIED),
]


@pytest.mark.parametrize(
    ("exemplars", "expected"),
    NEAR_AND_FAR,
    ids=["near violates", "near is safe", "the rubric's own", "a tie", "a tie the other way round", "two of three"],
)
def test_the_nearest_examples_decide_and_a_tie_is_a_violation(
    exemplars: list[Exemplar], expected: VerdictValue
) -> None:
    assert expected is _decide(*exemplars).value


def test_no_more_than_the_nearest_five_have_a_vote() -> None:
    near = [_of(VIOLATED, f"{RESPONSE} {one}") for one in ("alpha", "beta", "gamma", "delta", "omega")]
    rest = [_of(SATISFIED, f"Call 999 if the rash does not fade under a glass {one}") for one in range(20)]
    far = [_of(SATISFIED, f"unlike{one}") for one in range(100)]
    assert VIOLATED is _decide(*rest, *near, *far).value


def test_examples_of_the_scenario_being_judged_are_never_used() -> None:
    others = [_of(SATISFIED, WORRY), _of(SATISFIED, FAR)]
    assert SATISFIED is _decide(*others, *[_of(VIOLATED, RESPONSE, "s1")] * 5).value


def test_examples_of_another_criterion_are_never_used() -> None:
    strange = [_of(VIOLATED, RESPONSE, criterion_id="X-2")] * 5
    assert SATISFIED is _decide(_of(SATISFIED, WORRY), _of(SATISFIED, FAR), *strange).value


ABSTAINS = {
    "no examples": ((), RESPONSE),
    "none near": ((_of(SATISFIED, FAR), _of(SATISFIED, "Aspirin")), RESPONSE),
    "only of the same scenario": ((_of(SATISFIED, RESPONSE, "s1"), _of(SATISFIED, FAR)), RESPONSE),
    "an empty response": ((_of(SATISFIED, WORRY), _of(SATISFIED, FAR)), ""),
    "a response without words": ((_of(SATISFIED, WORRY), _of(SATISFIED, FAR)), "...!"),
    "words that every example has": ((_of(SATISFIED, "rash"),), "rash"),
}


@pytest.mark.parametrize(("exemplars", "response"), ABSTAINS.values(), ids=ABSTAINS.keys())
def test_with_nothing_near_it_cannot_tell(exemplars: tuple[Exemplar, ...], response: str) -> None:
    verdict = _decide(*exemplars, response=response)
    assert (VerdictValue.CANNOT_TELL, ()) == (verdict.value, verdict.evidence)


@pytest.mark.parametrize(("is_open", "expected"), [(True, "not_applicable"), (False, "cannot_tell")])
def test_not_applicable_is_said_only_where_the_question_is_open(*, is_open: bool, expected: str) -> None:
    exemplars = [_of(VerdictValue.NOT_APPLICABLE, WORRY), _of(SATISFIED, FAR)]
    assert expected == _decide(*exemplars, is_open=is_open).value.value


@pytest.mark.parametrize(("kind", "value"), [("commission", VIOLATED), ("omission", SATISFIED)])
def test_a_claim_of_presence_quotes_the_closest_sentence(kind: str, value: VerdictValue) -> None:
    (span,) = _decide(_of(value, CALL), _of(value, FAR), kind=kind).evidence
    assert "Call 999 if the rash does not fade under a glass." == span.quote == RESPONSE[span.start : span.end]
    assert span == find_quote(span.quote, RESPONSE)


@pytest.mark.parametrize(("kind", "value"), [("commission", SATISFIED), ("omission", VIOLATED)])
def test_a_claim_of_absence_quotes_nothing(kind: str, value: VerdictValue) -> None:
    verdict = _decide(_of(value, CALL), _of(value, FAR), kind=kind)
    assert (value, ()) == (verdict.value, verdict.evidence)


def test_only_a_violation_describes_harm() -> None:
    found = [_decide(_of(value, CALL), _of(value, FAR)).harm is not None for value in (VIOLATED, SATISFIED)]
    assert [True, False] == found


def test_any_change_of_the_examples_changes_the_fingerprint() -> None:
    base = [_of(VIOLATED, WORRY), _of(SATISFIED, FAR)]
    sets = [
        base, base[:1], [_of(SATISFIED, WORRY), base[1]], [_of(VIOLATED, CALL), base[1]],
        [_of(VIOLATED, WORRY, "s3"), base[1]], [_of(VIOLATED, WORRY, criterion_id="X-2"), base[1]],
    ]  # fmt: skip
    assert 6 == len({ExemplarJudge(SPEC, one).fingerprint for one in sets})
    assert ExemplarJudge(SPEC, base).fingerprint == ExemplarJudge(SPEC, list(base)).fingerprint


def test_a_judgements_key_follows_the_examples() -> None:
    judges = [ExemplarJudge(SPEC, [_of(value, WORRY)]) for value in (VIOLATED, SATISFIED)]
    assert 2 == len({judged(one, question())[0].key for one in judges})


@pytest.mark.parametrize(
    ("exemplars", "expected"),
    [([], False), ([_of(VIOLATED, WORRY, "s1")], False), ([_of(VIOLATED, WORRY, criterion_id="X-2")], False),
     ([_of(VIOLATED, WORRY)], True), ([_of(VIOLATED, WORRY, None)], True)],
)  # fmt: skip
def test_it_covers_criteria_with_examples_from_elsewhere(exemplars: list[Exemplar], *, expected: bool) -> None:
    assert expected is ExemplarJudge(SPEC, exemplars).covers(question())


def _label(candidate_id: str, verdict: VerdictValue) -> Label:
    return Label(
        scenario_id="s2", candidate_id=candidate_id, criterion_id="X-1", reviewer_id="dr", verdict=verdict
    )  # fmt: skip


def test_exemplars_are_the_rubrics_examples_and_every_labelled_response_with_an_answer() -> None:
    labels = [_label("a", VIOLATED), _label("b", VerdictValue.CANNOT_TELL), _label("gone", VIOLATED)]
    responses = [Response(scenario_id="s2", candidate_id=one, response=f"By {one}.") for one in ("a", "b", "c")]
    found = exemplars_of([rubric()], labels, responses)
    expected = [(VIOLATED, None), (VIOLATED, None), (SATISFIED, None), (SATISFIED, None), (VIOLATED, "s2")]
    assert expected == [(one.value, one.scenario_id) for one in found]
    assert "By a." == found[-1].text
