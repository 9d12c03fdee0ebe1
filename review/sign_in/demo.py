"""The demonstration's way to sign in, on loopback only: choose whom to be. People are named by what they do."""

from dataclasses import dataclass

from domain.person import Person, Profession, Role
from pipeline.store.connection import Connection
from pipeline.store.people import fetch_people, record_people
from pipeline.store.qualifications import Decision, fetch_decision, record_decision
from review.ask import ANYBODY, REVIEWERS, Ask, GoTo, RefusedError, Row
from review.sign_in.rate import Rate
from review.sign_in.session import begin, note_refused

DEMO_PEOPLE = (
    Person("demo-trainer-gp", "Trainer, general practice", frozenset({Role.TRAINER}), Profession.DOCTOR),
    Person("demo-trainer-nurse", "Second trainer, nursing", frozenset({Role.TRAINER}), Profession.NURSE),
    Person(
        "demo-trainer-pharmacist",
        "Trainer, pharmacy only",
        frozenset({Role.TRAINER}),
        Profession.PHARMACIST,
        frozenset({"pharmacy", "medicines"}),
    ),
    Person("demo-newcomer", "Newcomer, nursing", frozenset({Role.TRAINER}), Profession.NURSE),
    Person("demo-evaluator", "Evaluator", frozenset({Role.EVALUATOR}), Profession.DOCTOR),
    Person("demo-sme", "Clinical expert", frozenset({Role.SME}), Profession.DOCTOR),
    Person("demo-lead", "Lead", frozenset({Role.LEAD})),
    Person("demo-technical", "Technical team", frozenset({Role.TECHNICAL})),
    Person("demo-safety-officer", "Clinical safety officer", frozenset({Role.SAFETY_OFFICER}), Profession.DOCTOR),
)
NEWCOMER = DEMO_PEOPLE[3]
"""Has everything still before them: practice items, then a lead's decision."""
_IDS = frozenset(one.person_id for one in DEMO_PEOPLE)


def record_demo_people(connection: Connection, at: str) -> None:
    """Keep the demonstration's people, where they are not there yet; all readers but the newcomer may review."""
    record_people(connection, DEMO_PEOPLE, at, "demo")
    for one in DEMO_PEOPLE:
        if one.may(REVIEWERS) and one is not NEWCOMER and fetch_decision(connection, one.person_id) is None:
            record_decision(connection, one.person_id, Decision(True, _WHY, "demo", at), [])  # noqa: FBT003 (a record)


_WHY = "of the demonstration: reviews as if practised"


@dataclass(frozen=True, slots=True)
class Choice:
    """The part of the sign-in page: whom one may be."""

    people: list[Person]


class DemoWay:
    """Choose whom to be; anybody who reaches the server may. Refused by the command anywhere but on loopback."""

    key = "demo"

    def __init__(self) -> None:
        self._rate = Rate()

    def entry(self, ask: Ask) -> Choice:
        """The demonstration's people, nobody else."""
        with ask.store.reading() as connection:
            there = {one.person_id: one for one in fetch_people(connection)}
        return Choice([there[one.person_id] for one in DEMO_PEOPLE if one.person_id in there])

    def rows(self) -> tuple[Row, ...]:
        """The form's route."""
        return (Row("POST", "/sign-in/demo", self._sign_in, ANYBODY),)

    def _sign_in(self, ask: Ask) -> GoTo:
        self._rate.refuse_too_many(ask)
        chosen = ask.one("person_id")
        with ask.store.reading() as connection:
            known = {one.person_id for one in fetch_people(connection)} & _IDS
        if chosen not in known:
            note_refused(ask, self.key, "unknown")
            raise RefusedError(400, "Choose a person to try as, then continue")
        return begin(ask, chosen, self.key)

    def holds(self, ask: Ask) -> bool:  # noqa: ARG002 (asked of every way)
        """For as long as the session does."""
        return True
