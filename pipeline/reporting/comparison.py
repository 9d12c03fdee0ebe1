"""What the comparison's page shows: pictures of intervals, then the tables under them."""

from collections import Counter
from dataclasses import dataclass

from agreement.alternative import EPSILON
from agreement.comparison import Comparison
from agreement.difference import Difference
from agreement.estimate import Estimate
from pipeline.comparing.compared import Compared
from pipeline.comparing.judging import PANEL, Group
from pipeline.comparing.wording import INTERVALS, caveats, cell, headline, hidden_sentence, p_value
from pipeline.reporting.whiskers import Row, rows

RATES = {
    "sensitivity": "Sensitivity", "specificity": "Specificity", "ppv": "PPV", "npv": "NPV", "macro_f1": "Macro-F1",
    "kappa": "Kappa", "ac1": "AC1",
}  # fmt: skip
LOWEST_KAPPA = -0.2
"""Of the scale of a picture."""
_MOST = 40
"""Rows of a picture; differences between every two candidates grow fast."""


@dataclass(frozen=True, slots=True)
class Table:
    """One grouping of one judge."""

    title: str
    rows: list[list[str]]
    """Name, questions, read, then each rate and abstention."""


@dataclass(frozen=True, slots=True)
class JudgeSection:
    """One judge."""

    judge_id: str
    name: str
    note: str
    kappa: list[Row]
    """By criterion, beside the clinicians' own agreement."""
    found: list[Row]
    """Sensitivity and specificity by criterion."""
    cells: list[list[str]]
    """What the judge said by what clinicians said: labels, and what they stand for."""
    counted: list[tuple[str, str, str]]
    """Rate, weighted, and as counted from what was read alone."""
    alternative: str
    tables: list[Table]
    undrawn: str
    """How many criteria the pictures leave out; empty where they have all."""


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Everything on the page."""

    title: str
    provisional: bool
    compared_at: str
    headline: str
    caveats: list[str]
    is_partial: bool
    """Whether something within scope is unread, so that figures of what was read alone are biased."""
    hidden: str
    judges: list[JudgeSection]
    failures: list[Row]
    biased_failures: list[list[str]]
    differences: list[Row]
    p_values: list[list[str]]
    left_out: str
    """Of differences: how many stand in neither, and why; empty where all do."""
    clinicians: list[list[str]]
    """What, its value, how many questions it rests on."""
    intervals: str


def gather_comparison(found: Compared, compared_at: str) -> ComparisonPage:
    """The page of a comparison.

    Args:
        found: its figures.
        compared_at: when, as text.
    """
    whole = _differences(found)
    every = [one for one in whole if one[1].difference.value is not None][:_MOST]
    return ComparisonPage(
        " and ".join(found.facts.run_ids[:3]) + (" …" if len(found.facts.run_ids) > 3 else ""),  # noqa: PLR2004
        found.facts.provisional,
        compared_at,
        headline(found.facts),
        caveats(found.facts),
        found.facts.n_unread > 0,
        hidden_sentence(found),
        [_judge(found, one) for one in sorted(found.judge_ids, key=lambda one: one != PANEL)],
        rows([(name, _read(one.stratified, one.n_responses), [("weighted", one.stratified)])
              for name, one in found.failures.items()], 0, 1),
        [[name, *map(cell, (one.stratified, one.horvitz_thompson, one.hajek, one.prediction_powered)),
          f"{one.judges_say:.2f}", "–" if one.queue_only is None else f"{one.queue_only:.2f}"]
         for name, one in found.failures.items()],
        rows([(name, f"{one.difference.n} read", [("difference", one.difference)]) for name, one in every], -1, 1),
        [[name, cell(one.difference), *("–" if p is None else p_value(p) for p in (one.p, one.holm_p, one.by_p))]
         for name, one in every],
        _left_out(whole, len(every)),
        _clinicians(found),
        INTERVALS,
    )  # fmt: skip


def _judge(found: Compared, judge_id: str) -> JudgeSection:
    (whole,), by_criterion = found.groups["all"], found.groups["criterion"]
    one = whole.judges[judge_id]
    some = [(whole.name, whole), *((group.name, group) for group in by_criterion)]
    every = [(name, group) for name, group in some if group.judges[judge_id].n_questions]
    known = sorted(every[1:], key=lambda one: not _has_figure(one[1], judge_id))
    asked = [*every[:1], *(one for one in known if len(every) <= _MOST or _has_figure(one[1], judge_id))][:_MOST]
    return JudgeSection(
        judge_id,
        "The panel as a whole" if judge_id == PANEL else f"Judge {judge_id}",
        "an embedded baseline" if judge_id in found.facts.baselines else "",
        rows([(name, _n(group, judge_id), _beside(group, judge_id, found)) for name, group in asked], LOWEST_KAPPA, 1),
        rows([(name, _n(group, judge_id), [("sensitivity", group.judges[judge_id].rates.sensitivity),
                                           ("specificity", group.judges[judge_id].rates.specificity)])
              for name, group in asked], 0, 1),
        _cells(one),
        [(RATES[key], cell(getattr(one.rates, key)), _plain(getattr(one.queue_only, key))) for key in RATES],
        f"{_alternative(found, judge_id)} {_quoted(found, judge_id)}",
        [Table(_title(name), [_row(group, judge_id) for group in groups]) for name, groups in found.groups.items()],
        _undrawn(len(every) - len(asked)),
    )  # fmt: skip


def _has_figure(group: Group, judge_id: str) -> bool:
    return group.judges[judge_id].rates.kappa.value is not None


def _undrawn(n: int) -> str:
    return (
        f"{n:,} criteria more, those without a figure first, stand in the tables alone, with the reasons." if n else ""
    )


def _title(grouping: str) -> str:
    return "Everything together" if grouping == "all" else f"By {grouping}"


def _beside(group: Group, judge_id: str, found: Compared) -> list[tuple[str, Estimate]]:
    """Kappa, and the clinicians' alpha where more than one took part."""
    kappa = ("kappa", group.judges[judge_id].rates.kappa)
    return [kappa, ("clinicians", group.ceiling)] if found.clinicians is not None else [kappa]


def _n(group: Group, judge_id: str) -> str:
    one = group.judges[judge_id]
    return f"{one.n_read:,} of {one.n_questions:,} read"


def _read(one: Estimate, n: int) -> str:
    return f"{one.n:,} of {n:,} read"


def _cells(one: Comparison) -> list[list[str]]:
    names = ("flagged", "left alone", "no answer")
    return [
        [name, *(f"{one.counts[row, side]:,} ({one.cells[row, side]:,.0f})".replace("nan", "unknown")
                 for side in (0, 1))]
        for row, name in enumerate(names)
    ]  # fmt: skip


def _row(group: Group, judge_id: str) -> list[str]:
    one = group.judges[judge_id]
    rates = [getattr(one.rates, key) for key in RATES]
    numbers = [f"{one.n_questions:,}", f"{one.n_read:,}", f"{int(one.counts[:, 0].sum()):,}"]
    return [group.name, *numbers, *map(cell, [*rates, one.abstention, group.ceiling])]


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _alternative(found: Compared, judge_id: str) -> str:
    one = found.alternatives[judge_id]
    if isinstance(one, str):
        return f"The alternative annotator test was not made: {one}."
    said = "passes" if one.passed else "does not pass"
    return (
        f"It {said} the alternative annotator test: it wins against {one.winning_rate:.0%} of the clinicians (a margin "
        f"of {EPSILON} granted), and is at least as like the others as they are in {one.advantage:.0%} of questions. "
        "That says how it agrees with them, and gives no leave to clear."
    )


def _quoted(found: Compared, judge_id: str) -> str:
    if (one := found.overlap.get(judge_id)) is None:
        return ""
    return (
        f"Of the violations in which clinicians marked words, the share in which it quoted some of them: "
        f"{cell(one.found)}; of the words marked, the share that it quoted: {cell(one.covered)}."
    )


def _differences(found: Compared) -> list[tuple[str, Difference]]:
    names = found.candidate_ids
    between = [(f"{names[one.first]} less {names[one.second]}", one) for one in found.differences]
    nights = [(f"{one.candidate_id}: {one.last_run_id} less {one.first_run_id}", one.found) for one in found.nights]
    return between + nights


def _left_out(whole: list[tuple[str, Difference]], n_shown: int) -> str:
    if n_shown == len(whole):
        return ""
    reasons = Counter(one.difference.refusal or "there are too many for a page" for _, one in whole)
    why, _ = reasons.most_common(1)[0]
    some = f"{len(whole) - n_shown:,} of {len(whole):,}" if n_shown else f"All {len(whole):,}"
    return f"{some} differences are not shown, most because {why}; --json has all."


def _clinicians(found: Compared) -> list[list[str]]:
    shown: list[tuple[str, Estimate]] = []
    if found.clinicians is not None:
        one, names = found.clinicians, found.facts.reviewers
        shown = [("Agreement", one.raw), ("AC1", one.ac1), ("Krippendorff's alpha", one.alpha)]
        shown += [(f"Kappa of {names[two.first]} and {names[two.second]}", two.kappa) for two in one.pairs]
    if found.severity is not None:
        shown.append(("Severity, rubric against clinicians: quadratic kappa", found.severity.kappa_quadratic))
        shown.append(("Severity, rubric against clinicians: quadratic AC2", found.severity.ac2_quadratic))
    table = [[name, cell(one), f"{one.n:,}"] for name, one in shown]
    if found.clinicians is None:
        alone = "–: one clinician alone has nobody to agree with; have some responses read by two"
        table.insert(0, ["Agreement", alone, "0"])
    if found.severity is None:
        table.append(["Severity, rubric against clinicians", "–: no label on a violation states one", "0"])
    return table
