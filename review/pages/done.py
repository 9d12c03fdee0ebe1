"""An item that a person is done with: what they said, in every version."""

from dataclasses import dataclass

from pipeline.store.adjudications import Adjudication, fetch_adjudication
from pipeline.store.reviews import Version
from pipeline.store.scenario_versions import fetch_newer
from review.ask import Ask, GoTo, Page
from review.pages.opened import open_item


@dataclass(frozen=True, slots=True)
class DonePage:
    """What was committed."""

    item_id: str
    title: str
    versions: list[Version]
    titles: dict[str, str]
    """Of the criteria, by id."""
    settled: Adjudication | None
    has_newer_scenario: bool
    """The scenario was changed since; the judgement stays tied to the text that it was given on."""

    @property
    def is_extra(self) -> bool:
        """Kept beyond the readings that the item needed."""
        return self.versions[0].is_extra


def show(ask: Ask) -> Page | GoTo:
    """The page; before the judgement is kept or changed, that page instead."""
    with ask.store.reading() as connection:
        opened = open_item(connection, ask)
        settled = fetch_adjudication(connection, opened.item.item_id)
        newer = fetch_newer(connection, opened.item.versions["scenario"])
    if not opened.standing.may_see_judges:
        return GoTo(f"/items/{opened.item.item_id}")
    titles = {one.criterion.criterion_id: one.name for one in opened.item.questions}
    title = opened.item.scenario.title or "A scenario without a title"
    record = DonePage(opened.item.item_id, title, opened.versions, titles, settled, newer is not None)
    return Page("done.html", record)
