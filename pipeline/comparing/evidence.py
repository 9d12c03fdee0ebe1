"""Did each judge quote the words that clinicians marked?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agreement.design import design
from agreement.overlap import EvidenceOverlap, Spans, evidence_overlap
from pipeline.comparing.judging import PANEL, Basis
from pipeline.store.questions import QuoteRow
from pipeline.store.reviews import MarkedRow
from pipeline.store.second_thoughts import SecondThought

_Place = tuple[int, int]
"""From, and up to but without."""


class Evidence(NamedTuple):
    """By run."""

    quotes: Mapping[str, Sequence[QuoteRow]]
    marks: Mapping[str, Sequence[MarkedRow]]
    second_thoughts: Mapping[str, Sequence[SecondThought]] = {}


NO_EVIDENCE = Evidence({}, {})


def overlap_of(basis: Basis, evidence: Evidence) -> dict[str, EvidenceOverlap]:
    """By judge, over questions that clinicians call violated and of which they marked words; empty without marks."""
    of, questions = basis.of, basis.questions
    violated = np.flatnonzero((questions.labels == 1) & (questions.pi > 0))
    if not len(violated) or not any(evidence.marks.values()):
        return {}
    place = {(int(of.item[one]), of.kinds[of.kind[one]].criterion_id): row
             for row, one in enumerate(basis.rows[violated])}  # fmt: skip
    marked = _spans(place, _marks(basis, evidence))
    quoted: dict[str, list[tuple[tuple[int, str], _Place]]] = defaultdict(list)
    for judge_id, key, span in _quotes(basis, evidence):
        quoted[judge_id].append((key, span))
    drawn = design(questions.scenarios[violated], 1 / questions.pi[violated])
    judges = [judge_id for judge_id in basis.judge_ids if judge_id != PANEL]
    return {one: evidence_overlap(_spans(place, quoted[one]), marked, drawn, basis.how) for one in judges}


def _marks(basis: Basis, evidence: Evidence) -> Iterable[tuple[tuple[int, str], _Place]]:
    items = basis.of.items
    numbers = {(int(items.run[number]), row.scenario_id, row.candidate_id, row.repeat): number
               for number, row in enumerate(items.rows)}  # fmt: skip
    for run, run_id in enumerate(basis.of.run_ids):
        for one in evidence.marks.get(run_id, ()):
            if (item := numbers.get((run, one.scenario_id, one.candidate_id, one.repeat))) is not None:
                yield (item, one.criterion_id), (one.start, one.end)


def _quotes(basis: Basis, evidence: Evidence) -> Iterable[tuple[str, tuple[int, str], _Place]]:
    items = basis.of.items
    numbers = {(int(items.run[number]), row.journal_offset): number for number, row in enumerate(items.rows)}
    for run, run_id in enumerate(basis.of.run_ids):
        for one in evidence.quotes.get(run_id, ()):
            yield one.judge_id, (numbers[run, one.journal_offset], one.criterion_id), (one.start, one.end)


def _spans(place: Mapping[tuple[int, str], int], found: Iterable[tuple[tuple[int, str], _Place]]) -> Spans:
    """Passages by the row of their question, those that touch joined, so that none overlaps another."""
    by_row: dict[int, list[_Place]] = defaultdict(list)
    for key, span in found:
        if key in place:
            by_row[place[key]].append(span)
    rows = [(row, *span) for row, spans in by_row.items() for span in joined(spans)]
    columns = np.array(rows, dtype=np.intp).reshape(-1, 3).T
    return Spans(*columns)


def joined(spans: Iterable[_Place]) -> list[_Place]:
    """Passages that overlap or touch as one; in order."""
    found: list[_Place] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
