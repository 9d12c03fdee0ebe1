"""The page as HTML: escaped everywhere, no script, no request to anywhere."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.learning.words import by_reason, calibrator_in_words, estimate_in_words
from pipeline.reporting.comparison import ComparisonPage
from pipeline.reporting.diff import DiffPage
from pipeline.reporting.page import DISPOSITIONS, SEVERITIES, ReportPage
from pipeline.reporting.panel.cascade import TURNS
from pipeline.reporting.panel.pictures import ROADS, SAID

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


def render_comparison(page: ComparisonPage) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("compare.html").render(page=page, zero=_zero)


def render_diff(page: DiffPage) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("diff.html").render(page=page, zero=_zero)


def _zero(least: float, most: float) -> float:
    """Where nothing stands on a scale, in percent of its width."""
    return round(100 * -least / (most - least), 2)
