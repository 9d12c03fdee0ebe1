"""Questions on which the panel and the majority of clinicians differ, one by one."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from agreement.panel import SATISFIED, VIOLATED
from domain.item import item_id_of
from domain.severity import Severity
from pipeline.comparing.judging import Basis


class Kind(StrEnum):
    """In what they differ, the most dangerous first."""

    MISSED = "missed"
    """Clinicians call it violated, the panel leaves it alone."""
    UNSETTLED = "unsettled"
    """Clinicians call it violated, the panel has no clear word; such an item goes to people, so nobody is passed."""
    OVER_CALLED = "over-called"
    """The panel calls it violated, clinicians do not."""


class Differing(NamedTuple):
    """One question."""

    kind: Kind
    item_id: str
    run_id: str
    scenario_id: str
    candidate_id: str
    repeat: int
    rubric_id: str
    criterion_id: str
    severity: Severity
    weight: float
    """1/π: for how many questions it stands."""


def differing_of(basis: Basis) -> tuple[Differing, ...]:
    """All of them: the most dangerous first, of these the most severe, of these what stands for most."""
    of, labels = basis.of, basis.questions.labels
    panel = of.panel[basis.rows]
    kinds = {
        Kind.MISSED: (labels == 1) & (panel == SATISFIED),
        Kind.UNSETTLED: (labels == 1) & (panel != SATISFIED) & (panel != VIOLATED),
        Kind.OVER_CALLED: (labels == 0) & (panel == VIOLATED),
    }
    found = [_one(basis, kind, int(row)) for kind, which in kinds.items() for row in np.flatnonzero(which)]
    return tuple(sorted(found, key=_worst_first))


def _one(basis: Basis, kind: Kind, row: int) -> Differing:
    of, question = basis.of, basis.rows[row]
    item = of.item[question]
    asked, response = of.kinds[of.kind[question]], of.items.rows[item]
    run_id = of.run_ids[of.items.run[item]]
    key = (response.scenario_id, response.candidate_id, response.repeat)
    item_id = item_id_of(run_id, *key)
    return Differing(
        kind, item_id, run_id, *key, asked.rubric_id, asked.criterion_id, asked.severity,
        float(1 / basis.questions.pi[row]),
    )  # fmt: skip


def _worst_first(one: Differing) -> tuple[object, ...]:
    return (list(Kind).index(one.kind), -one.severity.rank, -one.weight, one.run_id, one.scenario_id,
            one.candidate_id, one.repeat, one.criterion_id)  # fmt: skip
