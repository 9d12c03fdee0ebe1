"""Clinicians' labels, set beside the questions that they are about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agreement.comparison import UNDECIDED, UNREAD
from agreement.estimate import Codes, Floats, binned
from agreement.panel import CANNOT_TELL, VIOLATED
from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.comparing.population import Population

_VALUES = {value: code for code, value in enumerate(VerdictValue)}
_RANKS: dict[Severity | None, int] = {None: -1} | {one: one.rank for one in Severity}

LabelsByRun = Mapping[str | None, Iterable[Label]]
"""By the run whose responses they are about; None where they name no run."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Blind labels on questions that were asked: one row each."""

    question: Codes
    reviewer: Codes
    value: Codes
    """Codes of `agreement.panel`."""
    severity: Codes
    """Rank, or -1 where the label states none."""
    stated: Floats
    """The inclusion probability that the label states."""
    is_of_run: NDArray[np.bool_]
    """Whether the label names the run: a review of its queue."""
    reviewer_ids: list[str]
    n_labels: int
    """Given, used or not."""
    n_not_blind: int
    """Given in sight of the judges: left out."""
    n_unmatched: int
    """On what was not judged."""
    n_ambiguous: int
    """They name no run, and the runs' responses differ: left out."""

    def table(self) -> tuple[Codes, Codes]:
        """(m,) the questions read, and (m, reviewers) what each said of them; -1 for nothing."""
        questions, row = np.unique(self.question, return_inverse=True)
        found = np.full((len(questions), len(self.reviewer_ids)), -1)
        found[row, self.reviewer] = self.value
        return questions, found

    def majority(self, n: int) -> tuple[Codes, int]:
        """(n,) 1 where most say violated, 0 where most do not, `UNDECIDED` or `UNREAD`; and how many were split.

        Who could not tell has no voice. An even split says neither, and is left out: counting it as a violation would
        make judges that flag look better, and the other way round.
        """
        violated = self._count(self.value == VIOLATED, n)
        others = self._count((self.value != VIOLATED) & (self.value != CANNOT_TELL), n)
        labels = np.where(self._count(self.value >= 0, n) > 0, UNDECIDED, UNREAD)
        labels = np.where(violated > others, 1, np.where(others > violated, 0, labels))
        return labels, int(((violated == others) & (violated > 0)).sum())

    def worst(self, n: int) -> tuple[Codes, Codes]:
        """(n,) rank of the gravest severity that those state who say violated (-1: none does); and 1 where those who
        say violated are not outvoted: in doubt, harm counts."""
        gravest = np.full(n, -1)
        says = self.value == VIOLATED
        np.maximum.at(gravest, self.question[says], self.severity[says])
        violated = self._count(says, n)
        others = self._count(~says & (self.value != CANNOT_TELL), n)
        return gravest, ((violated > 0) & (violated >= others)).astype(np.intp)

    def _count(self, which: NDArray[np.bool_], n: int) -> Floats:
        return binned(self.question[which], np.ones(int(which.sum())), n)


def readings(of: Population, labels: LabelsByRun) -> Readings:
    """Find the question of each label. A reviewer speaks once on a question: the last label counts.

    In several runs a response may differ though its scenario, candidate and repeat are the same; a label that names no
    run is then about nobody knows which, and left out.
    """
    found = _Found(of)
    for run_id, some in labels.items():
        for label in some:
            found.add(label, run_id)
    names = sorted({key[1] for key in found.rows})
    place = {name: number for number, name in enumerate(names)}
    rows = np.array([(key[0], place[key[1]], *row) for key, row in found.rows.items()], dtype=np.float64).reshape(-1, 6)
    question, reviewer, value, severity, stated, is_of_run = rows.T
    return Readings(
        question.astype(np.intp),
        reviewer.astype(np.intp),
        value.astype(np.intp),
        severity.astype(np.intp),
        stated,
        is_of_run.astype(np.bool_),
        names,
        found.n_labels,
        found.n_not_blind,
        found.n_unmatched,
        found.n_ambiguous,
    )


class _Found:
    """Labels by question and reviewer, as they are found."""

    def __init__(self, of: Population) -> None:
        self.rows: dict[tuple[int, str], tuple[float, ...]] = {}
        self.n_labels = self.n_not_blind = self.n_unmatched = self.n_ambiguous = 0
        self._run_ids = of.run_ids
        self._items: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        for number, row in enumerate(of.items.rows):
            self._items[row.scenario_id, row.candidate_id, row.repeat].append(number)
        self._of = of
        self._criteria = {name: number for number, name in enumerate(sorted({one.criterion_id for one in of.kinds}))}
        criterion = np.array([self._criteria[one.criterion_id] for one in of.kinds], dtype=np.int64)
        keys = of.item * max(len(self._criteria), 1) + (criterion[of.kind] if len(criterion) else of.kind)
        self._questions: dict[int, int] = dict(zip(keys.tolist(), range(of.n), strict=True))

    def add(self, label: Label, run_id: str | None) -> None:
        """Take one label."""
        self.n_labels += 1
        if not label.blind:
            self.n_not_blind += 1
            return
        items = self._responses(label, run_id)
        if run_id is None and len({self._of.items.rows[one].body_sha256 for one in items}) > 1:
            self.n_ambiguous += 1
            return
        criterion = self._criteria.get(label.criterion_id, -1)
        keys = (item * len(self._criteria) + criterion for item in items if criterion >= 0)
        questions = [self._questions[key] for key in keys if key in self._questions]
        self.n_unmatched += not questions
        row = (
            _VALUES[label.verdict], _RANKS[label.severity], label.inclusion_probability, float(run_id is not None),
        )  # fmt: skip
        for question in questions:
            self.rows[question, label.reviewer_id] = row

    def _responses(self, label: Label, run_id: str | None) -> list[int]:
        items = self._items.get((label.scenario_id, label.candidate_id, label.repeat), [])
        return [one for one in items if run_id is None or self._run_ids[self._of.items.run[one]] == run_id]
