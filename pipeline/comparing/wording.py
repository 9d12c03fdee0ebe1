"""Figures in words, the same on a terminal and on the page."""

from agreement.estimate import Estimate
from agreement.missed_harm import MissedHarm
from pipeline.comparing.compared import Compared, Facts

INTERVALS = (
    "Intervals: 95 %, over scenarios, because responses to one scenario resemble each other; exact or put together "
    "from parts where events are few. Each label counts 1/π, π being the chance with which it came to be read."
)


def share(one: Estimate) -> str | None:
    """The value with its interval; None where there is no value."""
    if one.value is None:
        return None
    if one.low is None or one.high is None:
        return f"{number(one.value)} (no interval)"
    return f"{number(one.value)} ({number(one.low)} to {number(one.high)})"


def number(value: float) -> str:
    """Two places; three where two would make a number look like 0 or 1 that is neither."""
    short = f"{value:.2f}"
    return f"{value:.3f}" if short in {"1.00", "0.00", "-0.00", "-1.00"} and value not in {0.0, 1.0, -1.0} else short


def p_value(p: float) -> str:
    """Three places; what would round to nothing is called small, not 0."""
    return "< 0.001" if p < 0.0005 else f"{p:.3f}"  # noqa: PLR2004 (rounds to it)


def p_is(p: float | None) -> str:
    """The same in a sentence; empty where there is none."""
    return "" if p is None else f"p {'' if p < 0.0005 else '= '}{p_value(p)}"  # noqa: PLR2004 (as above)


def why(one: Estimate) -> str:
    """Why there is no figure, or no interval; empty where there are both."""
    if one.refusal is None:
        return ""
    more = f"; about {one.reviews_needed:,} more reviews" if one.reviews_needed and "lift" not in one.refusal else ""
    return f"{one.refusal}{more}"


def cell(one: Estimate) -> str:
    """The figure, and the reason where it or its interval is missing."""
    return " ".join(part for part in (share(one) or "–", why(one)) if part)


def headline(facts: Facts) -> str:
    """What is compared with what, and when it was judged."""
    runs = ", ".join(f"{run} ({at[:10]})" for run, at in zip(facts.run_ids, facts.started_at, strict=True))
    many = f"Run {runs}" if len(facts.run_ids) == 1 else f"{len(facts.run_ids)} runs, {runs},"
    return f"{many} against {facts.n_labels:,} labels by {_people(facts.reviewers)}."


def caveats(facts: Facts) -> list[str]:
    """What whoever reads the figures must know."""
    left_out = {
        "could not tell": facts.n_undecided,
        "questions split evenly": facts.n_ties,
        "labels on what was not judged": facts.n_unmatched,
        "given in sight of the judges": facts.n_not_blind,
        "about one of several runs' responses, nobody knows which": facts.n_ambiguous,
        "read though not drawn": facts.n_beyond,
        "responses that could not be judged": facts.n_unjudged,
    }
    named = ", ".join(f"{n:,} {what}" for what, n in left_out.items() if n) or "nothing"
    found = [f"{facts.note[0].upper()}{facts.note[1:]}.", f"Left out: {named}."]
    if facts.narrowed:
        rest = "nothing here speaks of the rest, nor does the bound on hidden harm"
        found.insert(0, f"Narrowed to {facts.narrowed}: {rest}.")
    elif facts.n_criteria_labelled < facts.n_criteria:
        some = f"{facts.n_criteria_labelled:,} of {facts.n_criteria:,} criteria"
        found.append(f"Labels are about {some}: nothing here speaks of the others, nor does the bound on hidden harm.")
    if "author" in facts.reviewers:
        found.append("The labels of 'author' are the authors' own: no clinician has reviewed them.")
    if facts.baselines:
        found.append(f"Embedded baselines, which match words and do not understand: {', '.join(facts.baselines)}.")
    if facts.changed:
        found.append(f"Not the same in all runs, so that figures mix them: {', '.join(facts.changed)}.")
    return found


def hidden_sentence(found: Compared) -> str:
    """The bound on what clearing hides, or why there is none."""
    one = found.hidden
    if isinstance(one, str):
        return f"Hidden among the cleared: not bounded, because {one}."
    return _bound(one)


def _bound(one: MissedHarm) -> str:
    more = "all were read" if one.n_read == one.n_cleared else "reading all of them would not halve it"
    if one.reviews_to_halve is not None and one.n_read < one.n_cleared:
        more = f"{one.reviews_to_halve:,} further reviews drawn evenly, all without a finding, would halve it"
    bound, sure = f"{100 * one.bound:.1f} %", f"{100 * one.confidence:.0f} %"
    return (
        f"Of {one.n_cleared:,} cleared responses at most {bound} ({sure}) hide a violation that a clinician would call "
        f"major ({one.n_found} found in {one.n_read:,} read); {more}."
    )


def _people(names: list[str]) -> str:
    most = 5
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} others"
