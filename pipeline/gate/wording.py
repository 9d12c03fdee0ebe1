"""A night at the gate in words: one paragraph, sober, the weightiest first. Ids and numbers alone, no clinical text."""

from collections.abc import Sequence

from agreement.drift.cause import Cause
from pipeline.gate.budget import Budgeted
from pipeline.gate.outcome import Gated, Outcome
from pipeline.gate.worse import Contrast

_MOST, _NAMED = 3, 5
"""Candidates or budgets that the paragraph tells of, and criteria that it names; the tables have all."""


def headline(of: Gated) -> str:
    """The outcome in a line."""
    if of.outcome is Outcome.PASSED:
        return f"Run {of.looked.run_id} passes."
    return f"Run {of.looked.run_id} does not pass: {' and '.join(_why(one, of) for one in of.outcomes)}."


def _why(outcome: Outcome, of: Gated) -> str:
    if outcome is not Outcome.CANDIDATE_WORSE:
        return outcome.words
    is_worse = any(Cause.CANDIDATE_WORSE in one.causes for one in of.blame.values())
    is_beyond = any(one.state == "exceeded" for one in of.looked.budgets)
    said = [*(["a candidate is worse"] if is_worse else []), *(["a budget is exceeded"] if is_beyond else [])]
    return " and ".join(said)


def paragraph(of: Gated) -> str:
    """Why, in full."""
    sentences = [headline(of), _judges(of), _whole(of), *_candidates(of), *_budgets(of.looked.budgets), _clinicians(of)]
    return " ".join(one for one in sentences if one)


def _judges(of: Gated) -> str:
    anchors = of.looked.anchors
    if anchors is None:
        return "Neither judges nor clinicians were tested tonight: no anchors were given."
    n = anchors.judges.overall.n_units
    if Outcome.JUDGES_MOVED not in of.outcomes:
        return f"On {n:,} anchors the judges are not shown to have moved."
    return (
        f"On {n:,} anchors the judges are not what they were: {'; '.join(anchors.judges.alarms)}. Their certificates "
        "are void, and what they say of candidates tonight cannot be taken at its word."
    )


def _whole(of: Gated) -> str:
    looked = of.looked
    sentences: list[str] = []
    if not looked.whole.is_whole:
        sentences.append(f"The night is not whole: {looked.whole.said}.")
    if looked.anchors is not None and not looked.anchors.is_complete:
        sentences.append("Too few anchors were judged to tell whether the judges moved.")
    return " ".join(sentences)


def _candidates(of: Gated) -> list[str]:
    reference = of.looked.reference
    if reference.refusal:
        return [f"Candidates were not compared: {reference.refusal}."]
    if reference.is_first:
        return ["Candidates were compared with nothing: comparisons begin with this night."]
    if not of.looked.tests:
        return [f"Candidates were not compared: nothing is the same as in {', '.join(reference.run_ids)}."]
    return [*_tested(of), *_left_out(of)]


def _tested(of: Gated) -> list[str]:
    tests = of.looked.tests
    worse = [one for one in tests if one.is_worse]
    if not worse:
        return [_steady([one for one in tests if one.baseline == tests[0].baseline and not one.name])]
    names = list(dict.fromkeys(one.candidate_id for one in worse))
    sentences = [_worse([one for one in worse if one.candidate_id == name]) for name in names[:_MOST]]
    sentences += [f"And {len(names) - _MOST} more candidates are worse."] if len(names) > _MOST else []
    sentences += [] if of.looked.anchors else ["The judges were not tested, so that theirs may be part of it."]
    return [*sentences, *_beside_judges(of)]


def _worse(some: Sequence[Contrast]) -> str:
    """One candidate: what weighs most, and in what else it is worse."""
    first, *others = sorted(some, key=lambda one: (bool(one.name), one.found.p_worse))
    also = [name for name in dict.fromkeys(one.what for one in others) if name != first.what]
    more = f" and {len(also) - _NAMED} more" if len(also) > _NAMED else ""
    return f"{rise_said(first)}." + (f" Also worse: {', '.join(also[:_NAMED])}{more}." if also else "")


def _beside_judges(of: Gated) -> list[str]:
    """Where the judges moved, what of a rise is left to the candidate."""
    if Outcome.JUDGES_MOVED not in of.outcomes:
        return []
    open_or_worse = {Cause.CANDIDATE_WORSE, Cause.UNDECIDED}
    said = [f"{name}: {one.blame}" for name, one in of.blame.items() if open_or_worse & set(one.causes)]
    return said[:_MOST]


def _left_out(of: Gated) -> list[str]:
    looked = of.looked
    known = {one.candidate_id for one in looked.tests}
    new = [one for one in looked.candidate_ids if one not in known]
    return [
        *([f"Not compared, because no earlier night has it: {', '.join(new)}."] if new else []),
        *(
            [f"Left out: {looked.n_changed:,} questions whose scenario or criterion changed."]
            if looked.n_changed
            else []
        ),
    ]


def _steady(wholes: Sequence[Contrast]) -> str:
    said = "; ".join(f"{one.candidate_id} {_points(one)}" for one in wholes[:_MOST])
    more = f"; and {len(wholes) - _MOST} more" if len(wholes) > _MOST else ""
    return f"No candidate is shown to be worse than in {wholes[0].baseline}. Flagged responses changed: {said}{more}."


def rise_said(one: Contrast) -> str:
    """One rise in words."""
    before, after = (100 * (share or 0.0) for share in (one.found.before, one.found.after))
    return (
        f"{one.label}: {_counted(one)} went from {before:.1f} % in {one.baseline} to {after:.1f} % "
        f"({_points(one)}; p {_at(one.found.p_worse)}, where {one.level:.2g} alarms)"
    )


def _counted(one: Contrast) -> str:
    return "responses" if one.grouping in ("doubt", "unjudged") else "flagged responses"


def _at(p: float) -> str:
    """Below this, nothing but rounding is left of an exact p-value."""
    return f"= {p:.2g}" if p >= 1e-12 else "< 1e-12"  # noqa: PLR2004 (said above)


def _points(one: Contrast) -> str:
    of = one.found.difference
    if of.value is None or of.low is None or of.high is None:
        return "by an unknown share"
    return f"{100 * of.value:+.1f} points, {100 * of.low:+.1f} to {100 * of.high:+.1f}"


def _budgets(of: Sequence[Budgeted]) -> list[str]:
    exceeded = [one for one in of if one.state == "exceeded"]
    unproven = [one for one in of if one.state == "unproven"]
    kept = [one for one in of if one.state == "kept"]
    sentences = [f"{budget_said(one)}." for one in exceeded[:_MOST]]
    sentences += [f"And {len(exceeded) - _MOST} more budgets are exceeded."] if len(exceeded) > _MOST else []
    sentences += [f"{budget_said(one)}." for one in unproven[:_MOST]]
    sentences += [f"Nor are {len(unproven) - _MOST} more shown to be kept."] if len(unproven) > _MOST else []
    return [*sentences, *([f"{len(kept)} of {len(of)} budgets are shown to be kept."] if kept else [])]


def budget_said(one: Budgeted) -> str:
    """One budget in words."""
    name, of = f"{one.candidate_id}, {one.severity} violations: ", one.found
    budget = f"the budget of {100 * one.budget:g} %"
    share = "unknown" if of.value is None else f"{100 * of.value:.1f} %"
    if one.state == "exceeded":
        return f"{name}{share} of {of.n:,} responses, {100 * (one.exceeded_from or 0):.1f} % at least, exceeds {budget}"
    if one.state == "kept":
        return f"{name}{share} of {of.n:,} responses, {100 * (of.high or 0):.1f} % at most, keeps {budget}"
    most = "" if of.high is None else f", up to {100 * of.high:.1f} %"
    if of.value is not None and of.value > one.budget:
        least = f"it may be {100 * (one.exceeded_from or 0):.1f} %"
        return f"{name}{share} of {of.n:,} responses: above {budget}, but too few to show that it is; {least}"
    if one.needed is None:
        return f"{name}{share} of {of.n:,} responses{most}: too few to show that {budget} is kept"
    return (
        f"{name}{share} of {of.n:,} responses{most}: too few to show that {budget} is kept; "
        f"about {one.needed:,} responses would show it"
    )


def _clinicians(of: Gated) -> str:
    anchors = of.looked.anchors
    if anchors is None:
        return ""
    if anchors.clinicians is None:
        return "No clinician has read an anchor a second time."
    night = anchors.clinicians.night
    said = f"Of {night.n_units:,} anchors that clinicians read again, {night.rose.k} rose and {night.fell.k} fell"
    if Outcome.CLINICIANS_MOVED not in of.outcomes:
        return f"{said}: they are not shown to have moved."
    return f"{said} (p = {night.p_value:.2g}): talk with them before either reading is trusted."
