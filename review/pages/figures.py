"""A comparison's figures for pages: worked out away from the store's door, and kept until the store changes."""

from collections import OrderedDict
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from threading import Lock
from urllib.parse import urlencode

from domain.errors import InputError
from pipeline.comparing.compared import Compared
from pipeline.comparing.gathered import Gathered, gather
from pipeline.comparing.narrowed import EVERYTHING, Only
from pipeline.reporting.leads.around import Around, fetch_around
from pipeline.store.connection import Store
from pipeline.store.people import fetch_professions
from pipeline.store.results import fetch_run
from pipeline.store.runs import ListedRun, fetch_listed_runs
from pipeline.store.state import fetch_state
from review.ask import Ask, RefusedError

REPLICATES = 500
"""A page is looked at once; `caveat compare` draws 2,000, and differs in the third place."""
_RUNS_LISTED = 100
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Filters:
    """What a view is of: its address says all of it."""

    run: str = ""
    only: Only = EVERYTHING

    @property
    def fields(self) -> dict[str, str]:
        """Those that are set, as a form sends them."""
        every = {"run": self.run} | asdict(self.only)
        return {name: value for name, value in every.items() if value}

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.fields)


def filters_of(ask: Ask) -> Filters:
    """As the address has them."""
    return Filters(ask.query.get("run", ""), Only(**{one.name: ask.query.get(one.name, "") for one in fields(Only)}))


@dataclass(frozen=True, slots=True)
class Seen:
    """One view's figures."""

    runs: list[ListedRun]
    filters: Filters
    """With the run that is shown, where the address names none."""
    choices: dict[str, list[str]]
    """By filter, what there is in the run."""
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
        run_id = filters.run or runs[0].run_id
        try:
            fetch_run(connection, run_id)
        except InputError:
            raise RefusedError(404, "There is no such run") from None
    with store.reading() as connection:
        gathered = gather(connection, [run_id])
    with store.reading() as connection:
        around = fetch_around(connection, [run_id], now)
        people = set(fetch_professions(connection))
    found, why_not = _compared(gathered, filters)
    named = replace(filters, run=run_id)
    shown = None if found is None else _unnamed(found, people)
    return Seen(runs, named, _choices(gathered), shown, why_not, around)


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
