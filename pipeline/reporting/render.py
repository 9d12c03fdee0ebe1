"""The page as HTML: escaped everywhere, no script, no request to anywhere."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.learning.words import by_reason, calibrator_in_words, estimate_in_words
from pipeline.reporting.diff import DiffPage
from pipeline.reporting.leads.differences import listed_rows
from pipeline.reporting.leads.page import LeadsPage
from pipeline.reporting.page import DISPOSITIONS, SEVERITIES, ReportPage
from pipeline.reporting.panel.cascade import TURNS
from pipeline.reporting.panel.pictures import ROADS, SAID

CHARTS_CSS = Path(__file__).parents[1] / "templates" / "charts.css"
"""What pictures and their tables look like, for pages that have a style sheet of their own beside it."""


_ENVIRONMENT = Environment(
    loader=PackageLoader("pipeline", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["estimate"] = estimate_in_words
_ENVIRONMENT.filters["calibrator"] = calibrator_in_words


def render_report(page: ReportPage) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("report.html").render(
        page=page,
        dispositions=DISPOSITIONS,
        severities=SEVERITIES,
        said=SAID,
        roads=ROADS,
        turns=TURNS,
        by_reason=by_reason,
    )


def render_comparison(page: LeadsPage) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("compare.html").render(page=page, listed_rows=listed_rows)


def render_diff(page: DiffPage) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("diff.html").render(page=page)


def render_svg(**what: object) -> str:
    """One picture, as `pipeline.reporting.picture` lays it out."""
    return _ENVIRONMENT.get_template("picture.svg").render(**what)
