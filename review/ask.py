"""What a browser asks of a page, and what a page gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from domain.person import MAY_REVIEW, Person, Role
from pipeline.stopping import MAY_STOP
from pipeline.store.connection import Store
from pipeline.store.sessions import Session

Form = Mapping[str, Sequence[str]]
"""Values by field, in their order."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, read and checked: who asks, for what, and when."""

    session: Session | None
    session_sha256: str
    """Of the browser's token; empty where it sent none."""
    path: Mapping[str, str]
    """Values of the route's placeholders."""
    query: Mapping[str, str]
    """The last value of each name in the address."""
    queries: Form
    """All of them."""
    form: Form
    headers: Mapping[str, str]
    client: str
    """The address that it comes from."""
    peer: str
    """The other end of the connection: the same, or a proxy."""
    browser_sha256: str
    """Of what binds forms to a browser before anybody signs in; empty where it sent none."""
    now: datetime
    store: Store
    root: Path
    """The workspace's folder."""

    @property
    def person(self) -> Person:
        """Who asks; only on routes that need a role."""
        if self.session is None:
            raise RefusedError(403, "Sign in first")
        return self.session.person

    @property
    def may_review(self) -> bool:
        """Whether a lead has decided that the person may review for real."""
        return self.session is not None and self.session.may_review

    @property
    def deciding(self) -> Person:
        """Who asks, with the roles in which what they say counts: a reviewer's only once they may review for real."""
        return self.person if self.may_review else replace(self.person, roles=self.person.roles - REVIEWERS)

    def one(self, field: str) -> str:
        """The first value of a field; empty where there is none."""
        values = self.form.get(field, ())
        return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be shown: its template gets the one record."""

    template: str
    record: object
    status: int = 200


@dataclass(frozen=True, slots=True)
class GoTo:
    """After a form: the address of the next page. Never one that a browser named."""

    url: str
    session_token: str | None = None
    """A new session begins with it; empty: the session is over."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A field was kept; nothing to show."""


Reply = Page | GoTo | Saved
View = Callable[[Ask], Reply]


class RefusedError(Exception):
    """A request that is not served; the sentence is for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


ANYBODY: frozenset[Role] = frozenset()
"""Of a route: no need to sign in."""
EVERYBODY = frozenset(Role)
EVALUATORS = frozenset({Role.EVALUATOR})
LEADS = frozenset({Role.LEAD})
EXPERTS = frozenset({Role.SME})
OVERSEERS = frozenset({Role.SME, Role.LEAD, Role.SAFETY_OFFICER})
"""See what is escalated and settled."""
STOPPERS = MAY_STOP
"""Press the stop button, and let go."""
COMPARERS = frozenset({Role.LEAD, Role.SAFETY_OFFICER})
"""See judges beside clinicians."""
AUTHORS = frozenset({Role.TRAINER, Role.SME, Role.LEAD})
"""Review scenarios and write reference answers."""
TECHNICAL = frozenset({Role.TECHNICAL})
RUBRIC_READERS = AUTHORS | OVERSEERS
APPROVERS = frozenset({Role.SME, Role.LEAD})
"""Make versions of what others wrote or proposed."""
REVIEWERS = MAY_REVIEW


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of routes."""

    method: str
    path: str
    view: View
    roles: frozenset[Role]
    """Who may; empty: anybody, signed in or not."""
    is_real: bool = False
    """What is said here counts: a reviewer's role opens it only once its person may review for real."""
    names_team: bool = False
    """Its form is about people of the team, whose names and addresses are meant."""
