"""Two runs side by side as text."""

from collections.abc import Iterator
from textwrap import wrap

from pipeline.comparing.tables import WIDTH, Reasons
from pipeline.comparing.wording import p_is, p_value
from pipeline.diff.diffed import Diff
from pipeline.diff.flips import Flip, Said
from pipeline.diff.wording import FAILURES, FLAGS, FLAGS_ARE_JUDGES, alterations, cost, headline

_NAME = 38
_MOST = 60
"""Rows of one table; the rest is in the JSON and on the page."""


def text_of(of: Diff) -> list[str]:
    """All of it, line by line."""
    reasons = Reasons()
    parts = [
        [headline(of)],
        ["", "What is not the same", *(f"  {line}" for line in alterations(of.altered))],
        _flags(of, reasons),
        _failures(of, reasons),
        list(_flips(of)),
        _spent(of),
        ["", "No figure, or no interval, because:", *reasons.lines()] if reasons.seen else [],
        ["", FLAGS_ARE_JUDGES],
    ]
    return [line for part in parts for line in part]


def _flags(of: Diff, reasons: Reasons) -> list[str]:
    moved = [one for one in of.flags if one.is_shown]
    head = f"  {'':<{_NAME}}{'n':>7} {'before':>8}{'after':>8}  {'difference':<24}{'rose':>5}{'fell':>5}   p"
    rows = [
        f"  {one.group.label[: _NAME - 1]:<{_NAME}}{one.found.n_rows:>7,} {one.found.before or 0:>8.1%}"
        f"{one.found.after or 0:>8.1%}  {reasons.cell(one.found.difference):<24}{one.found.rose:>5}{one.found.fell:>5}"
        f"   {p_value(one.holm_p)}"
        for one in moved[:_MOST]
    ]
    still = f"  … and {n} in which no scenario changed" if (n := len(of.flags) - len(moved)) else ""
    return ["", *wrap(FLAGS, WIDTH), head, *rows, *_more(len(moved)), *([still] if still else [])]


def _failures(of: Diff, reasons: Reasons) -> list[str]:
    if not of.clinicians.failures:
        return ["", f"Failures in clinicians' eyes: no figure, because {of.clinicians.note}."]
    rows = [
        f"  {one.group.label[: _NAME - 1]:<{_NAME}}{one.found.difference.n:>7,} read  "
        f"{reasons.cell(one.found.difference):<28}" + p_is(one.found.holm_p)
        for one in of.clinicians.failures[:_MOST]
    ]
    return ["", *wrap(FAILURES, WIDTH), *(row.rstrip() for row in rows), *_more(len(of.clinicians.failures))]


def _more(n: int) -> list[str]:
    return [f"  … and {n - _MOST} more: --json and --html have all"] if n > _MOST else []


def _flips(of: Diff) -> Iterator[str]:
    yield ""
    shown = f", {len(of.said)} shown" if len(of.said) < len(of.flips) else ""
    yield f"Flipped: {len(of.flips):,} questions that the panel answers otherwise{shown}, the gravest first"
    for one, said in of.said.items():
        yield from _flip(one, said)


def _flip(one: Flip, said: list[Said]) -> Iterator[str]:
    words = "the same response" if one.is_same_response else "another response"
    yield f"  {one.criterion_id} ({one.severity}), {one.scenario_id}, {one.candidate_id}: {one.before} to {one.after}"
    yield f"    {words}; {one.disposition_before or 'not routed'} to {one.disposition_after or 'not routed'}"
    for each in said:
        line = (
            f"{'after ' if each.is_after else 'before'} {each.judge_id}: {each.said.replace('_', ' ')}. {each.reason}"
        )
        yield from wrap(" ".join(line.split()), WIDTH, initial_indent="    ", subsequent_indent="      ")


def _spent(of: Diff) -> list[str]:
    rows = [f"  {one.who}: {cost(one.before)}; then {cost(one.after)}" for one in of.spent]
    return ["", "Calls and cost", *rows]
