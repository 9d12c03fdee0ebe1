"""The chance with which each question came before clinicians, by how its labels came about.

Reviews of a run's queue: as the run's draw recorded it, scaled where part of what was drawn is not read yet. Labels
from elsewhere: as they state it. What no chance is known of is out of reach; figures that would need it are refused.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.estimate import Codes, Floats
from agreement.panel import VIOLATED
from agreement.sampling import reached
from pipeline.comparing.population import DISPOSITIONS, Population
from pipeline.comparing.readings import Readings

Basis = Literal["reviews", "stated", "everything"]
"""What chances come from: the runs' draws; what labels state; labels that say everything was labelled."""
_CHOSEN = 1 / 2
"""Labels that say that everything was labelled, but cover what judges left alone less than this often as what they
flagged, were chosen by the judges."""
_SAME = 1e-6


class Reach(NamedTuple):
    """Which questions figures speak of, and the chance of each."""

    basis: Basis
    in_scope: NDArray[np.bool_]
    """(n,)"""
    pi: Floats
    """(n,) 0-1."""
    note: str
    """How, in a sentence."""


def reach(of: Population, read: Readings) -> Reach:
    """Work out scope and chances."""
    is_read = np.zeros(of.n, dtype=np.bool_)
    is_read[read.question] = True
    if read.is_of_run.any():
        return _reviews(of, read, is_read)
    if (read.stated < 1).any():
        return _stated(of, read, is_read)
    return _everything(of, is_read)


def _reviews(of: Population, read: Readings, is_read: NDArray[np.bool_]) -> Reach:
    """As drawn; in each disposition of each run scaled by what was read of it."""
    items = of.items
    item_read = np.zeros(len(items.rows), dtype=np.bool_)
    item_read[of.item[is_read]] = True
    lanes = items.run * (len(DISPOSITIONS) + 1) + items.disposition + 1
    is_sent = items.is_sent & ~np.isnan(items.chance)
    chances = reached(np.nan_to_num(items.chance), is_sent, is_sent & item_read, lanes)
    never_sent = np.bincount(lanes[is_sent], minlength=int(lanes.max()) + 1)[lanes] == 0
    pi = np.where(never_sent, 0.0, chances)[of.item]
    note = _have_been_read(int((is_sent & item_read).sum()), int(is_sent.sum()))
    return Reach("reviews", _labelled_criteria(of, read), np.clip(pi, 0, 1), note)


def _have_been_read(n_read: int, n_sent: int) -> str:
    whole = f"{n_read:,} of {n_sent:,} responses that were sent to clinicians have been read"
    if n_read < n_sent:
        whole += ", and are taken for a random part of those with the same disposition"
    return f"{whole}; each stands for as many as its inclusion probability says"


def _stated(of: Population, read: Readings, is_read: NDArray[np.bool_]) -> Reach:
    """What labels state; of the unread, what all labels of the same disposition state, or else the run's draw."""
    pi = np.zeros(of.n)
    pi[read.question] = read.stated
    disposition = of.items.disposition[of.item]
    for one in np.unique(disposition):
        here = disposition == one
        pi[here & ~is_read] = _of_unread(
            pi[here & is_read], of.items.chance[of.item[here & is_read]], of, here, is_read
        )
    note = "chances are those that the labels state; each stands for as many questions as its chance says"
    return Reach("stated", _labelled_criteria(of, read), pi, note)


def _of_unread(
    stated: Floats, drawn: Floats, of: Population, here: NDArray[np.bool_], is_read: NDArray[np.bool_]
) -> Floats | float:
    if not len(stated):
        return 0.0
    if np.ptp(stated) < _SAME:
        return float(stated[0])
    if np.allclose(stated, drawn, atol=_SAME):
        return of.items.chance[of.item[here & ~is_read]]
    return 0.0


def _everything(of: Population, is_read: NDArray[np.bool_]) -> Reach:
    """Labels say that everything was labelled: believed of the scenarios, criteria and candidates that they name."""
    flagged = of.panel == VIOLATED
    covered = [float(is_read[which].mean()) if which.any() else 1.0 for which in (flagged, ~flagged)]
    labelled = _any_of(of.kind, is_read) if of.n else is_read
    if covered[1] < _CHOSEN * covered[0] and flagged.any():
        note = (
            f"labels say that everything was labelled (inclusion_probability 1), but cover {covered[0]:.0%} of what "
            f"the panel flagged and {covered[1]:.0%} of the rest: what has no label is out of reach"
        )
        return Reach("everything", labelled, is_read.astype(np.float64), note)
    pairs = np.unique(np.column_stack([of.scenario, of.kind]), axis=0, return_inverse=True)[1].ravel()
    candidates = of.items.candidate[of.item]
    in_scope = _any_of(pairs, is_read) & _any_of(candidates, is_read)
    return Reach("everything", in_scope, is_read.astype(np.float64), _covers(is_read, in_scope))


def _covers(is_read: NDArray[np.bool_], in_scope: NDArray[np.bool_]) -> str:
    n, n_read = int(in_scope.sum()), int(is_read.sum())
    if n == n_read:
        return f"labels say that everything was labelled, and cover all {n:,} questions of what they name"
    return (
        f"labels say that everything was labelled, but {n - n_read:,} of {n:,} questions of what they name have none: "
        "these are out of reach; label them, or state the chance with which responses were chosen "
        "(inclusion_probability)"
    )


def _labelled_criteria(of: Population, read: Readings) -> NDArray[np.bool_]:
    """Questions on criteria that any label is about."""
    names = np.array([one.criterion_id for one in of.kinds])
    return np.isin(names[of.kind], names[of.kind[read.question]])


def _any_of(codes: Codes, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether any row of the same code has the flag."""
    return np.bincount(codes, flags, minlength=int(codes.max()) + 1)[codes] > 0
