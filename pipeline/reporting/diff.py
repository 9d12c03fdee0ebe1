"""What the page of two runs side by side shows."""

from dataclasses import dataclass

from agreement.estimate import Estimate
from pipeline.comparing.wording import cell, p_value
from pipeline.diff.diffed import Diff
from pipeline.diff.failures import Failures
from pipeline.diff.flips import Flip, Said
from pipeline.diff.groups import Flags
from pipeline.diff.wording import FAILURES, FLAGS, FLAGS_ARE_JUDGES, alterations, cost, headline
from pipeline.reporting.whiskers import Row, rows

_ENDS = (0.1, 0.25, 0.5, 1.0)
"""Of the scale: differences are small, and a mark on a scale from -1 to 1 would not be seen."""


@dataclass(frozen=True, slots=True)
class DiffPage:
    """Everything on the page."""

    title: str
    provisional: bool
    compared_at: str
    headline: str
    caveat: str
    altered: list[str]
    flags: list[Row]
    flags_caption: str
    flag_table: list[list[str]]
    least: float
    most: float
    failures: list[Row]
    failures_caption: str
    failure_table: list[list[str]]
    clinicians_note: str
    n_flips: int
    flips: list[tuple[Flip, list[Said]]]
    spent: list[list[str]]


def gather_diff(of: Diff, compared_at: str) -> DiffPage:
    """The page of two runs.

    Args:
        of: its figures.
        compared_at: when, as text.
    """
    shown = [one for one in of.flags if one.is_shown]
    most = _end([one.found.difference for one in shown])
    return DiffPage(
        f"{of.after.run_id} less {of.before.run_id}",
        of.provisional,
        compared_at,
        headline(of),
        FLAGS_ARE_JUDGES,
        alterations(of.altered),
        rows([(one.group.label, f"{one.found.n_rows:,} in both", [("difference", one.found.difference)])
              for one in shown], -most, most),
        f"{FLAGS} {len(of.flags) - len(shown)} rows in which nothing changed stand in the table alone.",
        [_flags(one) for one in of.flags],
        -most,
        most,
        rows([(one.group.label, f"{one.found.difference.n:,} read", [("difference", one.found.difference)])
              for one in of.clinicians.failures], -1, 1),
        FAILURES,
        [_failures(one) for one in of.clinicians.failures],
        of.clinicians.note,
        len(of.flips),
        list(of.said.items()),
        [[one.who, cost(one.before), cost(one.after)] for one in of.spent],
    )  # fmt: skip


def _end(of: list[Estimate]) -> float:
    """The shortest scale that holds every interval."""
    widest = max((abs(end) for one in of for end in (one.low, one.high, one.value) if end is not None), default=1.0)
    return next((end for end in _ENDS if widest <= end), 1.0)


def _flags(one: Flags) -> list[str]:
    of = one.found
    return [
        one.group.label, f"{of.n_rows:,}", f"{of.before or 0:.1%}", f"{of.after or 0:.1%}", cell(of.difference),
        str(of.rose), str(of.fell), *(p_value(p) for p in (of.p, one.holm_p, one.by_p)),
    ]  # fmt: skip


def _failures(one: Failures) -> list[str]:
    p_values = (one.found.p, one.found.holm_p, one.found.by_p)
    return [one.group.label, cell(one.found.difference), *("–" if p is None else f"{p:.3f}" for p in p_values)]
