"""Practice and the decision that follows: what people new to the work answered, and who may review for real."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.person import Person
from domain.qualification import AgreedAnswer
from domain.question import Question
from domain.review import CriterionJudgement
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.judgement_rows import text
from pipeline.store.people import fetch_people
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said on one criterion of a practice item, beside what was agreed when they said it."""

    criterion_id: str
    title: str
    value: VerdictValue
    is_defensible: bool
    severity: Severity | None
    reason: str
    """Empty: not stated."""
    agreed: VerdictValue
    agreed_severity: Severity | None
    explanation: str


def answer_of(asked: Question, agreed: AgreedAnswer, said: CriterionJudgement, reason: str) -> Answer:
    """A person's answer beside the agreed one."""
    return Answer(
        said.criterion_id, asked.name, said.value, said.is_defensible, said.severity,
        reason, agreed.verdict, agreed.severity, agreed.explanation,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Practised:
    """A practice item that a person has answered."""

    practice_id: str
    practice_sha256: str
    answers: tuple[Answer, ...]
    answered_at: str


def record_practised(connection: Connection, person_id: str, given: Practised) -> None:
    """Keep a person's answers, with their event; a second time for the same item is refused by the database."""
    rows = [_row(one) for one in given.answers]
    seen = {"practice": given.practice_sha256}
    deed = Deed("practised", person_id, given.practice_id, given.answered_at, seen=seen, new=rows)
    seq = record_event(connection, deed)
    row = {"person_id": person_id, "practice_sha256": given.practice_sha256, "practice_id": given.practice_id}
    rest = {"answers_json": text(rows), "answered_at": given.answered_at, "event_seq": seq}
    insert(connection, "practice_answer", row | rest)


def _row(one: Answer) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Answer.__slots__}


def fetch_practised(connection: Connection, person_id: str) -> list[Practised]:
    """All that a person has practised, the first first."""
    rows = fetch(
        connection,
        "SELECT practice_id, practice_sha256, answers_json, answered_at FROM practice_answer WHERE person_id = ? "
        "ORDER BY answered_at, practice_id",
        [person_id],
    )
    return [
        Practised(row["practice_id"], row["practice_sha256"], tuple(map(_answer, row["answers"])), row["answered_at"])
        for row in rows
    ]


def _answer(row: dict[str, Any]) -> Answer:
    read: dict[str, Any] = {name: VerdictValue(row[name]) for name in ("value", "agreed")}
    read |= {name: Severity(row[name]) if row[name] else None for name in ("severity", "agreed_severity")}
    return Answer(**(row | read))


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a person may review for real, as somebody decided and why."""

    may_review: bool
    reason: str
    decided_by: str
    """Id of the lead; empty: reviewed before there were practice items."""
    decided_at: str


def record_decision(connection: Connection, person_id: str, given: Decision, practised: Sequence[Practised]) -> None:
    """Keep a decision, with its event; it takes the place of the one before it from now on.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        person_id: about whom.
        given: the decision.
        practised: what whoever decides was shown.
    """
    before = fetch_decision(connection, person_id)
    old = before.may_review if before is not None else None
    seen = {one.practice_id: one.practice_sha256 for one in practised}
    new = {"may_review": given.may_review, "reason": given.reason}
    deed = Deed("qualification_decided", given.decided_by, person_id, given.decided_at, seen=seen, old=old, new=new)
    seq = record_event(connection, deed)
    connection.execute(
        "UPDATE qualification SET until_at = ? WHERE person_id = ? AND until_at IS NULL", [given.decided_at, person_id]
    )
    row = {"person_id": person_id, "decided_by": given.decided_by, "decided_at": given.decided_at, "event_seq": seq}
    insert(connection, "qualification", row | new)


def fetch_decision(connection: Connection, person_id: str) -> Decision | None:
    """The decision that holds now; None: nobody has decided yet."""
    rows = fetch(
        connection,
        "SELECT may_review, reason, decided_by, decided_at FROM qualification WHERE person_id = ? AND until_at IS NULL",
        [person_id],
    )
    return Decision(**rows[0]) if rows else None


def fetch_undecided(connection: Connection) -> list[Person]:
    """Everybody about whom nobody has decided, whatever they do here, by name."""
    rows = connection.execute("SELECT DISTINCT person_id FROM qualification").fetchall()
    decided = {str(row[0]) for row in rows}
    return [one for one in fetch_people(connection) if one.person_id not in decided]


def fetch_qualified(connection: Connection) -> frozenset[str]:
    """The ids of all who may review for real now."""
    rows = connection.execute("SELECT person_id FROM qualification WHERE may_review AND until_at IS NULL").fetchall()
    return frozenset(str(row[0]) for row in rows)
