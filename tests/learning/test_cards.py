"""Why a judge does not count as measured."""

from dataclasses import replace

import pytest

from agreement.estimate import Estimate
from pipeline.learning.cards import why_unmeasured
from pipeline.learning.words import estimate_in_words
from tests.store.test_calibrations import MEASURED

ON = "since it was measured on 2026-11-28"


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (("f2", "c1"), f"the judge changed {ON}"),
        (("f1", "c2"), f"the criterion changed {ON}"),
        (("f2", "c2"), f"the judge and the criterion changed {ON}"),
    ],
)
def test_what_changed_is_said(now: tuple[str, str], why: str) -> None:
    older = replace(MEASURED, judge_fingerprint_sha256="f0", measured_at="2026-01-01")
    assert why == why_unmeasured([MEASURED, older], *now)


def test_a_judge_that_nobody_measured_is_said_to_be_one() -> None:
    assert "it was never measured against clinicians' labels" == why_unmeasured([], "f", "c")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Estimate(0.5, 0.25, 0.75, 9, 9), "0.50 (0.25-0.75)"),
        (Estimate(0.5, None, None, 9, 9, refusal="few"), "0.50 (no interval)"),
        (Estimate(None, None, None, 0, 0, refusal="none"), "-"),
    ],
)
def test_a_number_that_was_refused_is_never_printed(one: Estimate, words: str) -> None:
    assert words == estimate_in_words(one)
