"""Nights whose truth is known, from verdicts to the store, for the comparison to find out what it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.item import item_id_of
from domain.routing import Disposition, Lane, Routed
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.entries import routed_entry
from pipeline.importing.given import GivenVerdict
from pipeline.journal import Journal
from pipeline.judged_elsewhere import import_run
from pipeline.store.connection import Store
from pipeline.store.ingest import ingest

V, S, N, C = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL
Response = tuple[str, str]
"""Scenario and candidate."""


def label(scenario_id: str, verdict: VerdictValue, reviewer_id: str = "ann", **changes: object) -> Label:
    whole = {"candidate_id": "a", "criterion_id": "X-1", "verdict": verdict, "reviewer_id": reviewer_id}
    return Label.model_validate({"scenario_id": scenario_id, **whole, **changes})


def given(scenario_id: str, verdict: VerdictValue | str, judge_id: str = "j", **changes: object) -> GivenVerdict:
    whole = {"candidate_id": "a", "criterion_id": "X-1", "verdict": verdict, "judge_id": judge_id}
    return GivenVerdict.model_validate({"scenario_id": scenario_id, **whole, **changes})


def feed(
    store: Store,
    folder: Path,
    verdicts: Iterable[GivenVerdict],
    routed: dict[Response, tuple[Disposition, float, bool]],
) -> None:
    """A run with its dispositions: each response's, with π and whether it was drawn."""
    import_run(store, folder, list(verdicts))
    with Journal(folder) as journal:
        for (scenario_id, candidate_id), (disposition, pi, is_drawn) in routed.items():
            lane = None if not is_drawn else Lane.AUDIT if disposition is Disposition.CLEARED else Lane(disposition)
            one = Routed(disposition, ("so",), pi, lane, 0.0, provisional=True)
            journal.append(routed_entry(item_id_of(folder.name, scenario_id, candidate_id, 0), one))
    ingest(store, folder)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A night, and what was true of it."""

    verdicts: list[GivenVerdict]
    routed: dict[Response, tuple[Disposition, float, bool]]
    labels: list[Label]
    """On what was drawn."""
    sensitivity: dict[str, float]
    """By judge, over all responses, read or not."""
    failing: dict[str, float]
    """By candidate, the share of all its responses that clinicians would call violated."""


def simulated(seed: int, *, scenarios: int = 400, audit: float = 0.15, worse: float = 0.0) -> Simulated:
    """Two candidates, two criteria, two judges of whom one is better; what neither flags is cleared and audited.

    Args:
        seed: of everything random.
        scenarios: how many.
        audit: the chance of a cleared response.
        worse: how much more often the second candidate violates.
    """
    rng = np.random.default_rng(seed)
    shape = (scenarios, 2, 2)
    chance = np.array([0.12, 0.12 + worse])[None, :, None]
    truth = rng.random(shape) < chance
    skill = {"good": (0.75, 0.04), "poor": (0.45, 0.02)}
    says = {
        name: np.where(truth, rng.random(shape) < hit, rng.random(shape) < false)
        for name, (hit, false) in skill.items()
    }
    flagged = (says["good"] | says["poor"]).any(axis=2)
    pi = np.where(flagged, 1.0, audit)
    drawn = rng.random(pi.shape) < pi
    night = Simulated(_verdicts(says), {}, [], _hits(says, truth), _failing(truth))
    for (one, two), is_flagged in np.ndenumerate(flagged):
        name = (f"s{one:04}", "ab"[two])
        to = Disposition.FLAGGED if is_flagged else Disposition.CLEARED
        night.routed[name] = (to, float(pi[one, two]), bool(drawn[one, two]))
        if drawn[one, two]:
            night.labels.extend(_label(name, number, bool(truth[one, two, number])) for number in (0, 1))
    return night


def _verdicts(says: dict[str, NDArray[np.bool_]]) -> list[GivenVerdict]:
    return [
        given(f"s{one:04}", V if said else S, judge_id, candidate_id="ab"[two], criterion_id=f"X-{three + 1}")
        for judge_id, table in says.items()
        for (one, two, three), said in np.ndenumerate(table)
    ]


def _label(response: Response, number: int, violated: bool) -> Label:  # noqa: FBT001
    return label(response[0], V if violated else S, candidate_id=response[1], criterion_id=f"X-{number + 1}")


def _hits(says: dict[str, NDArray[np.bool_]], truth: NDArray[np.bool_]) -> dict[str, float]:
    return {name: float(table[truth].mean()) for name, table in says.items()}


def _failing(truth: NDArray[np.bool_]) -> dict[str, float]:
    return {"ab"[two]: float(truth[:, two].any(axis=1).mean()) for two in (0, 1)}
