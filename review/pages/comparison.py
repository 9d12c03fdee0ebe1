"""Judges against clinicians, for leads and safety officers: every view has an address that can be sent."""

from dataclasses import dataclass
from urllib.parse import urlencode

from pipeline.comparing.differing import Differing, Kind
from pipeline.reporting.leads.differences import SHOWN
from pipeline.reporting.leads.page import LeadsPage, Standing, differences, leads_page, standing
from pipeline.store.adjudications import fetch_own_read, fetch_read_twice
from pipeline.store.connection import Connection
from pipeline.store.coverage import fetch_being_read
from pipeline.store.side_by_side import SideBySide, fetch_side_by_side
from review.ask import EXPERTS, Ask, Page, RefusedError, View
from review.pages.figures import Figures, Filters, Seen, filters_of
from review.pages.response import Passage, passages_of
from review.rules.conflict import contested

_OF_THE_LIST = ("kind", "criterion")


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The page: figures where there are any, how the run stands in any case."""

    seen: Seen
    figures: LeadsPage | None
    standing: Standing
    query: str


@dataclass(frozen=True, slots=True)
class DifferingView:
    """Where panel and clinicians differ, one by one."""

    filters: Filters
    shown: list[str]
    """The runs."""
    kinds: list[tuple[str, int]]
    """Each with how many there are."""
    kind: str
    criterion: str
    criteria: list[str]
    listed: list[Differing]
    n: int
    n_shown: int
    n_withheld: int
    why_not: str
    query: str
    list_query: str
    """With what the list itself is narrowed to."""


@dataclass(frozen=True, slots=True)
class SideBySideView:
    """One response with all that was said of it."""

    item: SideBySide
    passages: list[Passage]
    """The response, with what judges quoted and readers marked."""
    back: str
    """The list's filters, as they stand in an address."""


def show(figures: Figures) -> View:
    """The page."""

    def view(ask: Ask) -> Page:
        seen = figures.of(ask.store, filters_of(ask), ask.now)
        found = None if seen.found is None else leads_page(seen.found, seen.around)
        stands = standing(seen.around) if found is None else found.standing
        return Page("comparison.html", ComparisonView(seen, found, stands, seen.filters.query))

    return view


def show_differing(figures: Figures) -> View:
    """The list."""

    def view(ask: Ask) -> Page:
        seen = figures.of(ask.store, filters_of(ask), ask.now)
        return Page("differing.html", _differing(seen, ask))

    return view


def show_one(ask: Ask) -> Page:
    """One response, side by side."""
    with ask.store.reading() as connection:
        item = fetch_side_by_side(connection, ask.path["item_id"])
        if item is None:
            raise RefusedError(404, "There is no such response")
        if fetch_being_read(connection, item.run_id, item.item_id):
            raise RefusedError(
                409, "Somebody is still to judge this response blind; it can be read side by side after that"
            )
        if ask.person.may(EXPERTS) and _is_theirs_to_settle(connection, item.item_id, ask.person.person_id):
            raise RefusedError(409, "You may be asked to settle this item; give your own read first, under To settle")
    return Page("side_by_side.html", SideBySideView(item, _passages(item), _list_query(ask, filters_of(ask))))


def _passages(item: SideBySide) -> list[Passage]:
    quoted = [span for point in item.points for one in point.findings for span in one.evidence]
    marked = [span for point in item.points for one in point.readings for span in one.blind.evidence.spans]
    return passages_of(item.response, quoted, marked)


def _differing(seen: Seen, ask: Ask) -> DifferingView:
    kind, criterion = (ask.query.get(name, "") for name in _OF_THE_LIST)
    every = None if seen.found is None else differences(seen.found, seen.around)
    listed = [] if every is None else every.listed
    counts = [(one.value, sum(each.kind == one for each in listed)) for one in Kind]
    some = [one for one in listed if kind in ("", one.kind) and criterion in ("", one.criterion_id)]
    return DifferingView(
        seen.filters, seen.shown, counts, kind, criterion, sorted({one.criterion_id for one in listed}), some[:SHOWN],
        len(some), SHOWN, 0 if every is None else every.n_withheld, seen.why_not, seen.filters.query,
        _list_query(ask, seen.filters),
    )  # fmt: skip


def _is_theirs_to_settle(connection: Connection, item_id: str, person_id: str) -> bool:
    """Whether readers differ, nobody has settled it, and this expert has not said yet what they think."""
    unsettled = fetch_read_twice(connection, item_id)
    is_contested = any(contested(list(one.readings.values())) for one in unsettled)
    return is_contested and fetch_own_read(connection, item_id, person_id) is None


def _list_query(ask: Ask, filters: Filters) -> str:
    narrowed = {name: value for name in _OF_THE_LIST if (value := ask.query.get(name, ""))}
    return "&".join(part for part in (filters.query, urlencode(narrowed)) if part)
