"""The stop button for leads and safety officers: what is stopped, by whom and why; press it, or let go."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from domain.errors import InputError
from pipeline.stopping import Asked, let_go, press
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_names
from pipeline.store.stops import StopRow, fetch_stoppable, fetch_stops
from review.ask import Ask, GoTo, Page, RefusedError
from review.rules.reading import MOST_CHARACTERS

_EVERYTHING = "everything:"


@dataclass(frozen=True, slots=True)
class StopsPage:
    """The stops that hold, those that were lifted, and the form for another."""

    holding: list[StopRow]
    lifted: list[StopRow]
    names: dict[str, str]
    """Of people, by id; whoever acted at the command line stands under the name given there."""
    choices: list[tuple[str, str]]
    what: str
    since: str
    reason: str
    problem: str

    def name_of(self, by: str) -> str:
        """Who it was."""
        return self.names.get(by, by)


def show(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return _page(connection, ask, "")


def stop(ask: Ask) -> Page | GoTo:
    """Press it."""
    what, since, reason = ask.one("what"), _since(ask.one("since")), ask.one("reason").strip()
    with ask.store.writing(PEOPLE) as connection:
        if problem := _problem(connection, ask, what, reason):
            return _page(connection, ask, problem)
        scope, _, stopped = what.partition(":")
        press(connection, Asked(scope, stopped, since, ask.person.person_id, reason), ask.now)
    return GoTo("/stops")


def lift(ask: Ask) -> Page | GoTo:
    """Let go."""
    reason = ask.one("reason").strip()
    with ask.store.writing(PEOPLE) as connection:
        if not reason or len(reason) > MOST_CHARACTERS:
            return _page(connection, ask, f"Say why it may be lifted, in {MOST_CHARACTERS} characters at most")
        try:
            let_go(connection, ask.path["stop_id"], ask.person.person_id, reason, ask.now)
        except InputError:
            raise RefusedError(409, "This stop does not hold any more") from None
    return GoTo("/stops")


def _problem(connection: Connection, ask: Ask, what: str, reason: str) -> str:
    if what not in {value for value, _ in _choices(connection)}:
        return "Choose what to stop"
    if ask.one("since") and _since(ask.one("since")) is None:
        return "Write the day as year-month-day, such as 2026-12-01"
    if not reason or len(reason) > MOST_CHARACTERS:
        return f"Say why, in {MOST_CHARACTERS} characters at most"
    return ""


def _since(said: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(said), time(tzinfo=UTC))
    except ValueError:
        return None


def _choices(connection: Connection) -> list[tuple[str, str]]:
    named = [(f"{scope}:{name}", f"The {scope} {name}") for scope, name in fetch_stoppable(connection)]
    return [(_EVERYTHING, "Everything"), *named]


def _page(connection: Connection, ask: Ask, problem: str) -> Page:
    stops = fetch_stops(connection)
    record = StopsPage(
        [one for one in stops if one.lifted_at is None],
        [one for one in stops if one.lifted_at is not None],
        fetch_names(connection),
        _choices(connection),
        ask.one("what"),
        ask.one("since"),
        ask.one("reason") if ask.one("what") else "",
        problem,
    )
    return Page("stops.html", record, 400 if problem else 200)
