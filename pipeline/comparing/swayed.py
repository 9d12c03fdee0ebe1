"""Automation bias: how often clinicians changed a blind judgement once they saw what the judges said."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from agreement.design import design
from agreement.estimate import Estimate
from agreement.panel import SATISFIED, VIOLATED
from agreement.share import share
from domain.verdict import VerdictValue
from pipeline.comparing.judging import Basis
from pipeline.store.second_thoughts import SecondThought

SecondThoughts = Mapping[str, Iterable[SecondThought]]
"""By run."""
_NOBODY = "nobody has kept or changed a judgement after seeing the judges"


class Swayed(NamedTuple):
    """First against second judgements, on criteria on which the panel has a clear word."""

    n: int
    n_changed: int
    dropped: Estimate
    """Of violations that clinicians saw and the panel did not, the share given up after the reveal."""
    adopted: Estimate
    """Of violations that the panel saw and clinicians did not, the share taken over after the reveal."""
    against: Estimate
    """Where both said the same, the share changed all the same: what changes without being led."""


class _Row(NamedTuple):
    first: bool
    last: bool
    panel: bool
    scenario: int
    weight: float


def swayed_of(basis: Basis, thoughts: SecondThoughts) -> Swayed:
    """Compare what each clinician said blind with what they left standing.

    A judgement of "cannot tell", before or after, is on neither side and left out. Whether a change was right is not
    asked here: a good reason may have moved somebody.
    """
    rows = list(_rows(basis, thoughts))
    first, last, panel = (np.array([one[side] for one in rows], dtype=np.bool_) for side in range(3))
    changed = first != last
    shares = [
        _share(basis, rows, changed, which, why)
        for which, why in (
            (first & ~panel, "no clinician saw a violation that the panel did not"),
            (~first & panel, "the panel saw no violation that a clinician did not"),
            (first == panel, "panel and clinicians never said the same"),
        )
    ]
    return Swayed(len(rows), int(changed.sum()), *shares)


def _share(
    basis: Basis, rows: list[_Row], changed: np.ndarray[tuple[int], np.dtype[np.bool_]],
    which: np.ndarray[tuple[int], np.dtype[np.bool_]], why: str,
) -> Estimate:  # fmt: skip
    if not which.any():
        return Estimate(None, None, None, 0, 0, refusal=why if rows else _NOBODY)
    some = np.flatnonzero(which)
    drawn = design(np.array([rows[one].scenario for one in some]), [rows[one].weight for one in some])
    return share(changed[some].astype(np.float64), drawn, basis.how)


def _rows(basis: Basis, thoughts: SecondThoughts) -> Iterable[_Row]:
    of = basis.of
    place = {
        (int(of.items.run[of.item[row]]), *of.items.rows[of.item[row]][1:4], of.kinds[of.kind[row]].criterion_id): n
        for n, row in enumerate(basis.rows)
    }
    for run, run_id in enumerate(of.run_ids):
        for one in thoughts.get(run_id, ()):
            n = place.get((run, one.scenario_id, one.candidate_id, one.repeat, one.criterion_id))
            if n is None or basis.questions.pi[n] == 0 or VerdictValue.CANNOT_TELL in (one.first, one.last):
                continue
            word = of.panel[basis.rows[n]]
            if word in (SATISFIED, VIOLATED):
                first, last = (said is VerdictValue.VIOLATED for said in (one.first, one.last))
                scenario, weight = int(basis.questions.scenarios[n]), float(1 / basis.questions.pi[n])
                yield _Row(first, last, bool(word == VIOLATED), scenario, weight)
