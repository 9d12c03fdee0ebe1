"""Figures on judges: each of them, and the panel as a whole, against the majority of clinicians."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agreement.alpha import krippendorffs_alpha
from agreement.alternative import AlternativeTest, alternative_test
from agreement.clinicians import ClinicianAgreement, clinician_agreement
from agreement.comparison import Comparison, Questions, answer_classes, compare
from agreement.design import Design, design
from agreement.estimate import Codes, Estimate, Floats, NotEstimableError
from agreement.ordinal import OrdinalAgreement, ordinal_agreement
from agreement.panel import CANNOT_TELL, VIOLATED
from agreement.rates import FLAGGED, LEFT_ALONE
from agreement.resample import Resampling
from pipeline.comparing.population import Population
from pipeline.comparing.readings import Readings

PANEL = "panel"
"""The panel as a whole, beside its judges."""
_ALONE = Estimate(None, None, None, 0, 0, refusal="no question was read by two clinicians")


class Group(NamedTuple):
    """One criterion, severity, rubric or candidate; or everything."""

    name: str
    n_questions: int
    judges: dict[str, Comparison]
    ceiling: Estimate
    """Krippendorff's alpha of clinicians with each other: what a judge's kappa is to be read beside."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Questions within scope, as figures on judges need them."""

    of: Population
    read: Readings
    rows: Codes
    """Of the population."""
    questions: Questions
    judge_ids: list[str]
    """Of the columns of verdicts."""
    how: Resampling


def groups_of(basis: Basis) -> dict[str, tuple[Group, ...]]:
    """All questions together, then by criterion, severity, rubric, candidate and run; a grouping of one is left out."""
    of, rows = basis.of, basis.rows
    whole = np.zeros(len(rows), dtype=np.intp)
    found = {"all": _grouped(basis, whole, ["all criteria"])}
    several = {
        "criterion": of.by_criterion(),
        "severity": of.by_severity(),
        "rubric": of.of_kind([one.rubric_id for one in of.kinds]),
        "candidate": (of.items.candidate[of.item], of.candidate_ids),
        "run": (of.items.run[of.item], of.run_ids),
    }
    for name, (codes, names) in several.items():
        present, places = np.unique(codes[rows], return_inverse=True)
        if len(present) > 1 or name == "criterion":
            found[name] = _grouped(basis, places, [names[one] for one in present])
    return found


def _grouped(basis: Basis, codes: Codes, names: list[str]) -> tuple[Group, ...]:
    found = compare(basis.questions, codes, len(names), basis.how)
    n = np.bincount(codes, minlength=len(names))
    return tuple(
        Group(name, int(n[one]), dict(zip(basis.judge_ids, found[one], strict=True)), _ceiling(basis, codes == one))
        for one, name in enumerate(names)
    )


def _people(basis: Basis) -> tuple[Codes, Codes, Design]:
    """(m,) rows of `basis` that somebody read, (m, clinicians) 1 violated, 0 not, -1 nothing; and their design."""
    questions, said = basis.read.table()
    place = np.searchsorted(basis.rows, questions)
    known = place < len(basis.rows)
    known[known] = basis.rows[place[known]] == questions[known]
    known[known] = basis.questions.pi[place[known]] > 0
    place, said = place[known], said[known]
    binary = np.where((said < 0) | (said == CANNOT_TELL), -1, (said == VIOLATED).astype(np.intp))
    return place, binary, design(basis.questions.scenarios[place], 1 / basis.questions.pi[place])


def _ceiling(basis: Basis, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Estimate:
    place, said, of = _people(basis)
    here = chosen[place]
    if not np.any((said[here] >= 0).sum(axis=1) >= 2):  # noqa: PLR2004 (to agree with somebody)
        return _ALONE
    return krippendorffs_alpha(said[here], 2, of.where(here), basis.how, "nominal")


def clinicians_of(basis: Basis) -> ClinicianAgreement | None:
    """How far clinicians agree with each other, every two of them; None where there is only one."""
    _, said, of = _people(basis)
    return clinician_agreement(said, 2, of, basis.how) if said.shape[1] > 1 and of.n else None


def alternatives_of(basis: Basis) -> dict[str, AlternativeTest | str]:
    """By judge, whether it could stand in for a clinician, or why that cannot be told."""
    place, said, of = _people(basis)
    classes = answer_classes(basis.questions.verdicts)[place]
    answers = np.where(classes == FLAGGED, 1, np.where(classes == LEFT_ALONE, 0, -1))
    found: dict[str, AlternativeTest | str] = {}
    for number, judge_id in enumerate(basis.judge_ids):
        asked = classes[:, number] >= 0
        try:
            found[judge_id] = alternative_test(answers[asked, number], said[asked], of.where(asked))
        except NotEstimableError as error:
            found[judge_id] = str(error)
    return found


def severity_of(basis: Basis) -> OrdinalAgreement | None:
    """The rubrics' severity against the gravest that clinicians state, on what they call violated; None: none does."""
    gravest, _ = basis.read.worst(basis.of.n)
    stated, pi = gravest[basis.rows], basis.questions.pi
    some = (stated >= 0) & (basis.questions.labels == 1) & (pi > 0)
    if not some.any():
        return None
    ranks = np.array([kind.severity.rank for kind in basis.of.kinds])[basis.of.kind[basis.rows]]
    weights: Floats = 1 / pi[some]
    return ordinal_agreement(ranks[some], stated[some], 4, design(basis.questions.scenarios[some], weights), basis.how)
