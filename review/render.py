"""Pages as HTML: everything escaped, one typed record a template, and a record's missing name an error."""

from dataclasses import dataclass, is_dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader, UndefinedError
from jinja2.filters import do_mark_safe
from jinja2.utils import missing

from domain.person import Person
from pipeline.authoring.rubric_files import criterion_titles
from pipeline.store.sessions import Session
from review.ask import AUTHORS, COMPARERS, EVALUATORS, LEADS, OVERSEERS, REVIEWERS, STOPPERS, TECHNICAL
from review.rules.lease import LEASE, MINUTE, WARN_BEFORE
from review.words import LANES, WORDS, date, day, minutes, stated


class RecordUndefined(ChainableUndefined):
    """The NHS components ask for options that nobody gave; of our own records everything must be there."""

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any) -> None:  # noqa: ANN401
        """Refuse what a record does not have."""
        if is_dataclass(obj):
            raise UndefinedError(hint or f"{type(obj).__name__} has no {name!r}")
        super().__init__(hint, obj, name, *rest)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    session: Session | None
    form_token: str
    path: str
    root: Path
    """The workspace, whose rubrics say how their criteria are called."""
    now: datetime
    """By the server's clock: a browser's may be wrong."""

    def minutes_left(self, until_at: str | None) -> int:
        """Until a lease runs out; 0: it has."""
        return max(0, int((datetime.fromisoformat(until_at) - self.now) / MINUTE)) if until_at else 0

    @property
    def lease_minutes(self) -> int:
        """How long a lease is from the last save."""
        return int(LEASE / MINUTE)

    @property
    def warns_before(self) -> int:
        """Minutes before a lease's end from which it is said."""
        return int(WARN_BEFORE / MINUTE)

    def named(self, criterion_id: str) -> str:
        """A criterion by its title, with its id; one that no rubric of the workspace has, by its id alone."""
        title = criterion_titles(self.root).get(criterion_id, "")
        return f"{title} ({criterion_id})" if title else criterion_id

    @property
    def person(self) -> Person | None:
        """Who is signed in."""
        return self.session.person if self.session is not None else None

    @property
    def leads(self) -> bool:
        """Whether the person allocates."""
        return self.person is not None and self.person.may(LEADS)

    @property
    def stops(self) -> bool:
        """Whether the person may press the stop button."""
        return self.person is not None and self.person.may(STOPPERS)

    @property
    def authors(self) -> bool:
        """Whether the person reviews scenarios."""
        return self.person is not None and self.person.may(AUTHORS)

    @property
    def evaluates(self) -> bool:
        """Whether the person comments on finished work."""
        return self.person is not None and self.person.may(EVALUATORS)

    @property
    def compares(self) -> bool:
        """Whether the person sees judges beside clinicians."""
        return self.person is not None and self.person.may(COMPARERS)

    @property
    def oversees(self) -> bool:
        """Whether the person sees what is escalated and settled."""
        return self.person is not None and self.person.may(OVERSEERS)

    @property
    def follows_changes(self) -> bool:
        """Whether the person sees what the technical team is asked to change."""
        return self.person is not None and self.person.may(OVERSEERS | TECHNICAL)

    @property
    def is_technical(self) -> bool:
        """Whether the person works at the command line."""
        return self.person is not None and self.person.may(TECHNICAL)

    @property
    def reviews(self) -> bool:
        """Whether the person judges items."""
        return self.person is not None and self.person.may(REVIEWERS)

    @property
    def reviews_for_real(self) -> bool:
        """Whether real items are open to the person."""
        return self.reviews and self.session is not None and self.session.may_review


def _time(stamp: str | None) -> str:
    """A time in words; the page's script puts it as the reader's own clock has it."""
    return do_mark_safe(f'<time datetime="{escape(stamp)}">{escape(day(stamp))}</time>') if stamp else ""


def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                PrefixLoader(
                    {
                        "review": PackageLoader("review"),
                        "nhsuk": PackageLoader("nhsuk_frontend_jinja", "templates/nhsuk"),
                    }
                ),
                PackageLoader("pipeline"),  # pictures of numbers are drawn as in the reports
            ]
        ),
        autoescape=True,
        undefined=RecordUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        {
            "words": WORDS.__getitem__,
            "day": _time,
            "date": date,
            "lane": LANES.__getitem__,
            "minutes": minutes,
            "stated": stated,
        }
    )
    return environment


_ENVIRONMENT = _environment()


def render(template: str, record: object, frame: Frame) -> str:
    """A page's template with its record."""
    return _ENVIRONMENT.get_template(f"review/{template}").render(page=record, frame=frame)
