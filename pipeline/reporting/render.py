"""The page as HTML: escaped everywhere, no script, no request to anywhere."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.learning.words import calibrator_in_words, estimate_in_words, unmeasured_in_words
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
_ENVIRONMENT.filters["unmeasured"] = unmeasured_in_words


def render_report(page: ReportPage) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("report.html").render(
        page=page, dispositions=DISPOSITIONS, severities=SEVERITIES, said=SAID, roads=ROADS, turns=TURNS
    )
