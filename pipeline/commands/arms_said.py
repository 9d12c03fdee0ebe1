"""What frozen anchors say of candidates, judges and clinicians: as an object, in sentences, as an exit code."""

from typing import Any

from agreement.drift.cause import Cause
from agreement.drift.night import Night
from agreement.drift.watch import Watch
from pipeline.anchors import Comparison
from pipeline.candidate_arm import CandidateArm

CANDIDATE_WORSE, INCOMPLETE, JUDGES_MOVED, CLINICIANS_MOVED = 1, 3, 4, 5
"""Exit codes."""

_NOT_READ_AGAIN = "no clinician has read an anchor a second time"
_NOT_GIVEN = "no run of their new answers was given; name one with --answers"


def exit_code(found: Comparison) -> int:
    """The weightiest of what was found; where the yardstick failed, that before what was measured with it."""
    causes = found.attribution.causes
    if Cause.JUDGES_MOVED in causes:
        return JUDGES_MOVED
    if not found.is_complete or Cause.UNDECIDED in causes:
        return INCOMPLETE
    if Cause.CANDIDATE_WORSE in causes:
        return CANDIDATE_WORSE
    return CLINICIANS_MOVED if Cause.CLINICIANS_MOVED in causes else 0


def arms_json(name: str, found: Comparison) -> dict[str, Any]:
    """For machines."""
    return {
        "anchor_set": name,
        "nights": list(found.nights),
        "complete": found.is_complete,
        **_watch_json(found.judges, found.moved_criteria),
        "candidates": [_candidate_json(one) for one in found.candidates],
        "candidates_refusal": "" if found.candidates else _NOT_GIVEN,
        "clinicians": _clinicians_json(found),
        "causes": [cause.value for cause in found.attribution.causes],
        "reason": found.attribution.reason,
    }


def _watch_json(of: Watch, moved_criteria: tuple[str, ...]) -> dict[str, Any]:
    return {
        **_night_json(of.overall),
        "evidence": of.evidence,
        "alarms": list(of.alarms),
        "moved_criteria": list(moved_criteria),
    }


def _night_json(of: Night) -> dict[str, Any]:
    return {
        "compared": of.n_units,
        "missing": of.n_missing,
        "rose": of.rose._asdict(),
        "fell": of.fell._asdict(),
        "net": of.net._asdict(),
        "p_value": of.p_value,
    }


def _candidate_json(one: CandidateArm) -> dict[str, Any]:
    known = {} if one.watch is None else _watch_json(one.watch, one.moved_criteria)
    return {"candidate_id": one.candidate_id, "scenarios": one.n_scenarios, "refusal": one.refusal, **known}


def _clinicians_json(found: Comparison) -> dict[str, Any]:
    if found.clinicians is None:
        return {"refusal": _NOT_READ_AGAIN}
    same = found.clinicians.same_again._asdict()
    return {"refusal": "", **_night_json(found.clinicians.night), "same_again": same}


def arms_said(name: str, found: Comparison, voided: list[str]) -> list[str]:
    """For people."""
    overall = found.judges.overall
    lines = [
        f"{name}: {len(found.nights)} nights, {overall.n_units} responses compared, {overall.n_missing} missing.",
        f"Judges: {_moved_said(overall)}",
        *(f"ALARM: {sentence}" for sentence in found.judges.alarms),
    ]
    if found.moved_criteria:
        lines.append(f"Criteria that moved: {', '.join(found.moved_criteria)}")
    lines += [_candidate_said(one) for one in found.candidates if one.watch is not None]
    lines += [_clinicians_said(found), found.attribution.reason]
    if not found.is_complete:
        lines.append("INCOMPLETE: too little was judged tonight, or a candidate could not be compared.")
    return [*lines, f"Void from now on: {', '.join(voided)}"] if voided else lines


def _moved_said(of: Night) -> str:
    return f"tonight {of.rose.k} rose and {of.fell.k} fell (p = {of.p_value:.2g})."


def _candidate_said(one: CandidateArm) -> str:
    assert one.watch is not None  # noqa: S101 (asked for before)
    moved = f" Criteria that moved: {', '.join(one.moved_criteria)}." if one.moved_criteria else ""
    return (
        f"Candidate {one.candidate_id}, {one.watch.overall.n_units} scenarios: {_moved_said(one.watch.overall)}{moved}"
    )


def _clinicians_said(found: Comparison) -> str:
    if found.clinicians is None:
        return f"Clinicians: {_NOT_READ_AGAIN}."
    of, same = found.clinicians.night, found.clinicians.same_again
    return (
        f"Clinicians, {of.n_units} responses read again by the same person: {_moved_said(of)} "
        f"The same on every criterion: {same.k} of {same.n}."
    )
