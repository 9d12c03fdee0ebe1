"""A night at the gate for machines: ids and numbers."""

from typing import Any

from agreement.drift.night import Night
from pipeline.comparing.plain import plain
from pipeline.gate.outcome import Gated
from pipeline.gate.wording import headline, paragraph


def as_json(of: Gated) -> dict[str, Any]:
    """Everything, in one object."""
    return {"text": headline(of), **figures(of), "reason": paragraph(of)}


def figures(of: Gated) -> dict[str, Any]:
    """Counts and ids only: what may leave the house."""
    looked, anchors = of.looked, of.looked.anchors
    return {
        "run_id": looked.run_id,
        "provisional": looked.provisional,
        "outcome": of.outcome.value,
        "exit_code": of.outcome.exit_code,
        "outcomes": [one.value for one in of.outcomes],
        "baselines": list(looked.reference.run_ids),
        "first": looked.reference.is_first,
        "responses": looked.whole.n_responses,
        "missing": looked.whole.n_missing,
        "tests": [
            {"candidate_id": one.candidate_id, "name": one.name, "baseline": one.baseline, "level": one.level,
             "worse": one.is_worse, **plain(one.found)}
            for one in looked.tests
        ],
        "budgets": [{**plain(one), "state": one.state} for one in looked.budgets],
        "judges": None if anchors is None else _night(anchors.judges.overall, len(anchors.judges.alarms)),
        "clinicians": None
        if anchors is None or anchors.clinicians is None
        else _night(anchors.clinicians.night, int("clinicians_moved" in of.outcomes)),
    }  # fmt: skip


def _night(night: Night, alarms: int) -> dict[str, Any]:
    return {
        "compared": night.n_units,
        "missing": night.n_missing,
        "rose": night.rose.k,
        "fell": night.fell.k,
        "p": night.p_value,
        "alarms": alarms,
    }
