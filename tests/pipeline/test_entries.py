"""What stands in the journal comes back as it was."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.severity import Severity
from domain.verdict import FailureKind, Finding, Harm, JudgeFailure, Span, Verdict, VerdictValue
from judges.client import CallFailure, Completion, Finish, Reused, Usage
from judges.judge import Judgement
from pipeline.entries import call_entry, call_of, finding_entry, finding_of, verdict_id_of
from pipeline.journal import Entry
from tests.build import question

texts = st.text(st.characters(codec="utf-8"), max_size=30)
harms = st.builds(Harm, texts, texts, texts, texts, st.none() | st.sampled_from(Severity))
spans = st.builds(Span, st.integers(0, 9), st.integers(0, 9), texts)
findings = st.builds(
    Verdict,
    judge_id=texts,
    rubric_id=texts,
    criterion_id=texts,
    value=st.sampled_from(VerdictValue),
    severity=st.sampled_from(Severity),
    reason=texts,
    evidence=st.lists(spans, max_size=2).map(tuple),
    expected=texts,
    harm=st.none() | harms,
) | st.builds(JudgeFailure, texts, texts, texts, st.sampled_from(FailureKind), st.sampled_from(Severity), texts)


@settings(derandomize=True, deadline=None)
@given(findings)
def test_a_finding_survives_the_journal(finding: Finding) -> None:
    line = orjson.dumps(finding_entry("i", question(), Judgement(finding, "k"), None))
    found = finding_of(orjson.loads(line))
    assert finding == found
    assert type(finding) is type(found)
    assert type(finding.severity) is type(found.severity)


def test_an_entry_says_what_kind_of_finding_it_holds() -> None:
    failure = JudgeFailure("j", "r1", "X-1", FailureKind.REFUSED, Severity.MINOR, "no")
    verdict = Verdict("j", "r1", "X-1", VerdictValue.SATISFIED, Severity.MINOR, "fine")
    kinds = [finding_entry("i", question(), Judgement(one, "k"), None)["kind"] for one in (failure, verdict)]
    assert ["failure", "verdict"] == kinds


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (None, None),
        (CallFailure("gone", 500, 3), {"failed": "gone", "status": 500, "attempts": 3}),
        (
            Completion("hi", Finish.LENGTH, "m-1", "fp", Usage(5, 6, 3, 1), attempts=2, latency_s=0.123456),
            {"text": "hi", "finish": "length", "model": "m-1", "provider_fingerprint": "fp", "input_tokens": 5,
             "output_tokens": 6, "cached_tokens": 3, "cache_write_tokens": 1, "attempts": 2, "latency_s": 0.1235,
             "usd": None},
        ),
        (
            Completion("hi", attempts=0, usd=0.0, reused=Reused("r", "then")),
            {"text": "hi", "finish": "stop", "model": "", "provider_fingerprint": "", "input_tokens": 0,
             "output_tokens": 0, "cached_tokens": 0, "cache_write_tokens": 0, "attempts": 0, "latency_s": 0.0,
             "usd": 0.0, "reused": {"run_id": "r", "at": "then"}},
        ),
    ],
    ids=["embedded", "failed", "answered", "reused"],
)  # fmt: skip
def test_a_call_is_kept_word_for_word(call: Completion | CallFailure | None, expected: Entry | None) -> None:
    assert expected == call_entry(call)
    if expected is not None:
        assert expected == call_entry(call_of(expected))


def test_an_id_tells_item_judge_repeat_rubric_and_criterion_apart() -> None:
    one = question()
    ids = {
        verdict_id_of("i", "j", one, 0),
        verdict_id_of("i", "j", one, 0),
        verdict_id_of("i2", "j", one, 0),
        verdict_id_of("i", "j2", one, 0),
        verdict_id_of("i", "j", one, 1),
        verdict_id_of("i", "j", replace(one, rubric_id="r2"), 0),
        verdict_id_of("i", "j", question(criterion_id="X-2"), 0),
    }
    assert 6 == len(ids)
