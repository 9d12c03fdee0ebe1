"""Judges against clinicians who read only part: what holds for all questions, read or not.

Clinicians read what judges could not clear, so plain counts of what they read are biased by the judges themselves. Here
every label stands for as many questions as its inclusion probability says, and what no label can speak for is refused.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.estimate import Codes, Estimate, Floats
from agreement.panel import CANNOT_TELL, VIOLATED
from agreement.parts import Parts, limits, parts, shares_of
from agreement.rates import FLAGGED, LEFT_ALONE, LOWEST, N_CLASSES, NO_ANSWER, Rates, rates_of
from agreement.reach import lifted, refusals
from agreement.resample import Resampling
from agreement.stratified import Measure, draws, has_events, stratified

FAILED, NOT_ASKED = -1, -2
"""Codes beside those of `agreement.panel`: the judge was asked and gave no verdict; it was not asked."""
UNREAD, UNDECIDED = -1, -2
"""Labels beside 1 (violated) and 0 (not): nobody read the question; a clinician did and could not tell."""

_NEVER_SAID = "clinicians called no question violated of {0} that they read"
_UNDEFINED = Rates(
    sensitivity=f"{_NEVER_SAID} and the judge answered",
    specificity="clinicians called every question violated that the judge answered",
    ppv="the judge called nothing violated",
    npv="the judge left nothing alone",
    macro_f1="judge and clinicians always said the same one value",
    kappa="judge and clinicians always said the same one value, so nothing is beyond chance",
    ac1="the judge gave no answer",
    agreement="the judge gave no answer",
    sensitivity_strict=_NEVER_SAID,
    specificity_strict="clinicians called every question violated",
    failure_rate="there are no questions",
)


@dataclass(frozen=True, slots=True)
class Questions:
    """The population, read or not: one row a question put to the panel."""

    verdicts: Codes
    """(n, judges) codes of `agreement.panel`, `FAILED` or `NOT_ASKED`."""
    labels: Codes
    """(n,) 1, 0, `UNREAD` or `UNDECIDED`."""
    pi: Floats
    """(n,) the chance with which each was sent to clinicians, 0-1; 0 where it had none."""
    scenarios: Codes
    """(n,) equal ones are one scenario."""

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.verdicts.ndim != 2 or not len(self.verdicts) == len(self.pi) == len(self.scenarios) == n:  # noqa: PLR2004
            raise ValueError("expected one row of verdicts, one label, one probability and one scenario a question")
        if not np.all((self.verdicts >= NOT_ASKED) & (self.verdicts <= CANNOT_TELL)):
            raise ValueError(f"expected verdicts from {NOT_ASKED} to {CANNOT_TELL}")
        if not np.all((self.labels >= UNDECIDED) & (self.labels <= 1)):
            raise ValueError(f"expected labels from {UNDECIDED} to 1")
        if not np.all((self.pi >= 0) & (self.pi <= 1)):
            raise ValueError("expected inclusion probabilities in 0-1")
        if unlikely := int(((self.pi == 0) & (self.labels != UNREAD)).sum()):
            raise ValueError(f"{unlikely} questions were read that had no chance of being read: expected pi above 0")

    def where(self, chosen: NDArray[np.bool_]) -> "Questions":
        """The chosen questions alone."""
        return Questions(self.verdicts[chosen], self.labels[chosen], self.pi[chosen], self.scenarios[chosen])

    def only(self, judge: int) -> "Questions":
        """The same questions with one judge's verdicts."""
        return Questions(self.verdicts[:, [judge]], self.labels, self.pi, self.scenarios)


class Comparison(NamedTuple):
    """One judge against clinicians in one group of questions."""

    n_questions: int
    n_read: int
    """Labels that say violated or not."""
    n_undecided: int
    n_out_of_reach: int
    """Questions that had no chance of being read."""
    counts: NDArray[np.intp]
    """(3, 2) labels: the judge flagged, left alone, no answer; clinicians violated, not."""
    cells: Floats
    """(3, 2) what they stand for: all questions within reach."""
    rates: Rates[Estimate]
    abstention: Estimate
    """Share of all questions on which the judge gave no answer."""
    queue_only: Rates[float | None]
    """The same from what was read alone, as if it were all: BIASED by the judges, shown only to warn."""


def compare(of: Questions, groups: Codes, n_groups: int, how: Resampling) -> tuple[tuple[Comparison, ...], ...]:
    """Compare every judge with clinicians in every group: n_groups tuples of one comparison for each judge.

    Args:
        of: the questions.
        groups: (n,) the group of each question (its criterion, severity, rubric, candidate), 0 to n_groups - 1; -1 for
            none.
        n_groups: how many there are.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, or a group is none of these.

    Source: as `agreement.parts` and `agreement.stratified` name; verification bias, Begg and Greenes (1983),
    Biometrics 39:207-215.
    """
    if groups.shape != of.labels.shape or not np.all((groups >= -1) & (groups < n_groups)):
        raise ValueError(f"expected one group from -1 to {n_groups - 1} for each of {len(of.labels)} questions")
    return tuple(compare_all(of.where(groups == one), how) for one in range(n_groups))


def compare_all(of: Questions, how: Resampling) -> tuple[Comparison, ...]:
    """Compare every judge with clinicians, all questions together."""
    said = answer_classes(of.verdicts)
    tables = [_parts(of, classes) for classes in said.T]
    many = [number for number, one in enumerate(tables) if has_events(one)]
    drawn = dict(zip(many, draws([tables[number] for number in many], how), strict=True))
    return tuple(
        _comparison(of, classes, table, how, drawn.get(number))
        for number, (classes, table) in enumerate(zip(said.T, tables, strict=True))
    )


def answer_classes(verdicts: Codes) -> Codes:
    """Verdicts as rows of a table; -1 where the judge was not asked."""
    silent = (verdicts == CANNOT_TELL) | (verdicts == FAILED)
    said = np.where(silent, NO_ANSWER, np.where(verdicts == VIOLATED, FLAGGED, LEFT_ALONE))
    return np.where(verdicts == NOT_ASKED, -1, said)


def counted(classes: Codes, labels: Codes) -> NDArray[np.intp]:
    """(3, 2) labels by what a judge said and what clinicians said."""
    read = (labels >= 0) & (classes >= 0)
    places = classes[read] * 2 + (1 - labels[read])
    return np.bincount(places, minlength=2 * N_CLASSES).reshape(N_CLASSES, 2)


def _parts(of: Questions, classes: Codes) -> Parts:
    reach = of.pi > 0
    return parts(np.where(reach, classes, -1), of.labels, np.where(reach, of.pi, 1.0), of.scenarios, N_CLASSES)


def _comparison(of: Questions, classes: Codes, table: Parts, how: Resampling, drawn: Floats | None) -> Comparison:
    asked = classes >= 0
    undefined = Rates(*[why.format(table.n_read) for why in _UNDEFINED])
    found = Rates(*stratified(table, Measure(rates_of, LOWEST, undefined), how, drawn))
    refused = refusals(of.labels, of.pi, classes, of.scenarios, how.confidence)
    counts = counted(classes, of.labels)
    raw = rates_of(counts[None].astype(np.float64))[0]
    return Comparison(
        n_questions=int(asked.sum()),
        n_read=table.n_read,
        n_undecided=int((asked & (of.labels == UNDECIDED)).sum()),
        n_out_of_reach=int((asked & (of.pi == 0)).sum()),
        counts=counts,
        cells=table.cells(table.totals[None])[0],
        rates=lifted(found, refused, how.confidence),
        abstention=_abstention(of, classes, how),
        queue_only=Rates(*[None if np.isnan(number) else float(number) for number in raw]),
    )


def _abstention(of: Questions, classes: Codes, how: Resampling) -> Estimate:
    """Known of every question, so its error is only that other scenarios might go otherwise."""
    asked = np.where(classes >= 0, 0, -1)
    table = parts(asked, (classes == NO_ANSWER).astype(np.intp), np.ones(len(asked)), of.scenarios, 1)
    if not table.n_read:
        return Estimate(None, None, None, 0, 0, refusal="the judge was asked nothing")
    low, high = limits(table, how.confidence)
    value, method = float(shares_of(table)[0]), "parts" if table.read.all() else "exact"
    return Estimate(value, float(low[0]), float(high[0]), table.n_read, table.n_read_scenarios, method)
