"""A comparison's figures for pages: worked out away from the store's door, and kept until the store changes."""

from collections import OrderedDict
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from threading import Lock
from urllib.parse import urlencode

from domain.errors import InputError
from pipeline.comparing.compared import Compared
from pipeline.comparing.gathered import Gathered, gather_in_visits
from pipeline.comparing.narrowed import EVERYTHING, Only
from pipeline.comparing.window import NEWEST, Window, fetch_window
from pipeline.reporting.leads.around import Around, fetch_around
from pipeline.store.connection import Connection, Store
from pipeline.store.people import fetch_professions
from pipeline.store.runs import ListedRun, fetch_listed_runs
from pipeline.store.state import fetch_state
from review.ask import Ask, RefusedError

REPLICATES = 500
"""A page is looked at once; `caveat compare` draws 2,000, and differs in the third place."""
MOST_RUNS = 31
"""Of one page: a month of nights."""
_RUNS_LISTED = 100
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Filters:
    """What a view is of: its address says all of it."""

    window: Window = NEWEST
    only: Only = EVERYTHING

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Those that are set, as a form sends them."""
        days = {"since": self.window.since, "until": self.window.until}
        every = [*(("run", one) for one in self.window.runs), *days.items(), *asdict(self.only).items()]
        return [(name, str(value)) for name, value in every if value]

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.fields)


def filters_of(ask: Ask) -> Filters:
    """As the address has them.

    Raises:
        RefusedError: a day is none.
    """
    runs = dict.fromkeys(one for one in ask.queries.get("run", ()) if one)
    window = Window(tuple(runs), _day(ask, "since"), _day(ask, "until"))
    return Filters(window, Only(**{one.name: ask.query.get(one.name, "") for one in fields(Only)}))


def _day(ask: Ask, name: str) -> date | None:
    text = ask.query.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RefusedError(400, f"In the address, {name} is no day: expected one such as 2026-11-22") from None


@dataclass(frozen=True, slots=True)
class Seen:
    """One view's figures."""

    runs: list[ListedRun]
    filters: Filters
    """With the run that is shown, where the address names none."""
    shown: list[str]
    """The runs, the earliest first."""
    choices: dict[str, list[str]]
    """By filter, what there is in the runs."""
    found: Compared | None
    why_not: str
    """Why there is no comparison."""
    around: Around


@dataclass(slots=True)
class Figures:
    """The last few views, by what they are of; one at a time is worked out, or readers' pages would wait."""

    _kept: OrderedDict[Filters, tuple[str, Seen]] = field(default_factory=OrderedDict[Filters, tuple[str, Seen]])
    _lock: Lock = field(default_factory=Lock)

    def of(self, store: Store, filters: Filters, now: datetime) -> Seen:
        """The view's figures.

        Raises:
            RefusedError: there is no run yet, or none of this name.
        """
        with self._lock:
            with store.reading() as connection:
                state = f"{fetch_state(connection)} {now:%Y-%m-%dT%H}"  # a certificate ends with time alone
            before = self._kept.get(filters)
            if before is not None and before[0] == state:
                self._kept.move_to_end(filters)
                return before[1]
            seen = _work_out(store, filters, now)
            self._kept[filters] = state, seen
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return seen


def _work_out(store: Store, filters: Filters, now: datetime) -> Seen:
    """In visits of their own, so that the door opens in between."""
    with store.reading() as connection:
        runs = fetch_listed_runs(connection, _RUNS_LISTED)
        if not runs:
            raise RefusedError(404, "There is no run to compare yet")
        if filters.window == NEWEST:
            filters = replace(filters, window=Window((runs[0].run_id,)))
        run_ids = _run_ids(connection, filters.window)
    gathered = gather_in_visits(store, run_ids)
    shown = [one.run_id for one in gathered.nights]
    with store.reading() as connection:
        around = fetch_around(connection, shown, now)
    with store.reading() as connection:
        people = set(fetch_professions(connection))
    found, why_not = _compared(gathered, filters)
    unnamed = None if found is None else _unnamed(found, people)
    return Seen(runs, filters, shown, _choices(gathered), unnamed, why_not, around)


def _run_ids(connection: Connection, window: Window) -> list[str]:
    try:
        found = fetch_window(connection, window)
    except InputError as error:
        raise RefusedError(404, f"There is nothing to compare: {error}") from None
    if len(found) > MOST_RUNS:
        sentence = f"These are {len(found)} runs, and a page takes {MOST_RUNS} at most"
        raise RefusedError(400, f"{sentence}; choose fewer days, or use caveat compare --since, which takes any number")
    return found


def _unnamed(found: Compared, people: set[str]) -> Compared:
    """Readers by numbers: pages show whose a judgement is to nobody."""
    names = [f"reader {n}" if one in people else one for n, one in enumerate(found.facts.reviewers, 1)]
    return replace(found, facts=replace(found.facts, reviewers=names))


def _compared(gathered: Gathered, filters: Filters) -> tuple[Compared | None, str]:
    try:
        return gathered.compared(REPLICATES, filters.only), ""
    except InputError as error:
        return None, str(error)


def _choices(gathered: Gathered) -> dict[str, list[str]]:
    items = [one for night in gathered.nights for one in night.items]
    kinds = [one for night in gathered.nights for one in night.kinds]
    severities = {one.severity for one in kinds}
    return {
        "candidate": sorted({one.candidate_id for one in items}),
        "rubric": sorted({one.rubric_id for one in kinds}),
        "setting": sorted({one.setting for one in items if one.setting}),
        "severity": [one.value for one in sorted(severities, key=lambda one: -one.rank)],
    }
