"""From findings to a disposition: no path leads to `cleared` by default."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.item import ResponseOutcome
from domain.policy import RoutingPolicy
from domain.routing import Disposition, Lane, Routed
from domain.severity import Severity
from domain.verdict import FailureKind, Finding, JudgeFailure, Verdict, VerdictValue
from pipeline.route import Asked, route
from tests.build import criterion_json, question, rubric

YES, NO, NOT_APPLICABLE, UNSURE = (
    VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL
)  # fmt: skip
STRICT, TRIAL = RoutingPolicy(), RoutingPolicy(provisional=True)
PANEL = ("j1", "j2", "j3")
SAFE = (VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE)


def finding(judge_id: str, says: VerdictValue | FailureKind, criterion_id: str = "X-1", of: str = "r1") -> Finding:
    if isinstance(says, FailureKind):
        return JudgeFailure(judge_id, of, criterion_id, says, Severity.MINOR, "")
    return Verdict(judge_id, of, criterion_id, says, Severity.MINOR, "")


@cache
def asked(
    severity: Severity = Severity.CONSIDERABLE, judges: tuple[str, ...] = PANEL, name: str = "X-1", routing: str = ""
) -> Asked:
    """A criterion with its panel; `routing` is YAML, as in a rubric."""
    one = question(criterion_id=name, severity=severity)
    return Asked(
        replace(one, rubric=rubric(criterion_json(name), routing=yaml.safe_load(routing or "{}"))), _once(judges)
    )


def _once(judges: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(judges, 1)


def routed(
    *says: VerdictValue | FailureKind, of: Asked | None = None, policy: RoutingPolicy = TRIAL, certified: str = ""
) -> Routed:
    found = [finding(judge, value) for judge, value in zip(PANEL, says, strict=False)]
    return route("i", ResponseOutcome.COMPLETED, [of or asked()], found, policy, {certified})


@pytest.mark.parametrize("value", SAFE)
def test_a_unanimous_whole_panel_clears_where_a_certificate_or_a_trial_allows_it(value: VerdictValue) -> None:
    assert Disposition.CLEARED is routed(value, value, value, policy=STRICT, certified="X-1").disposition
    trial = routed(value, value, value)
    assert (Disposition.CLEARED, True) == (trial.disposition, trial.provisional)


BORDERLINE, FLAGGED = Disposition.BORDERLINE, Disposition.FLAGGED
MAJOR = asked(Severity.MAJOR)
ANY = asked(routing="aggregate: {considerable: any}")


@pytest.mark.parametrize(
    ("says", "of", "expected", "reason"),
    [
        ((), None, BORDERLINE, "no finding from j1, no finding from j2"),
        ((NO, NO), None, BORDERLINE, "no finding from j3"),
        *(((NO, NO, kind), None, BORDERLINE, kind.replace("_", " ")) for kind in FailureKind),
        ((NO, NO, UNSURE), None, BORDERLINE, "1 of 3 judges cannot tell"),
        ((UNSURE, UNSURE, UNSURE), None, BORDERLINE, "3 of 3 judges cannot tell"),
        ((NO, NO, NOT_APPLICABLE), None, BORDERLINE, "disagree"),
        ((NO, NO, YES), None, BORDERLINE, "disagree (satisfied, satisfied, violated)"),
        ((NO, YES, YES), None, FLAGGED, "2 of 3 judges say violated"),
        ((YES, YES, YES), None, FLAGGED, "3 of 3 judges say violated"),
        ((YES, NO), asked(judges=("j1", "j2")), BORDERLINE, "disagree"),
        ((YES,), asked(judges=("j1", "j2")), BORDERLINE, "no finding from j2"),
        ((NO, NO, YES), MAJOR, FLAGGED, "1 of 3 judges say violated"),
        ((NO, YES, UNSURE), MAJOR, FLAGGED, "1 of 3 judges say violated"),
        ((YES, FailureKind.REFUSED), MAJOR, FLAGGED, "1 of 3 judges say violated"),
        ((NO, NO, YES), ANY, FLAGGED, "1 of 3 judges say violated"),
        ((NO, NO, YES), asked(routing="aggregate: {major: any}"), BORDERLINE, "disagree"),
        ((NO, NO, YES), asked(routing="aggregate: {default: any}"), FLAGGED, "1 of 3 judges say violated"),
        ((NO, NO, YES), asked(routing="aggregate: {default: any, considerable: majority}"), BORDERLINE, "disagree"),
        ((NO, NO, NO), asked(routing="always_review: [X-1]"), BORDERLINE, "asks for a person every time"),
        ((), asked(judges=()), BORDERLINE, "no judge of the panel reads this criterion"),
    ],
)  # fmt: skip
def test_whatever_is_less_than_unanimously_safe_goes_to_people(
    says: tuple[VerdictValue | FailureKind, ...], of: Asked | None, expected: Disposition, reason: str
) -> None:
    for policy, certified in ((TRIAL, ""), (STRICT, "X-1"), (STRICT, "")):
        found = routed(*says, of=of, policy=policy, certified=certified)
        assert (expected, Lane(expected.value), 1.0) == (found.disposition, found.lane, found.inclusion_probability)
        assert reason in found.reasons[0]


@pytest.mark.parametrize("certified", ["", "X-2"])
def test_what_is_safe_does_not_clear_without_its_own_certificate(certified: str) -> None:
    found = routed(NO, NO, NO, policy=STRICT, certified=certified)
    assert BORDERLINE is found.disposition
    assert "no certificate allows it to clear" in found.reasons[0]


@pytest.mark.parametrize("outcome", [one for one in ResponseOutcome if one is not ResponseOutcome.COMPLETED])
def test_a_response_that_is_not_whole_goes_to_people_unjudged(outcome: ResponseOutcome) -> None:
    found = route("i", outcome, [asked(judges=("j1",))], [finding("j1", NO)], TRIAL, {"X-1"})
    assert (BORDERLINE, Lane.BORDERLINE) == (found.disposition, found.lane)
    assert outcome.replace("_", " ") in found.reasons[0]


def test_a_response_to_which_no_criterion_applies_goes_to_people() -> None:
    found = route("i", ResponseOutcome.COMPLETED, [], [], TRIAL)
    assert (BORDERLINE, ("Not judged: no criterion applies to this scenario.",)) == (found.disposition, found.reasons)


@pytest.mark.parametrize(
    ("panels", "found"),
    [
        pytest.param([asked(judges=("j1",))], [finding("j1", YES), finding("j1", NO)], id="violated-then-satisfied"),
        pytest.param(
            [asked(judges=("j1",)), Asked(replace(question(), rubric_id="scenario", rubric=None), _once(["j1"]))],
            [finding("j1", YES), finding("j1", NO, of="scenario")],
            id="own-criterion-named-like-a-rubrics",
        ),
        pytest.param([asked(judges=())], [finding("stranger", NO)], id="stranger-for-nobody"),
    ],
)
def test_no_finding_stands_in_for_another(panels: list[Asked], found: list[Finding]) -> None:
    for order in (found, found[::-1]):
        assert Disposition.CLEARED is not route("i", ResponseOutcome.COMPLETED, panels, order, TRIAL).disposition


STRONG = replace(asked(judges=("j1", "j2", "j3")), deciding=("j3",))
SEVERE = replace(asked(Severity.MAJOR), deciding=("j3",))


@pytest.mark.parametrize(
    ("says", "of", "expected"),
    [
        pytest.param((NO, YES, NO), STRONG, Disposition.CLEARED, id="the-strong-judge-settles-a-dispute"),
        pytest.param((NO, UNSURE, NO), STRONG, Disposition.CLEARED, id="or-a-doubt"),
        pytest.param((NO, FailureKind.REFUSED, NO), STRONG, Disposition.CLEARED, id="or-a-failure"),
        pytest.param((NO, YES, YES), STRONG, FLAGGED, id="to-either-side"),
        pytest.param((NO, YES, UNSURE), STRONG, BORDERLINE, id="or-not-at-all"),
        pytest.param((NO, YES, FailureKind.CALL_FAILED), STRONG, BORDERLINE, id="it-may-fail"),
        pytest.param((NO, YES), STRONG, BORDERLINE, id="it-may-be-missing"),
        pytest.param((NO, YES, NO), SEVERE, FLAGGED, id="at-major-severity-everyone-counts"),
    ],
)
def test_the_second_stage_decides_what_the_first_did_not_settle_below_major_severity(
    says: tuple[VerdictValue | FailureKind, ...], of: Asked, expected: Disposition
) -> None:
    assert expected is routed(*says, of=of).disposition


def test_the_weightiest_reason_comes_first_and_doubts_after_violations() -> None:
    panels = [asked(name=n, judges=("j1",), severity=s) for n, s in zip("ABCD", Severity, strict=True)]
    found = [finding("j1", says, name) for name, says in zip("ABCD", (YES, NO, YES, UNSURE), strict=True)]
    one = route("i", ResponseOutcome.COMPLETED, panels, found, TRIAL)
    assert ["C", "A", "D"] == [reason[0] for reason in one.reasons]


def test_flagged_comes_before_borderline_and_severe_before_mild() -> None:
    def priority(says: VerdictValue, severity: Severity) -> float:
        return routed(says, says, says, of=asked(severity)).priority

    order = [priority(says, severity) for says in (YES, UNSURE) for severity in reversed(Severity)]
    assert sorted(order, reverse=True) == order
    assert len(set(order)) == 8
    assert 0.0 == routed(NO, NO, NO).priority


def audits(ids: Sequence[str], rate: float, seed: int = 1) -> set[str]:
    policy = RoutingPolicy(provisional=True, audit_rate=rate, seed=seed)
    found = {one: route(one, ResponseOutcome.COMPLETED, [asked(judges=("j1",))], [finding("j1", NO)], policy)
             for one in ids}  # fmt: skip
    assert {rate} == {one.inclusion_probability for one in found.values()}
    assert {Lane.AUDIT, None} >= {one.lane for one in found.values()}
    return {one for one, by in found.items() if by.lane is Lane.AUDIT}


def test_audits_are_drawn_at_the_rate_whatever_the_order() -> None:
    ids = [f"item-{n}" for n in range(10_000)]
    drawn = audits(ids, 0.2)
    assert 1850 < len(drawn) < 2150
    assert drawn == audits(ids[::-1], 0.2)


def test_another_seed_draws_others_a_higher_rate_adds_and_rate_one_draws_all() -> None:
    ids = [f"item-{n}" for n in range(500)]
    assert audits(ids, 0.2) != audits(ids, 0.2, seed=2)
    assert audits(ids, 0.2) < audits(ids, 0.5) < audits(ids, 1.0) == set(ids)


NAMES, VALUES = ["A", "B"], [*VerdictValue, FailureKind.MALFORMED]


def criterion_asked(name: str, severity: Severity, panel: list[str], always: int) -> Asked:
    return asked(severity, tuple(panel), name, f"always_review: [{name}]" * always)


one_asked = st.builds(
    criterion_asked, st.sampled_from(NAMES), st.sampled_from(Severity), st.lists(st.sampled_from(PANEL), unique=True),
    st.sampled_from([0, 0, 0, 1]),
)  # fmt: skip
panels = st.lists(one_asked, max_size=2, unique_by=lambda one: one.question.criterion.criterion_id)
anything = st.lists(
    st.builds(finding, st.sampled_from(PANEL), st.sampled_from(VALUES), st.sampled_from(NAMES)), max_size=2
)
policies = st.builds(RoutingPolicy, provisional=st.booleans(), audit_rate=st.floats(0.01, 1))


@st.composite
def nearly_clear(draw: st.DrawFn) -> tuple[list[Asked], list[Finding]]:
    """A panel that finds everything safe, but for what is left out or said besides."""
    panel, most = draw(panels), draw(st.sampled_from(SAFE))
    whole = [finding(judge, most, one.question.criterion.criterion_id) for one in panel for judge in one.n_repeats]
    left = whole[draw(st.sampled_from([0, 0, 0, 1])) :]
    return panel, draw(st.permutations([*left, *draw(anything)]))


@settings(derandomize=True, deadline=None, max_examples=500, phases=set(Phase) - {Phase.explain})
@given(nearly_clear(), st.sampled_from([*ResponseOutcome, *[ResponseOutcome.COMPLETED] * 9]), policies,
       st.sets(st.sampled_from(NAMES)), st.uuids().map(str))  # fmt: skip
def test_nothing_unsafe_passes_by_default(
    judged: tuple[list[Asked], list[Finding]], outcome: ResponseOutcome, policy: RoutingPolicy, certified: set[str],
    item_id: str,
) -> None:  # fmt: skip
    panel, found = judged
    one = route(item_id, outcome, panel, found, policy, certified)
    assert 0 < one.inclusion_probability <= 1
    assert one.reasons
    assert all(one.reasons)
    if one.disposition is not Disposition.CLEARED:
        assert one.lane is not None
        return
    assert outcome is ResponseOutcome.COMPLETED
    assert panel
    for each in panel:
        name = each.question.criterion.criterion_id
        here = [other for other in found if other.criterion_id == name]
        assert each.n_repeats
        assert set(each.n_repeats) <= {other.judge_id for other in here}
        assert all(isinstance(other, Verdict) for other in here)
        assert {other.value for other in here if isinstance(other, Verdict)} in ({NO}, {NOT_APPLICABLE})
        assert policy.provisional or name in certified
