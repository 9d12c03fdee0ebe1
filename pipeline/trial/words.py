"""What a trial shows, in words for a terminal."""

from collections.abc import Iterator

from agreement.paired import Side
from pipeline.learning.words import estimate_in_words
from pipeline.trial.outcome import Flip, Outcome, Said

_TURNS = {"mended": "Mended by B", "broken": "Broken by B", "other": "Otherwise, and neither agrees"}


def lines_of(one: Outcome) -> Iterator[str]:
    """Figures first, then every flip."""
    taught = f"; {one.n_taught} more taught it and were left out" if one.n_taught else ""
    counts = f"{one.n_questions} questions on {one.n_scenarios} scenarios, {one.n_violations} violated"
    yield f"{one.judge_id}: {counts}{taught}"
    yield f"  {'':<4}{'agreement':<22}{'sensitivity':<22}{'specificity':<22}no answer"
    for name, of in (("A", one.paired.first), ("B", one.paired.second)):
        yield _row(name, of)
    test = one.paired.mcnemar
    p = "not defined: both are right on the same questions" if test.p is None else f"p = {test.p:.3g}"
    yield f"  B - A in agreement: {estimate_in_words(one.paired.difference)}"
    yield f"  Only B right: {test.only_second}. Only A right: {test.only_first}. McNemar, exact: {p}."
    yield "  Intervals: 95 %, whole scenarios resampled, or exact; the test counts questions as independent."
    for flip in one.flips:
        yield from _flip_lines(flip)


def _row(name: str, of: Side) -> str:
    figures = (of.agreement, of.sensitivity, of.specificity)
    return f"  {name:<4}" + "".join(f"{estimate_in_words(one):<22}" for one in figures) + str(of.n_abstained)


def _flip_lines(one: Flip) -> Iterator[str]:
    yield f"\n  {_TURNS[one.turn]}: {one.criterion_id} ({one.severity}), {one.scenario_id}, {one.candidate_id}"
    yield from (f"    | {line}" for line in one.excerpt.splitlines())
    reasons = "; ".join(one.clinicians_reasons)
    yield f"    clinicians: {one.clinicians_verdict}{f' ({_flat(reasons)})' if reasons else ''}"
    yield f"    A: {_said(one.first)}"
    yield f"    B: {_said(one.second)}"


def _said(one: Said) -> str:
    quotes = "".join(f" “{_flat(quote)}”" for quote in one.quotes)
    return f"{'failed' if one.verdict is None else one.verdict.replace('_', ' ')}. {_flat(one.reason)}{quotes}"


def _flat(text: str) -> str:
    return " ".join(text.split())
