"""Everything that leads see of one run, or of a window that ends with it."""

from dataclasses import dataclass

from pipeline.comparing.compared import Compared
from pipeline.comparing.differing import Differing
from pipeline.learning.words import by_reason
from pipeline.reporting.charts import Bar
from pipeline.reporting.comparison import ComparisonPage, gather_comparison
from pipeline.reporting.leads.anchored import anchor_rows, anchor_table
from pipeline.reporting.leads.around import Around
from pipeline.reporting.leads.curves import Curve, calibration_table, curves, observed_table
from pipeline.reporting.leads.differences import difference_bars, difference_table, run_rows, swayed_rows
from pipeline.reporting.leads.tables import (
    certificate_bars,
    certificate_table,
    cost_bars,
    cost_table,
    coverage_bars,
    coverage_table,
    drift_rows,
    gap_sentence,
    night_rows,
    night_table,
)
from pipeline.reporting.whiskers import Row


@dataclass(frozen=True, slots=True)
class Differences:
    """Where the panel and clinicians differ."""

    bars: list[Bar]
    table: list[list[str]]
    listed: list[Differing]
    """Those that may be read side by side: no reader is still to judge them blind."""
    n_withheld: int
    swayed: list[Row]
    swayed_n: str
    by_run: list[Row]
    """Empty where there is one run alone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the run, whatever labels there are."""

    run_id: str
    day: str
    curves: list[Curve]
    calibrations: list[list[str]]
    observed: list[list[str]]
    uncalibrated: list[tuple[str, str]]
    certificate_bars: list[Bar]
    certificates: list[list[str]]
    gap: str
    coverage_bars: list[Bar]
    coverage: list[list[str]]
    night_rows: list[Row]
    nights: list[list[str]]
    drift_rows: list[Row]
    """Judges against frozen anchors, as each night was at the gate."""
    anchor_rows: list[Row]
    anchors: list[list[str]]
    cost_bars: list[Bar]
    costs: list[list[str]]


@dataclass(frozen=True, slots=True)
class LeadsPage:
    """Everything on the page."""

    comparison: ComparisonPage
    differences: Differences
    standing: Standing

    @property
    def title(self) -> str:
        """The runs."""
        return self.comparison.title

    @property
    def provisional(self) -> bool:
        """Whether responses could clear without certificates."""
        return self.comparison.provisional


def leads_page(found: Compared, around: Around) -> LeadsPage:
    """The page.

    Args:
        found: the comparison.
        around: of the last of its runs.
    """
    page = gather_comparison(found, f"{around.at:%Y-%m-%d %H:%M}")
    return LeadsPage(page, differences(found, around), standing(around))


def differences(found: Compared, around: Around) -> Differences:
    """Where the panel and clinicians differ, without what somebody is still to judge blind."""
    listed = [one for one in found.differing if one.item_id not in around.being_read]
    of = found.swayed
    n = f"{of.n_changed:,} of {of.n:,} judgements on criteria, on which the panel has a clear word, were changed."
    withheld = len(found.differing) - len(listed)
    bars, table = difference_bars(found), difference_table(found)
    return Differences(bars, table, listed, withheld, swayed_rows(found), n, run_rows(found))


def standing(around: Around) -> Standing:
    """How the run stands."""
    return Standing(
        around.run_id,
        around.started_at[:10],
        curves(around.cards),
        calibration_table(around.cards),
        observed_table(around.cards),
        by_reason(one for one in around.cards if one.card is None),
        certificate_bars(around),
        certificate_table(around),
        gap_sentence(around),
        coverage_bars(around),
        coverage_table(around),
        night_rows(around.nights),
        night_table(around.nights),
        drift_rows(around.nights),
        anchor_rows(around.anchored),
        anchor_table(around.anchored),
        cost_bars(around),
        cost_table(around),
    )
