"""A clinician's versioned set of criteria, as it stands in a file under `rubrics/`."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.example import MIN_EXAMPLES, Examples, Kind, example_faults
from domain.record import Identifier, Record, Text
from domain.scenario import Audience, CareRoute, Category, Facts
from domain.severity import Severity

FactName = Literal[
    "red_flags", "red_flags_present", "must_not_miss", "differential", "correct_disposition", "category",
    "permitted_actions", "missing_information", "key_facts", "unsafe_actions", "allowed_sources", "minimised_by",
    "uncertainty_present",
]  # fmt: skip


class Applicability(Record):
    """Conditions on the scenario; all that are stated must hold. None stated: always applies."""

    tags_any: tuple[str, ...] = ()
    """The scenario has one of these tags."""
    tags_none: tuple[str, ...] = ()
    """It has none of these."""
    audience: Audience | None = None
    """It is for these readers."""
    category: tuple[Category, ...] = ()
    """It is one of these."""
    facts: tuple[FactName, ...] = ()
    """Each must be stated (and, where it is true or false, true)."""
    min_differential: Annotated[int, Field(ge=0)] = 0
    """So many explanations are still open, at least."""
    disposition_at_least: CareRoute | None = None
    """The person should turn there, or to something more urgent."""
    disposition_at_most: CareRoute | None = None
    """Or to nothing more urgent than this."""

    @property
    def needs_facts(self) -> bool:
        """Whether a scenario without facts leaves the answer open."""
        return bool(self.category or self.facts or self.min_differential) or self.needs_disposition

    @property
    def needs_disposition(self) -> bool:
        """Whether the correct route to care must be known to answer."""
        return self.disposition_at_least is not None or self.disposition_at_most is not None


class SeverityRule(Record):
    """The severity of a violation, raised for patients who have less in reserve."""

    default: Severity
    """Of a violation, of one patient."""
    raise_to: Severity | None = None
    """For scenarios with one of the tags below."""
    when_tags_any: tuple[str, ...] = ()
    """Who has less in reserve, as `infant`."""

    @model_validator(mode="after")
    def _raises_upwards(self) -> Self:
        if (self.raise_to is None) != (not self.when_tags_any):
            raise ValueError("raise_to and when_tags_any belong together: give both or neither")
        if self.raise_to is not None and self.raise_to.rank <= self.default.rank:
            raise ValueError(f"raise_to must be more severe than the default ({self.default})")
        return self

    def for_tags(self, tags: tuple[str, ...]) -> Severity:
        """The severity for a scenario with these tags."""
        if self.raise_to is not None and set(tags) & set(self.when_tags_any):
            return self.raise_to
        return self.default


class Lexicon(Record):
    """Phrases for the embedded lexicon judge, in the language that `judges/lexicon.py` describes."""

    present: tuple[Text, ...] = ()
    """Of an omission: phrases that supply what must be there."""
    present_facts: Literal["red_flags", "red_flags_present", "must_not_miss", "missing_information"] | None = None
    """Of an omission: or one of these facts of the scenario."""
    present_route: bool = False
    """Of an omission: or where to turn, as urgent as it must be."""
    unsafe: tuple[Text, ...] = ()
    """Of a commission: phrases that are unsafe."""
    unsafe_route_at_least: CareRoute | None = None
    """Of a commission: or sending the person there, or to something more urgent."""
    unless: tuple[Text, ...] = ()
    """A sentence with one of these is not looked at."""
    not_applicable_if: tuple[Text, ...] = ()
    """Phrases of a response that the criterion is not about."""
    first_sentences: Annotated[int, Field(ge=1)] | None = None
    """Only so many sentences from the start are looked at."""


class Criterion(Record):
    """One thing that a response does or fails to do; one question with a safe and an unsafe answer."""

    criterion_id: Identifier
    title: str = ""
    """A few words for people."""
    question: Text
    """What is asked of a response; yes or no."""
    kind: Kind
    """Whether the violation is something said, or something left unsaid."""
    unsafe_answer: Literal["yes", "no"] = "yes"
    """Which answer is the unsafe one."""
    severity: SeverityRule
    """Of a violation."""
    gate: Text | None = None
    """Asked of the response first; 'no' makes the criterion not applicable."""
    applies_when: Applicability = Applicability()
    """To which scenarios it is put."""
    case_facts: tuple[FactName, ...] = ()
    """The facts of the scenario that a judge is shown for this criterion."""
    observable: str = ""
    """What a reader can look for."""
    required_action: str = ""
    """What would put it right."""
    not_a_violation: tuple[Text, ...] = ()
    """What looks like a violation and is none."""
    examples: Examples = Examples()
    """Short responses, judged."""
    lexicon: Lexicon | None = None
    """Phrases for the embedded lexicon judge."""
    points: float | None = None
    """Only on a scenario's own criteria."""

    @model_validator(mode="after")
    def _examples_have_the_criterions_form(self) -> Self:
        if faults := example_faults(self.kind, self.examples):
            raise ValueError("; ".join(one.says for one in faults))
        return self

    @model_validator(mode="after")
    def _lexicon_has_the_criterions_form(self) -> Self:
        if self.lexicon is None:
            return self
        present = self.lexicon.present or self.lexicon.present_facts or self.lexicon.present_route
        unsafe = self.lexicon.unsafe or self.lexicon.unsafe_route_at_least
        if self.kind is Kind.OMISSION and (unsafe or not present):
            raise ValueError("an omission's lexicon says what is present (present, present_facts, present_route)")
        if self.kind is Kind.COMMISSION and (present or not unsafe):
            raise ValueError("a commission's lexicon says what is unsafe (unsafe, unsafe_route_at_least)")
        return self


class Hazard(Record):
    """A candidate row of the hazard log."""

    hazard_id: Identifier
    description: Text
    """What could happen to a patient."""
    mechanism: Text
    """By which way."""
    who: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Whom it could happen to."""


class Approval(Record):
    """A named clinician's approval of this version."""

    name: Text
    """Who approved."""
    role: Text
    """As what."""
    date: date
    """When."""


Aggregate = Literal["any", "majority"]
_Tier = Severity | Literal["default"]


def _tenth() -> dict[_Tier, float]:
    return {"default": 0.10}


def _majority() -> dict[_Tier, Aggregate]:
    return {"default": "majority"}


class RoutingLimits(Record):
    """What the rubric's owner allows routing to do with its criteria."""

    max_elusion: dict[_Tier, Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=_tenth)
    """Largest tolerated share of violations among what is cleared, per severity."""
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.90
    """With which the certificate of a criterion must hold that."""
    aggregate: dict[_Tier, Aggregate] = Field(default_factory=_majority)
    """How many judges' `violated` flag a response: any one of them, or more than half of the panel."""
    always_review: tuple[Identifier, ...] = ()
    """Criteria on which nothing may ever clear without a person."""


class Rubric(Record):
    """A named, versioned set of criteria. Criterion ids are unique over all rubrics of a run."""

    schema_: Annotated[Literal["rubric/1"], Field(alias="schema")]
    rubric_id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    """For people."""
    status: Literal["draft", "approved", "retired"]
    """Only a named clinician approves a version."""
    approved_by: tuple[Approval, ...] = ()
    """By whom, where it is approved."""
    summary: Text
    """What it looks for, in a sentence or two."""
    hazard: Hazard
    """What could come of a violation."""
    applies_when: Applicability = Applicability()
    """To which scenarios all its criteria are put."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    """What is asked."""
    routing: RoutingLimits = RoutingLimits()
    """What its owner lets routing do with them."""
    references: tuple[Text, ...] = ()
    """Where it comes from."""
    routes: dict[CareRoute, tuple[Text, ...]] = Field(default_factory=dict[CareRoute, tuple[Text, ...]])
    """Phrases by which a response names each route to care (lexicon judge)."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        counts = Counter(criterion.criterion_id for criterion in self.criteria)
        if twice := [one for one, n in counts.items() if n > 1]:
            yield f"criterion_id must be unique; given twice: {', '.join(twice)}"
        if unknown := [one for one in self.routing.always_review if one not in counts]:
            yield f"routing.always_review names no criterion of this rubric: {', '.join(unknown)}"
        if self.status == "approved" and not self.approved_by:
            yield "status 'approved' needs approved_by: the named clinicians who approved this version"
        for criterion in self.criteria:
            if min(len(criterion.examples.violates), len(criterion.examples.does_not_violate)) < MIN_EXAMPLES:
                yield f"{criterion.criterion_id}: expected at least two examples of each side"


class Applies(StrEnum):
    """Whether a criterion applies to a scenario, as far as a rule can tell."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    """Not decided by the scenario's facts: the judge is asked."""


def applies(rule: Applicability, tags: tuple[str, ...], audience: Audience, facts: Facts | None) -> Applies:
    """Decide by rule. A scenario without facts leaves the question open, so that it is asked and never skipped; in
    stated facts, a list that is empty or left out says that there is nothing of the kind."""
    tagged = (not rule.tags_any or bool(set(tags) & set(rule.tags_any))) and not set(tags) & set(rule.tags_none)
    if not tagged or (rule.audience is not None and rule.audience is not audience):
        return Applies.NO
    if not rule.needs_facts:
        return Applies.YES
    if facts is None:
        return Applies.OPEN
    parts = {_stated(rule, facts), _category(rule, facts.category), _disposition(rule, facts.correct_disposition)}
    return next(one for one in (Applies.NO, Applies.OPEN, Applies.YES) if one in parts)


def _stated(rule: Applicability, facts: Facts) -> Applies:
    if "uncertainty_present" in rule.facts and facts.uncertainty_present is None:
        return Applies.OPEN
    known = all(getattr(facts, name) for name in rule.facts) and len(facts.differential) >= rule.min_differential
    return Applies.YES if known else Applies.NO


def _category(rule: Applicability, category: Category | None) -> Applies:
    if not rule.category:
        return Applies.YES
    if category is None:
        return Applies.OPEN
    return Applies.YES if category in rule.category else Applies.NO


def _disposition(rule: Applicability, route: CareRoute | None) -> Applies:
    if not rule.needs_disposition:
        return Applies.YES
    if route is None:
        return Applies.OPEN
    at_least = rule.disposition_at_least is None or route.urgency >= rule.disposition_at_least.urgency
    at_most = rule.disposition_at_most is None or route.urgency <= rule.disposition_at_most.urgency
    return Applies.YES if at_least and at_most else Applies.NO
