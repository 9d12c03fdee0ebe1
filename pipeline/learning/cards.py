"""The reliability cards of a run: what was measured of each judge on each criterion, or why nothing was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agreement.calibration import MIN_LABELS
from agreement.card import Card, lacking
from domain.errors import InputError
from pipeline.store.calibrations import (
    Measured,
    PanelJudge,
    fetch_judged_criteria,
    fetch_measured,
    fetch_panel,
)
from pipeline.store.connection import Connection
from pipeline.store.results import fetch_run

_ESTIMATES = ("sensitivity", "specificity", "flip_rate", "ece", "brier")


@dataclass(frozen=True, slots=True)
class RunCard:
    """One judge on one criterion of a run."""

    judge_id: str
    is_baseline: bool
    criterion_id: str
    measured: Measured | None
    """None where nothing was measured of this very judge on this very criterion."""
    why_not: str
    """Why it does not count as measured; empty where it does."""
    lacks: tuple[str, ...]
    """What would lift that, in words."""

    @property
    def card(self) -> Card | None:
        """The figures; None where it does not count as measured."""
        return self.measured.card if self.measured is not None and not self.why_not else None

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        whole: dict[str, Any] = {
            "judge_id": self.judge_id, "baseline": self.is_baseline, "criterion_id": self.criterion_id,
            "measured": self.card is not None, "why_not": self.why_not, "lacks": list(self.lacks),
        }  # fmt: skip
        return whole if self.measured is None else whole | measured_json(self.measured)


def measured_json(one: Measured) -> dict[str, Any]:
    """A card and what it holds for, for machines."""
    card = one.card
    return {
        "judge_fingerprint_sha256": one.judge_fingerprint_sha256, "criterion_sha256": one.criterion_sha256,
        "run_id": one.run_id, "data_sha256": one.data_sha256, "measured_at": one.measured_at,
        "reviewers": list(one.reviewers),
        "n": card.n, "n_violations": card.n_violations, "n_scenarios": card.n_scenarios,
        "n_abstained": card.n_abstained,
        **{name: getattr(card, name)._asdict() for name in _ESTIMATES},
        "calibrator": card.kind, "why_calibrator": card.why,
    }  # fmt: skip


def reviewers_of(cards: Iterable[RunCard]) -> list[str]:
    """Whose labels the figures rest on."""
    return sorted({name for one in cards if one.measured is not None for name in one.measured.reviewers})


def gather_cards(connection: Connection, run_id: str, *, judge_id: str | None = None) -> list[RunCard]:
    """A card for each judge and each rubric's criterion that it was asked on in the run.

    Args:
        connection: to read from.
        run_id: the run's.
        judge_id: only this judge's.

    Raises:
        InputError: the store has no such run, or the run no such judge.
    """
    fetch_run(connection, run_id)
    panel = {one.judge_id: one for one in fetch_panel(connection, run_id)}
    if judge_id is not None and judge_id not in panel:
        raise InputError(f"the run {run_id} has no judge {judge_id!r}; it has: {', '.join(panel)}", key="--judge")
    every = fetch_measured(connection)
    judged = fetch_judged_criteria(connection, run_id)
    return [
        _card_of(panel[judge], criterion_id, criterion_sha256, every)
        for judge, criterion_id, criterion_sha256 in judged
        if judge_id in (None, judge)
    ]


def _card_of(judge: PanelJudge, criterion_id: str, criterion_sha256: str, every: Sequence[Measured]) -> RunCard:
    """The newest of this very judge and criterion, else why there is none."""
    known = [one for one in every if (one.judge_id, one.criterion_id) == (judge.judge_id, criterion_id)]
    exact = (judge.fingerprint_sha256, criterion_sha256)
    found = next((one for one in every if (one.judge_fingerprint_sha256, one.criterion_sha256) == exact), None)
    named = (judge.judge_id, judge.is_baseline, criterion_id)
    if found is None:
        return RunCard(*named, None, why_unmeasured(known, *exact), lacking(0, 0, 0))
    if not found.card.is_measured:
        why = f"{found.card.n} labels, fewer than {MIN_LABELS}"
        return RunCard(*named, found, why, found.card.lacks)
    return RunCard(*named, found, "", found.card.lacks)


def why_unmeasured(known: Iterable[Measured], fingerprint_sha256: str, criterion_sha256: str) -> str:
    """Why no card holds for this judge and criterion.

    Args:
        known: cards of judge and criterion of the same ids, the newest first.
        fingerprint_sha256: the judge's now.
        criterion_sha256: the criterion's now.
    """
    last = next(iter(known), None)
    if last is None:
        return "it was never measured against clinicians' labels"
    what = [
        name
        for name, before, now in (
            ("the judge", last.judge_fingerprint_sha256, fingerprint_sha256),
            ("the criterion", last.criterion_sha256, criterion_sha256),
        )
        if before != now
    ]
    return f"{' and '.join(what)} changed since it was measured on {last.measured_at[:10]}"
