"""The people of the workspace, for leads: register, change, retire. Every change with its reason."""

from dataclasses import dataclass

from domain.person import Person, Profession, Role
from pipeline.registering import keep_person, new_person_id, retire_person
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE, fetch_events
from pipeline.store.people import Registered, fetch_registered
from review.ask import REVIEWERS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp


@dataclass(frozen=True, slots=True)
class Filled:
    """The form about a person, as it is filled in."""

    name: str = ""
    email: str = ""
    subject: str = ""
    roles: tuple[str, ...] = ()
    profession: str = ""
    scope: str = ""
    because: str = ""

    @property
    def all_roles(self) -> list[Role]:
        """That there are."""
        return list(Role)

    @property
    def all_professions(self) -> list[Profession]:
        """That there are."""
        return list(Profession)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody, and the form for one more."""

    active: list[Person]
    retired: list[Person]
    form: Filled
    problem: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to a person's entry."""

    kind: str
    by: str
    happened_at: str
    because: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One of them."""

    one: Registered
    form: Filled
    changes: list[Change]
    problem: str
    place: str
    """Where on the page it can be mended."""

    @property
    def is_reader(self) -> bool:
        """Whether a lead decides when they may review for real."""
        return self.one.is_active and self.one.person.may(REVIEWERS)


def show_list(ask: Ask) -> Page:
    """Everybody."""
    with ask.store.reading() as connection:
        return _list(connection, Filled(), "")


def register(ask: Ask) -> Page | GoTo:
    """One more."""
    form = _filled(ask)
    person, problem = _person(form, new_person_id())
    with ask.store.writing(PEOPLE) as connection:
        problem = problem or keep_person(connection, person, stamp(ask.now), ask.person.person_id, form.because)
        return _list(connection, form, problem) if problem else GoTo("/people")


def show_one(ask: Ask) -> Page:
    """One of them, to be changed."""
    with ask.store.reading() as connection:
        one = _known(connection, ask)
        return _one(connection, one, _form_of(one.person), "")


def change(ask: Ask) -> Page | GoTo:
    """Keep one as they are to be; one who was retired may sign in again."""
    form = _filled(ask)
    with ask.store.writing(PEOPLE) as connection:
        one = _known(connection, ask)
        person, problem = _person(form, one.person.person_id)
        problem = problem or keep_person(connection, person, stamp(ask.now), ask.person.person_id, form.because)
        return _one(connection, one, form, problem) if problem else GoTo("/people")


def retire(ask: Ask) -> Page | GoTo:
    """They may not sign in any more."""
    because = ask.one("because")
    with ask.store.writing(PEOPLE) as connection:
        one = _known(connection, ask)
        who = one.person.person_id
        problem = retire_person(connection, who, stamp(ask.now), ask.person.person_id, because)
        form = _form_of(one.person)
        return _one(connection, one, form, problem, "#because-retire") if problem else GoTo("/people")


def _list(connection: Connection, form: Filled, problem: str) -> Page:
    everybody = fetch_registered(connection)
    active = [one.person for one in everybody if one.is_active]
    retired = [one.person for one in everybody if not one.is_active]
    return Page("people.html", PeoplePage(active, retired, form, problem), 400 if problem else 200)


def _one(connection: Connection, one: Registered, form: Filled, problem: str, place: str = "#name") -> Page:
    page = PersonPage(one, form, _changes(connection, one.person.person_id), problem, place)
    return Page("person.html", page, 400 if problem else 200)


def _changes(connection: Connection, person_id: str) -> list[Change]:
    names = {one.person.person_id: one.person.name for one in fetch_registered(connection)}
    return [
        Change(row["kind"], names.get(row["person_id"]) or row["person_id"], row["happened_at"], _because(row["new"]))
        for row in fetch_events(connection, person_id)
        if row["kind"] in ("person_kept", "person_retired")
    ]


def _because(new: object) -> str:
    return str(new.get("because", "")) if isinstance(new, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _known(connection: Connection, ask: Ask) -> Registered:
    wanted = ask.path["person_id"]
    found = next((one for one in fetch_registered(connection) if one.person.person_id == wanted), None)
    if found is None:
        raise RefusedError(404, "There is nobody of that name")
    return found


def _filled(ask: Ask) -> Filled:
    texts = {name: ask.one(name) for name in ("name", "email", "subject", "profession", "scope", "because")}
    return Filled(**texts, roles=tuple(ask.form.get("role", ())))


def _form_of(person: Person) -> Filled:
    scope, roles = ", ".join(sorted(person.scope)), tuple(sorted(person.roles))
    return Filled(person.name, person.email, person.subject, roles, person.profession or "", scope)


def _person(form: Filled, person_id: str) -> tuple[Person, str]:
    """The person of a form, and what was never offered in it."""
    roles = [one for one in Role if one in form.roles]
    profession = next((one for one in Profession if one == form.profession), None)
    is_odd = len(roles) != len(set(form.roles)) or (form.profession and profession is None)
    scope = frozenset(form.scope.split(","))
    person = Person(person_id, form.name, frozenset(roles), profession, scope, form.email, form.subject)
    return person, "Choose among the roles and professions that are offered" if is_odd else ""
