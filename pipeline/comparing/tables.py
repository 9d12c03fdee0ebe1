"""The comparison as text: compact tables, none wider than `WIDTH`, reasons for missing figures under each."""

from collections.abc import Iterable
from textwrap import wrap

from agreement.comparison import Comparison
from agreement.difference import Difference
from agreement.estimate import Estimate
from pipeline.comparing.compared import Compared
from pipeline.comparing.judging import Group
from pipeline.comparing.wording import INTERVALS, caveats, headline, hidden_sentence, p_is, share, why

WIDTH = 124
_NAME = 23
_MOST = 40
"""Rows of one table; the rest is in the JSON and on the page."""
_RATES = {
    "sensitivity": "sensitivity", "specificity": "specificity", "ppv": "PPV", "npv": "NPV", "macro_f1": "macro-F1",
    "kappa": "kappa", "ac1": "AC1",
}  # fmt: skip


class Reasons:
    """Numbers for reasons, each said once."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def cell(self, one: Estimate) -> str:
        """The figure; where it or its interval is missing, the number of the reason."""
        value, reason = share(one), why(one)
        if not reason:
            return value or "-"
        mark = self.mark(reason)
        return f"{value.split(' ')[0]} {mark}" if value else f"- {mark}"

    def mark(self, reason: str) -> str:
        """The number of a reason."""
        return f"[{self.seen.setdefault(reason, len(self.seen) + 1)}]"

    def lines(self) -> list[str]:
        """What the numbers mean."""
        return [
            line
            for reason, number in self.seen.items()
            for line in wrap(f"[{number}] {reason}", WIDTH, initial_indent="  ", subsequent_indent="      ")
        ]


def text_of(found: Compared) -> list[str]:
    """All of it, line by line."""
    reasons = Reasons()
    lines = [line for one in (headline(found.facts), *caveats(found.facts)) for line in wrap(one, WIDTH)]
    for judge_id in found.judge_ids:
        lines += _judge(found, judge_id, reasons)
    lines += _clinicians(found, reasons)
    lines += _candidates(found, reasons)
    lines += ["", *wrap(hidden_sentence(found), WIDTH)]
    lines += ["", "No figure, or no interval, because:", *reasons.lines()] if reasons.seen else []
    return [*lines, "", *wrap(INTERVALS, WIDTH)]


def _judge(found: Compared, judge_id: str, reasons: Reasons) -> list[str]:
    (whole,) = found.groups["all"]
    one = whole.judges[judge_id]
    name = "The panel as a whole" if judge_id == "panel" else f"Judge {judge_id}"
    name += " (an embedded baseline)" if judge_id in found.facts.baselines else ""
    lines = [
        "", name, *_cells(one),
        *_pairs((label, reasons.cell(getattr(one.rates, key))) for key, label in _RATES.items()),
        *_pairs([("abstention", reasons.cell(one.abstention)),
                 ("alternative test", _alternative(found, judge_id, reasons))]),
        *_quoted(found, judge_id, reasons),
        _as_counted(one, is_partial=found.facts.n_unread > 0),
    ]  # fmt: skip
    for grouping, groups in found.groups.items():
        if grouping != "all":
            lines += _grouped(grouping, groups, judge_id, reasons)
    return lines


def _cells(one: Comparison) -> list[str]:
    lines = [f"  {one.n_read:,} of {one.n_questions:,} questions read; in brackets what the labels stand for"]
    lines.append(f"  {'':<14}{'clinicians: violated':>26}{'not violated':>26}")
    for row, name in enumerate(("flagged", "left alone", "no answer")):
        cells = (f"{one.counts[row, side]:,} ({one.cells[row, side]:,.0f})" for side in (0, 1))
        lines.append(f"  {name:<14}" + "".join(f"{cell.replace('nan', 'unknown'):>26}" for cell in cells))
    return lines


def _as_counted(one: Comparison, *, is_partial: bool) -> str:
    """Of what was read alone; biased where that is not all."""
    rates = ("sensitivity", "specificity", "macro_f1", "kappa")
    values = ((_RATES[key], getattr(one.queue_only, key)) for key in rates)
    shown = ", ".join(f"{name} {value:.3f}" for name, value in values if value is not None) or "nothing"
    said = "BIASED, what was read alone as if it were all" if is_partial else "as counted, before any correction"
    return f"  {said}: {shown}"


def _quoted(found: Compared, judge_id: str, reasons: Reasons) -> list[str]:
    if (one := found.overlap.get(judge_id)) is None:
        return []
    return _pairs([("quotes marked words", reasons.cell(one.found)), ("of them quoted", reasons.cell(one.covered))])


def _alternative(found: Compared, judge_id: str, reasons: Reasons) -> str:
    one = found.alternatives[judge_id]
    if isinstance(one, str):
        return f"- {reasons.mark(one)}"
    said = "passed" if one.passed else "not passed"
    return f"{said} (wins against {one.winning_rate:.0%}; advantage {one.advantage:.2f})"


def _grouped(grouping: str, groups: tuple[Group, ...], judge_id: str, reasons: Reasons) -> list[str]:
    columns = ("sensitivity", "specificity", "kappa", "clinicians' alpha")
    lines = [f"  {'by ' + grouping:<{_NAME}}{'read':>7}" + "".join(f" {column:<22}" for column in columns).rstrip()]
    asked = [one for one in groups if one.judges[judge_id].n_questions]
    for one in asked[:_MOST]:
        judge = one.judges[judge_id]
        rates = (judge.rates.sensitivity, judge.rates.specificity, judge.rates.kappa, one.ceiling)
        cells = "".join(f" {reasons.cell(rate):<22}" for rate in rates).rstrip()
        lines.append(f"  {_short(one.name):<{_NAME}}{judge.n_read:>7,}{cells}")
    return [*lines, *_more(len(asked))]


def _short(name: str) -> str:
    """Its beginning and its end: names that begin alike differ there."""
    return name if len(name) < _NAME else f"{name[: _NAME // 3]}…{name[-(_NAME - _NAME // 3 - 2) :]}"


def _more(n: int) -> list[str]:
    return [f"  … and {n - _MOST} more: --json and --html have all"] if n > _MOST else []


def _clinicians(found: Compared, reasons: Reasons) -> list[str]:
    lines = ["", "Clinicians with each other"]
    if found.clinicians is None:
        lines.append("  one clinician alone has nobody to agree with; have some read by two")
    else:
        one = found.clinicians
        pairs = (("agreement", one.raw), ("AC1", one.ac1), ("Krippendorff's alpha", one.alpha))
        lines += _pairs((name, reasons.cell(value)) for name, value in pairs)
    if found.severity is None:
        return [*lines, "  severity: no label on a violation states one"]
    graded = (("severity, kappa", found.severity.kappa_quadratic), ("severity, AC2", found.severity.ac2_quadratic))
    return [*lines, *_pairs((name, reasons.cell(value)) for name, value in graded)]


def _candidates(found: Compared, reasons: Reasons) -> list[str]:
    lines = ["", "Candidates: share of responses that clinicians call violated on any criterion"]
    head = f"  {'candidate':<{_NAME}}{'n':>7}  {'weighted':<23}{'prediction-powered':<23}"
    lines.append(f"{head}{_biased(found, 'BIASED: read alone')}".rstrip())
    for candidate_id, one in list(found.failures.items())[:_MOST]:
        biased = _biased(found, "-" if one.queue_only is None else f"{one.queue_only:.2f}")
        cells = f"{reasons.cell(one.stratified):<23}{reasons.cell(one.prediction_powered):<23}{biased}"
        lines.append(f"  {_short(candidate_id):<{_NAME}}{one.n_responses:>7,}  {cells}".rstrip())
    lines += _more(len(found.failures))
    if found.differences or found.nights:
        lines.append("  Differences, paired by scenario; p corrected for looking at all of them")
    for one in found.differences[:_MOST]:
        name = f"{found.candidate_ids[one.first]} less {found.candidate_ids[one.second]}"
        lines.append(_difference(name, one, reasons))
    lines += _more(len(found.differences))
    for night in found.nights[:_MOST]:
        name = f"{night.candidate_id}, {night.last_run_id} less {night.first_run_id}"
        lines.append(_difference(name, night.found, reasons))
    return lines


def _biased(found: Compared, text: str) -> str:
    """Nothing where all was read: then nobody's choice of what is read can bias it."""
    return text if found.facts.n_unread else ""


def _difference(name: str, one: Difference, reasons: Reasons) -> str:
    return f"  {name[:44]:<45}{reasons.cell(one.difference):<27}{p_is(one.holm_p)}".rstrip()


def _pairs(cells: Iterable[tuple[str, str]]) -> list[str]:
    """Two to a line."""
    shown = [f"{name:<21}{value:<31}" for name, value in cells]
    return ["  " + "".join(shown[place : place + 2]).rstrip() for place in range(0, len(shown), 2)]
