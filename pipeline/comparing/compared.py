"""The whole comparison of one run, or of a window of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agreement.alternative import AlternativeTest
from agreement.clinicians import ClinicianAgreement
from agreement.comparison import UNREAD, Questions
from agreement.difference import Difference
from agreement.estimate import Codes
from agreement.failure import FailureRate
from agreement.missed_harm import MissedHarm
from agreement.ordinal import OrdinalAgreement
from agreement.overlap import EvidenceOverlap
from agreement.panel import CANNOT_TELL
from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.comparing.candidates import (
    Judged,
    Nights,
    between_candidates,
    between_nights,
    failures,
    hidden,
    judged,
)
from pipeline.comparing.differing import Differing, differing_of
from pipeline.comparing.evidence import NO_EVIDENCE, Evidence, overlap_of
from pipeline.comparing.judging import PANEL, Basis, Group, alternatives_of, clinicians_of, groups_of, severity_of
from pipeline.comparing.narrowed import EVERYTHING, Only, chosen
from pipeline.comparing.population import Population, population
from pipeline.comparing.reach import Reach, reach
from pipeline.comparing.readings import LabelsByRun, Readings, readings
from pipeline.comparing.swayed import Swayed, swayed_of
from pipeline.store.questions import Asked

_Counts = tuple[int, int, int, int, int, int]
"""Ties, beyond the draw, criteria, those labelled, questions, unread."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the figures rest on."""

    run_ids: list[str]
    started_at: list[str]
    provisional: bool
    baselines: list[str]
    changed: list[str]
    """Judges whose model, prompt or setting is not the same in all runs: their figures mix both."""
    reviewers: list[str]
    n_labels: int
    n_not_blind: int
    n_unmatched: int
    n_ambiguous: int
    n_undecided: int
    """Labels of people who could not tell."""
    n_ties: int
    """Questions on which clinicians were split evenly: left out."""
    n_beyond: int
    """Questions that were read though the draw did not send them: left out."""
    n_criteria: int
    """That judges were asked about (the scenarios' own each counted)."""
    n_criteria_labelled: int
    n_questions: int
    """Within scope."""
    n_unread: int
    """Of these; where there is none, nothing is biased by who chose what was read."""
    n_unjudged: int
    """Responses that no judge could read (refused, truncated, empty …): no figure speaks of them."""
    basis: str
    note: str
    """Where the chances of being read come from."""
    narrowed: str
    """To what figures were narrowed, in words; empty where they speak of everything."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Every figure, or why it is not given."""

    facts: Facts
    judge_ids: list[str]
    groups: dict[str, tuple[Group, ...]]
    """By grouping: all, criterion, severity, rubric, candidate, run."""
    clinicians: ClinicianAgreement | None
    alternatives: dict[str, AlternativeTest | str]
    severity: OrdinalAgreement | None
    overlap: dict[str, EvidenceOverlap]
    """By judge; empty where clinicians marked no words."""
    failures: dict[str, FailureRate]
    candidate_ids: list[str]
    """What `differences` number."""
    differences: tuple[Difference, ...]
    nights: tuple[Nights, ...]
    hidden: MissedHarm | str
    swayed: Swayed
    differing: tuple[Differing, ...]


def compared(
    nights: Sequence[Asked],
    labels: LabelsByRun,
    how: Resampling,
    evidence: Evidence = NO_EVIDENCE,
    only: Only = EVERYTHING,
) -> Compared:
    """Set judges and candidates against clinicians.

    Args:
        nights: the runs, the earliest first.
        labels: clinicians', by the run that they are about; only blind ones count.
        how: how intervals are drawn.
        evidence: what judges quoted and clinicians marked, where they did, and what they kept or changed after that.
        only: a part that figures are to speak of.

    Raises:
        InputError: there are no labels, or none is about what the runs judged, or about this part of it.
    """
    of = population(nights)
    read = readings(of, labels)
    _refuse_nothing(read, nights)
    within = _narrowed(of, reach(of, read), read, only)
    majority, n_ties = read.majority(of.n)
    beyond = (majority != UNREAD) & (within.pi == 0)
    majority = np.where(beyond, UNREAD, majority)
    basis = _basis(of, read, within, majority, how)
    responses = judged(of, read, within.in_scope, within.pi, majority)
    unread = int((basis.questions.labels == UNREAD).sum())
    counts = (n_ties, int(beyond.sum()), *_criteria(of, within), len(basis.rows), unread)
    facts = _facts(nights, of, read, within, counts, only)
    return _figures(facts, basis, responses, evidence)


def _figures(facts: Facts, basis: Basis, responses: Judged, evidence: Evidence) -> Compared:
    of, how = basis.of, basis.how
    return Compared(
        facts,
        basis.judge_ids,
        groups_of(basis),
        clinicians_of(basis),
        alternatives_of(basis),
        severity_of(basis),
        overlap_of(basis, evidence),
        failures(of, responses, how),
        of.candidate_ids,
        between_candidates(of, responses, how),
        between_nights(of, responses, how),
        hidden(of, responses),
        swayed_of(basis, evidence.second_thoughts),
        differing_of(basis),
    )


def _narrowed(of: Population, within: Reach, read: Readings, only: Only) -> Reach:
    """The same chances, on a part of the questions."""
    if only == EVERYTHING:
        return within
    kept = within.in_scope & chosen(of, only)
    if not kept[read.question].any():
        raise InputError(f"no label is about {only.said}")
    return within._replace(in_scope=kept)


def _refuse_nothing(read: Readings, nights: Sequence[Asked]) -> None:
    if not read.n_labels:
        raise InputError("there are no labels to compare with; import some, or name a file with --labels")
    if not len(read.question):
        runs = ", ".join(night.run_id for night in nights)
        why = f"{read.n_not_blind} were not blind, {read.n_unmatched} are on what was not judged"
        if read.n_ambiguous:
            why += f", {read.n_ambiguous} could be about several runs' responses"
        raise InputError(f"none of {read.n_labels} labels can be set against {runs}: {why}")


def _basis(of: Population, read: Readings, within: Reach, majority: Codes, how: Resampling) -> Basis:
    rows = np.flatnonzero(within.in_scope)
    several = len(of.judge_ids) > 1
    columns = np.column_stack([of.verdicts, of.panel]) if several else of.verdicts
    questions = Questions(columns[rows], majority[rows], within.pi[rows], of.scenario[rows])
    return Basis(of, read, rows, questions, [*of.judge_ids, *([PANEL] if several else [])], how)


def _criteria(of: Population, within: Reach) -> tuple[int, int]:
    """Criteria in all, and within scope."""
    names = np.array([f"{one.rubric_id} {one.criterion_id}" for one in of.kinds])
    return len(np.unique(names)), len(np.unique(names[of.kind[within.in_scope]]))


def _facts(nights: Sequence[Asked], of: Population, read: Readings, within: Reach, n: _Counts, only: Only) -> Facts:
    prints = {(judge.judge_id, judge.fingerprint_sha256) for night in nights for judge in night.judges}
    ids = [judge_id for judge_id, _ in prints]
    return Facts(
        of.run_ids,
        [night.started_at for night in nights],
        any(night.provisional for night in nights),
        sorted({judge.judge_id for night in nights for judge in night.judges if judge.is_baseline}),
        sorted({one for one in ids if ids.count(one) > 1}),
        read.reviewer_ids,
        read.n_labels,
        read.n_not_blind,
        read.n_unmatched,
        read.n_ambiguous,
        int((read.value == CANNOT_TELL).sum()),
        *n,
        len(of.items.rows) - len(np.unique(of.item)),
        within.basis,
        within.note,
        only.said,
    )
