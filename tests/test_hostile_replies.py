"""Promise 1 against whatever models may say: broken, hostile or both, asked once, twice or in two stages."""

from random import Random
from typing import Any, Literal

import orjson
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from domain.item import ResponseOutcome
from domain.model import JudgeSpec
from domain.policy import RoutingPolicy
from domain.question import Question
from domain.routing import Disposition, Routed
from domain.rubric import Kind
from domain.severity import Severity
from domain.verdict import Finding, Verdict, VerdictValue
from judges.client import CallFailure, Completion, Finish, ModelRequest
from judges.judge import Call, Judge, ModelJudge, proceed
from judges.prompt import load_prompts
from pipeline.asking import Asking, PanelWork
from pipeline.route import route
from tests.build import RESPONSE, found_json, harmful_reply_json, missing_json, question, reply_json
from tests.conftest import ROOT

PROMPTS = load_prompts({path.name: path.read_text("utf-8") for path in (ROOT / "prompts").glob("*.md")})
QUESTIONS = [
    question("commission", criterion_id="C-1", severity=Severity.MAJOR),
    question("omission", criterion_id="O-1", is_open=True),
]
CLEAR = (VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE)
POLICY = RoutingPolicy(provisional=True)

WHOLE = [
    *(make(one) for one in ("C-1", "O-1") for make in (reply_json, harmful_reply_json, found_json, missing_json)),
    found_json("O-1", "not_applicable", applies="no", looked_for=[]),
    reply_json("C-1", "cannot_tell"),
]
"""Replies that a judge could well give."""
QUOTES = st.sampled_from([RESPONSE, "Call 999", "nothing to worry about", "My daughter has a rash.", "never said", ""])
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=8), QUOTES, st.lists(QUOTES, max_size=2),
    st.sampled_from(["yes", "no", "not_applicable", "cannot_tell", "C-1", "O-1", "satisfied", "partly"]),
    st.lists(st.fixed_dictionaries({"element": QUOTES, "found": st.sampled_from(["yes", "no"]), "quote": QUOTES})),
)  # fmt: skip


@st.composite
def replies(draw: st.DrawFn) -> str:
    """A reply of the right shape, with as much of it changed, lost, doubled or buried as may be."""
    reply: dict[str, Any] = dict(draw(st.sampled_from(WHOLE)))
    reply |= draw(st.dictionaries(st.sampled_from([*reply, "verdict"]), VALUES, max_size=2))
    for key in draw(st.lists(st.sampled_from(sorted(reply)), max_size=1)):
        del reply[key]
    text = orjson.dumps(reply).decode()
    return draw(
        st.sampled_from(
            [text, text, text, f"```json\n{text}\n```", f"{text}\n{text}", f"Safe. {text}", text[:-1], f"[{text}]",
             text.replace('{"', '{"answer":"no","', 1)]
        )
    )  # fmt: skip


SAFE = {
    "C-1": [reply_json("C-1"), reply_json("C-1", evidence=["Call 999"])],
    "O-1": [found_json("O-1"), found_json("O-1", "not_applicable", applies="no", looked_for=[])],
}
"""Replies that let a criterion clear."""


@st.composite
def calls(draw: st.DrawFn, criterion_id: str) -> Call:
    """What may come of a call: often enough what clears, so that one hostile reply among many is met with too."""
    if draw(st.integers(0, 9)):
        return Completion(orjson.dumps(draw(st.sampled_from(SAFE[criterion_id]))).decode())
    if not draw(st.integers(0, 4)):
        return CallFailure("no answer")
    whole = st.sampled_from(WHOLE).map(lambda one: orjson.dumps(one).decode())
    text = draw(st.one_of(whole, replies(), st.text(max_size=40)))
    return Completion(text, finish=draw(st.one_of(st.just(Finish.STOP), st.sampled_from(Finish))))


STAGES: list[tuple[Literal[1, 2], ...]] = [(1,), (1, 1), (1, 2)]


@st.composite
def panels(draw: st.DrawFn) -> list[Judge]:
    """One judge or two, in one stage or two, asked once or three times."""
    stages = draw(st.sampled_from(STAGES))
    repeats = draw(st.sampled_from([1, 1, 3]))
    specs = [
        JudgeSpec(judge_id=f"j{number}", provider="openai", model="m", stage=stage, repeats=repeats)
        for number, stage in enumerate(stages)
    ]
    return [ModelJudge(spec, PROMPTS) for spec in specs]


@st.composite
def nights(draw: st.DrawFn) -> tuple[PanelWork, list[tuple[Asking, Question, Finding]], Routed]:
    """One response on its whole way: a panel is asked, models say what they will, and it is routed."""
    work = PanelWork(QUESTIONS, draw(panels()), POLICY)
    heard: list[tuple[Asking, Question, Finding]] = []
    waiting = work.first()
    while waiting:
        asking = waiting.pop()
        judging = asking.judge.judging(asking.questions, asking.repeat)
        said = proceed(judging)
        while isinstance(said, ModelRequest):
            said = proceed(judging, draw(calls(asking.questions[0].criterion.criterion_id)))
        found = [one.finding for one in said]
        heard += [(asking, one, finding) for one, finding in zip(asking.questions, found, strict=True)]
        waiting += work.take(asking, found)
    return work, heard, route("i1", ResponseOutcome.COMPLETED, work.asked, work.findings, POLICY)


def is_verified(finding: Verdict) -> bool:
    """Every quote stands in the response, and what is said to be there is quoted."""
    spans = [*finding.evidence, *(one.span for one in finding.looked_for if one.span is not None)]
    return all(RESPONSE[one.start : one.end] == one.quote for one in spans)


def test_models_may_say_what_clears() -> None:
    """Without this, the property below would hold for a program that never clears."""
    how = settings(max_examples=1000, phases=[Phase.generate], deadline=None)
    dispositions = nights().map(lambda night: (night[2].disposition, night[2].provisional))
    seeded = Random(20261128)  # noqa: S311 (examples, not secrets)
    found = find(dispositions, lambda one: one[0] is Disposition.CLEARED, settings=how, random=seeded)
    assert found == (Disposition.CLEARED, True)


@given(nights())
@settings(max_examples=200, deadline=None)
def test_whatever_models_say_nothing_clears_without_every_criterions_verified_verdict(
    night: tuple[PanelWork, list[tuple[Asking, Question, Finding]], Routed],
) -> None:
    work, heard, routed = night
    if routed.disposition is not Disposition.CLEARED:
        return
    for asked in work.asked:
        key = (asked.question.rubric_id, asked.question.criterion.criterion_id)
        deciding = set(asked.deciding or asked.n_repeats)
        for judge_id in deciding:
            mine = [
                finding
                for _, _, finding in heard
                if finding.judge_id == judge_id and (finding.rubric_id, finding.criterion_id) == key
            ]
            assert asked.n_repeats[judge_id] == len(mine)
            verdicts = [one for one in mine if isinstance(one, Verdict)]
            assert len(mine) == len(verdicts)
            assert all(is_verified(one) for one in verdicts)
            assert 2 * sum(one.value in CLEAR for one in verdicts) > len(verdicts)


@given(nights())
@settings(max_examples=200, deadline=None)
def test_every_verdict_that_something_is_there_quotes_it_from_the_response(
    night: tuple[PanelWork, list[tuple[Asking, Question, Finding]], Routed],
) -> None:
    for _, one, finding in night[1]:
        if not isinstance(finding, Verdict):
            continue
        assert is_verified(finding)
        unsafe = finding.value is VerdictValue.VIOLATED
        if unsafe if one.criterion.kind is Kind.COMMISSION else finding.value is VerdictValue.SATISFIED:
            assert finding.evidence


@given(nights())
@settings(max_examples=200, deadline=None)
def test_one_violation_of_major_severity_is_enough_to_keep_a_response_from_clearing(
    night: tuple[PanelWork, list[tuple[Asking, Question, Finding]], Routed],
) -> None:
    _, heard, routed = night
    severe = [f for _, one, f in heard if one.severity is Severity.MAJOR and isinstance(f, Verdict)]
    if any(one.value is VerdictValue.VIOLATED for one in severe):
        assert routed.disposition is Disposition.FLAGGED
