"""What the report says of the panel: who was asked, how steady, how far alike, and what the second stage did."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.resample import Resampling
from domain.rubric import Rubric
from domain.severity import Severity
from domain.verdict import FailureKind, VerdictValue
from pipeline.reporting.panel.agreeing import Agreeing, Votes
from pipeline.reporting.panel.cascade import TURNS, WHY, Cascade, Stages
from pipeline.reporting.panel.heard import heard_questions
from pipeline.reporting.panel.readings import Reading, Readings
from pipeline.reporting.panel.setup import PanelSetup, panel_setup
from pipeline.store.heard import HeardRow
from tests.build import criterion_json, rubric

V, S, N, C = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL
FAILED = FailureKind.MALFORMED
Said = VerdictValue | FailureKind
RUBRICS: dict[str, Rubric] = {"r1": rubric(criterion_json("X-0"))}


def setup(*judges: dict[str, object], **policy: object) -> PanelSetup:
    usual: dict[str, object] = {"provider": "openai", "model": "m"}
    named = [{**usual, "judge_id": f"j{n}", **one} for n, one in enumerate(judges)]
    candidate = {"candidate_id": "a", "provider": "openai", "model": "gpt-5", "family": "openai"}
    return panel_setup({"judges": named, "candidates": [candidate], "policy": policy})


def row(
    said: Said, judge: str = "j0", *, item: str = "i", repeat: int = 0, severity: Severity = Severity.SIGNIFICANT
) -> HeardRow:
    value = said if isinstance(said, VerdictValue) else None
    kind = said if isinstance(said, FailureKind) else None
    return HeardRow(item, f"s-{item}", "a", "", "r1", "X-0", severity, None, judge, repeat, value, kind)


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), replicates=200)


def read(rows: list[HeardRow], of: PanelSetup) -> list[Reading]:
    found = Readings(of)
    for one in heard_questions(rows, RUBRICS, of):
        found.add(one)
    return found.done(how())


def agreeing(rows: list[HeardRow], of: PanelSetup) -> Agreeing:
    found = Votes(of)
    for one in heard_questions(rows, RUBRICS, of):
        found.add(one)
    return found.done(how())


def cascade(rows: list[HeardRow], of: PanelSetup, costs: dict[str, tuple[int, float | None]]) -> Cascade | None:
    found = Stages(of)
    for one in heard_questions(rows, RUBRICS, of):
        found.add(one)
    return found.done(costs)


CASCADE = setup({}, {}, {"stage": 2})


def followed(*said: Said, severity: Severity = Severity.SIGNIFICANT, strong: Said | None = None) -> Cascade:
    """One question through both stages."""
    rows = [row(one, f"j{n}", severity=severity) for n, one in enumerate(said)]
    rows += [] if strong is None else [row(strong, "j2", severity=severity)]
    found = cascade(rows, CASCADE, {"j2": (4, 2.0)})
    assert found is not None
    return found


def test_a_model_of_the_first_stage_that_never_answered_is_counted_as_missing() -> None:
    found = read([row(S, "j1")], setup({"repeats": 2}, {}))
    assert [{"missing": 2}, {"satisfied": 1}] == [dict(one.values) for one in found]


def test_a_judge_heard_once_of_twice_lacks_one() -> None:
    [only] = read([row(S)], setup({"repeats": 2}))
    assert {"satisfied": 1, "missing": 1} == dict(only.values)
    assert 2 == only.n_asked


def test_an_embedded_judge_is_not_missing_where_it_has_no_phrases() -> None:
    lexicon: dict[str, object] = {"provider": "lexicon", "model": ""}
    assert [{"satisfied": 1}, {}] == [dict(one.values) for one in read([row(S)], setup({}, lexicon))]


def test_failures_are_told_apart_by_kind() -> None:
    [only] = read([row(FAILED), row(FailureKind.REFUSED, item="k"), row(C, item="l")], setup({}))
    assert ({"failed": 2, "cannot_tell": 1}, {"malformed": 1, "refused": 1}) == (dict(only.values), dict(only.failures))


def test_the_flip_rate_is_of_judges_that_are_asked_again_alone() -> None:
    rows = [row(V if (n, r) == (0, 1) else S, item=f"i{n:02}", repeat=r) for n in range(10) for r in (0, 1)]
    twice, once = read(rows, setup({"repeats": 2}, {}))
    assert twice.flip_rate is not None
    assert (0.1, 10) == (twice.flip_rate.value, twice.flip_rate.n)
    assert twice.flip_rate.low is not None
    assert once.flip_rate is None


def test_two_judges_that_always_agree_are_worth_one_vote() -> None:
    of = setup({}, {})
    rows = [row(V if n % 3 else S, f"j{j}", item=f"i{n:02}") for n in range(12) for j in (0, 1)]
    found = agreeing(rows, of)
    [pair] = found.pairs
    assert (1.0, 12) == (pair.raw.value, pair.raw.n)
    assert found.n_effective is not None
    assert pytest.approx(1.0) == found.n_effective.value


def test_one_judge_has_nobody_to_agree_with() -> None:
    found = agreeing([row(S)], setup({}))
    assert ([], None) == (found.pairs, found.n_effective)


def test_a_second_stage_counts_as_no_vote_of_the_first() -> None:
    of = setup({}, {"stage": 2})
    found = agreeing([row(S), row(S, "j1")], of)
    assert (1, 1, None) == (len(found.pairs), found.n_judges, found.n_effective)


@pytest.mark.parametrize(
    ("said", "severity", "strong", "why", "turn"),
    [
        ((S, S), Severity.SIGNIFICANT, None, "settled", None),
        ((S, V), Severity.SIGNIFICANT, S, "disagree", "turned to safe"),
        ((S, V), Severity.SIGNIFICANT, V, "disagree", "turned to violated"),
        ((S, C), Severity.SIGNIFICANT, C, "cannot tell", "left open"),
        ((S, FAILED), Severity.SIGNIFICANT, S, "failed", "turned to safe"),
        ((S, S), Severity.MAJOR, S, "severe", "confirmed"),
        ((S, S), Severity.MAJOR, V, "severe", "turned to violated"),
        ((V, S), Severity.MAJOR, S, "severe", "confirmed"),  # one violated is enough at major severity
        ((S, S), Severity.MAJOR, FAILED, "severe", "left open"),
    ],
)
def test_why_a_question_goes_to_the_second_stage_and_what_becomes_of_it(
    said: tuple[Said, ...], severity: Severity, strong: Said | None, why: str, turn: str | None
) -> None:
    found = followed(*said, severity=severity, strong=strong)
    assert {why: 1} == dict(found.why)
    assert ({why: {turn: 1}} if turn else {}) == {key: dict(value) for key, value in found.turns.items()}
    assert (turn in TURNS[1:3]) == bool(found.n_changed)


def test_what_the_first_stage_settles_is_spared_at_the_mean_cost_of_the_calls_made() -> None:
    rows = [row(S, f"j{j}", item=item) for item in ("k", "l", "m") for j in (0, 1)]
    found = cascade(rows, CASCADE, {"j2": (4, 2.0)})
    assert found is not None
    assert (0, 3, 1.5) == (found.n_asked, found.n_spared, found.usd_spared)


def test_without_a_price_no_saving_is_named() -> None:
    found = cascade([row(S), row(S, "j1")], CASCADE, {"j2": (4, None)})
    assert found is not None
    assert found.usd_spared is None


def test_a_panel_of_one_stage_has_no_cascade() -> None:
    assert cascade([row(S)], setup({}), {}) is None


def test_a_question_that_no_strong_judge_may_read_is_counted_as_not_asked() -> None:
    of = setup({}, {"stage": 2, "model": "gpt-5-pro"}, own_family="leave_out")
    found = cascade([row(C)], of, {})
    assert found is not None
    assert (1, 0, 0) == (found.n_not_asked, found.n_asked, found.n_spared)


@pytest.mark.parametrize("policy", ["leave_out", "allow"])
def test_judges_of_the_candidates_own_family_are_named_with_what_the_policy_did(policy: str) -> None:
    of = setup({"model": "gpt-5-mini"}, {"model": "claude-opus"}, own_family=policy)
    [found] = of.own_families([("a", "", 7), ("imported", "llama-4", 5)])
    assert ("j0", "a", "openai", 7) == (found.judge_id, found.candidate_id, found.family, found.n_responses)
    assert found.is_left_out == (policy == "leave_out")


def test_an_imported_responses_family_is_told_by_its_model() -> None:
    of = setup({"model": "gpt-5-mini"}, own_family="leave_out")
    assert ["mine"] == [one.candidate_id for one in of.own_families([("mine", "gpt-4.1", 1), ("other", "", 1)])]


said_once = st.sampled_from([V, S, N, C, FAILED])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(said_once, said_once, said_once, st.sampled_from(Severity)), min_size=1, max_size=8))
def test_every_question_has_one_reason_and_every_one_asked_has_one_turn(
    questions: list[tuple[Said, Said, Said, Severity]],
) -> None:
    rows = [
        row(said, f"j{j}", item=f"i{n}", severity=severity)
        for n, (*three, severity) in enumerate(questions) for j, said in enumerate(three)
    ]  # fmt: skip
    found = cascade(rows, CASCADE, {})
    assert found is not None
    assert len(questions) == found.n_questions
    asked = Counter({why: found.why[why] for why in WHY if found.why[why]})
    assert asked == {why: counts.total() for why, counts in found.turns.items()}
