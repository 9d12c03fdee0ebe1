"""Your own judgements, to learn from: beside colleagues' and settled ones, beside each other, and how much they state.

For the person alone: no colleague is named, nobody is ranked, no time is shown.
"""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.criteria import fetch_criterion_titles
from pipeline.store.events import PEOPLE
from pipeline.store.own_work import (
    Beside,
    Reflection,
    Stated,
    fetch_beside,
    fetch_colleagues,
    fetch_otherwise,
    fetch_reflections,
    fetch_stated,
    record_reflection,
)
from review.ask import Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.likeness import Pair, differing
from review.rules.reading import MOST_CHARACTERS
from review.rules.sameness import NEEDED, Sameness, sameness


@dataclass(frozen=True, slots=True)
class OwnWorkPage:
    """What a person sees of their own judgements."""

    colleagues: list[Sameness]
    settled: list[Sameness]
    otherwise: list[Beside]
    pairs: list[tuple[Pair, bool]]
    """Each with whether the person has said what differs."""
    stated: Stated
    titles: dict[str, str]
    """Of criteria, by id."""
    n_needed: int


@dataclass(frozen=True, slots=True)
class PairPage:
    """Two judgements of much the same item side by side."""

    pair: Pair
    title: str
    """Of the criterion."""
    said: list[Reflection]
    body: str
    problem: str


def show(ask: Ask) -> Page:
    """The page."""
    me = ask.person.person_id
    with ask.store.reading() as connection:
        beside = fetch_beside(connection, me)
        done = {_key_of(one) for one in fetch_reflections(connection, me)}
        record = OwnWorkPage(
            sameness(fetch_colleagues(connection, me)),
            sameness((one.criterion_id, one.mine is one.settled) for one in beside),
            [one for one in beside if one.mine is not one.settled],
            [(one, _key(one) in done) for one in differing(fetch_otherwise(connection, me))],
            fetch_stated(connection, me),
            fetch_criterion_titles(connection),
            NEEDED,
        )
    return Page("own_work.html", record)


def show_pair(ask: Ask) -> Page:
    """Two of them side by side."""
    key = (ask.query.get("first", ""), ask.query.get("second", ""), ask.query.get("criterion", ""))
    with ask.store.reading() as connection:
        return _pair_page(connection, ask, _opened(connection, ask, key), "")


def reflect(ask: Ask) -> Page | GoTo:
    """Keep what the person says of the two."""
    key, body = (ask.one("first"), ask.one("second"), ask.one("criterion")), ask.one("body").strip()
    with ask.store.writing(PEOPLE) as connection:
        pair = _opened(connection, ask, key)
        if not body or len(body) > MOST_CHARACTERS:
            problem = f"Write a sentence or two, {MOST_CHARACTERS} characters at most"
            return _pair_page(connection, ask, pair, problem)
        record_reflection(connection, ask.person.person_id, Reflection(*key, body, stamp(ask.now)))
    return GoTo("/own-work")


def _key(one: Pair) -> tuple[str, str, str]:
    return one.first.item_id, one.second.item_id, one.first.said.criterion_id


def _key_of(one: Reflection) -> tuple[str, str, str]:
    return one.item_id, one.other_item_id, one.criterion_id


def _opened(connection: Connection, ask: Ask, key: tuple[str, str, str]) -> Pair:
    pairs = differing(fetch_otherwise(connection, ask.person.person_id))
    found = next((one for one in pairs if _key(one) == key), None)
    if found is None:
        raise RefusedError(404, "There are no such two judgements of yours")
    return found


def _pair_page(connection: Connection, ask: Ask, pair: Pair, problem: str) -> Page:
    criterion_id = pair.first.said.criterion_id
    said = [one for one in fetch_reflections(connection, ask.person.person_id) if _key_of(one) == _key(pair)]
    title = fetch_criterion_titles(connection).get(criterion_id, criterion_id)
    return Page("own_pair.html", PairPage(pair, title, said, ask.one("body"), problem), 400 if problem else 200)
