"""Did the judge quote what the clinician marked?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.design import design
from agreement.overlap import EvidenceOverlap, Spans, evidence_overlap
from agreement.proportion import proportion
from agreement.resample import Resampling

Passages = list[tuple[int, int, int]]


def overlap(quoted: Passages, marked: Passages, n: int) -> EvidenceOverlap:
    columns = [np.array(some, dtype=int).reshape(-1, 3) for some in (quoted, marked)]
    spans = [Spans(one[:, 0], one[:, 1], one[:, 2]) for one in columns]
    return evidence_overlap(spans[0], spans[1], design(np.arange(n)), Resampling(np.random.default_rng(1), 100))


@pytest.mark.parametrize(
    ("quoted", "found", "covered"),
    [
        pytest.param([(0, 10, 20)], 1.0, 1.0, id="the same words"),
        pytest.param([(0, 0, 100)], 1.0, 1.0, id="all around them"),
        pytest.param([(0, 15, 30)], 1.0, 0.5, id="half of them"),
        pytest.param([(0, 10, 12), (0, 18, 25)], 1.0, 0.4, id="two pieces"),
        pytest.param([(0, 20, 30)], 0.0, 0.0, id="the next words"),
        pytest.param([(1, 10, 20)], 0.0, 0.0, id="of another response"),
        pytest.param([], 0.0, 0.0, id="nothing"),
    ],
)
def test_a_quote_finds_a_mark_that_it_touches(quoted: Passages, found: float, covered: float) -> None:
    what = overlap(quoted, [(0, 10, 20)], 2)
    assert (found, 1) == (what.found.value, what.found.n)
    assert covered == pytest.approx(what.covered.value)


def test_only_questions_with_a_mark_count_and_the_interval_is_exact() -> None:
    marked = [(row, 5, 9) for row in range(0, 40, 2)]
    what = overlap([(row, 5, 9) for row in range(30)], marked, 40)
    assert (*proportion(15, 20)[2:], 20) == what.found[:4]


@given(st.integers(0, 2**32))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_what_is_covered_is_counted_character_by_character(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def passages() -> Passages:
        cuts = [np.sort(rng.choice(60, 4, replace=False)) for _ in range(12)]
        return [(row, int(a), int(b)) for row, cut in enumerate(cuts) for a, b in (cut[:2], cut[2:])]

    quoted, marked = passages(), passages()
    letters = [
        [{(row, at) for row, start, end in some if row == one for at in range(start, end)} for one in range(12)]
        for some in (quoted, marked)
    ]
    shares = [len(q & m) / len(m) for q, m in zip(*letters, strict=True)]
    what = overlap(quoted, marked, 12)
    assert np.mean(shares) == pytest.approx(what.covered.value)
    assert np.mean([one > 0 for one in shares]) == pytest.approx(what.found.value)


def test_without_marks_nothing_is_estimated() -> None:
    assert "clinicians marked no words" == overlap([(0, 1, 2)], [], 1).found.refusal


@pytest.mark.parametrize("span", [(0, 5, 5), (0, -1, 3), (2, 1, 3), (-1, 1, 3)])
def test_spans_that_cannot_be_are_refused(span: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="expected spans"):
        overlap([span], [(0, 1, 2)], 2)
