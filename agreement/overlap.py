"""Did the judge quote the words that the clinician marked?"""

from typing import NamedTuple

import numpy as np

from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats, binned
from agreement.resample import Resampling
from agreement.share import share


class Spans(NamedTuple):
    """Passages of responses by offsets in code points, of any number of questions."""

    questions: Codes
    """(s,) the row of the question that each belongs to."""
    starts: Codes
    ends: Codes


class EvidenceOverlap(NamedTuple):
    """The judge's quotes against the clinicians' marks, over questions in which a clinician marked something."""

    found: Estimate
    """Share of those questions in which a quote touches a mark."""
    covered: Estimate
    """Mean share of the marked characters that were quoted."""


def evidence_overlap(quoted: Spans, marked: Spans, of: Design, how: Resampling) -> EvidenceOverlap:
    """Compare spans question by question; a judge that quoted nothing found nothing.

    Args:
        quoted: the judge's; those of one question do not overlap each other.
        marked: the clinicians'; the same holds.
        of: scenario and weight of each question.
        how: how intervals are drawn.

    Raises:
        ValueError: a span is empty, starts before 0 or belongs to no question.
    """
    for spans in (quoted, marked):
        _check(spans, of.n)
    order = np.argsort(quoted.questions, kind="stable")
    quoted = Spans(*[column[order] for column in quoted])
    first, last = (np.searchsorted(quoted.questions, marked.questions, side) for side in ("left", "right"))
    many = last - first
    mark = np.repeat(np.arange(len(many)), many)
    quote = np.arange(len(mark)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    common = np.minimum(marked.ends[mark], quoted.ends[quote]) - np.maximum(marked.starts[mark], quoted.starts[quote])
    shared = binned(marked.questions[mark], np.maximum(common, 0), of.n)
    length = binned(marked.questions, (marked.ends - marked.starts).astype(np.float64), of.n)
    asked = length > 0
    return EvidenceOverlap(*_shares(shared[asked], length[asked], of.where(asked), how))


def _shares(shared: Floats, length: Floats, of: Design, how: Resampling) -> tuple[Estimate, Estimate]:
    if not of.n:
        nothing = Estimate(None, None, None, 0, 0, refusal="clinicians marked no words")
        return nothing, nothing
    return share((shared > 0).astype(np.float64), of, how), share(np.minimum(shared / length, 1), of, how)


def _check(spans: Spans, n: int) -> None:
    if not np.all((spans.questions >= 0) & (spans.questions < n)):
        raise ValueError(f"expected spans of questions 0 to {n - 1}")
    if not np.all((spans.starts >= 0) & (spans.ends > spans.starts)):
        raise ValueError("expected spans that start at 0 or later and end after they start")
