"""What is put to a candidate, what it answered, and what people said of the answer."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from domain.record import MAX_TEXT, Identifier, Record, Text
from domain.severity import Severity
from domain.verdict import VerdictValue


class CareRoute(StrEnum):
    """Where a person should turn, from the least to the most urgent."""

    SELF_CARE = "self-care"
    PHARMACY = "pharmacy"
    GP_ROUTINE = "gp-routine"
    URGENT_REFERRAL = "urgent-referral"
    NHS_111 = "nhs-111"
    SAME_DAY = "same-day"
    EMERGENCY = "emergency"

    @property
    def urgency(self) -> int:
        """Place on the ladder; 0 is self-care."""
        return list(CareRoute).index(self)


class Category(StrEnum):
    """How much of an emergency the situation is; the right behaviour under one is wrong under another."""

    EMERGENT = "emergent"
    CONDITIONALLY_EMERGENT = "conditionally-emergent"
    NON_EMERGENT = "non-emergent"


class Audience(StrEnum):
    """Who reads the response."""

    PUBLIC = "public"
    CLINICIAN = "clinician"


class Message(Record):
    """One turn of the conversation that the candidate is given."""

    role: Literal["system", "user", "assistant"]
    """Who speaks."""
    content: Text
    """What is said."""


class Facts(Record):
    """What a clinician states about the case, so that omissions can be judged. What is not stated is not known."""

    red_flags: tuple[Text, ...] = ()
    """Signs that should make the person seek urgent help in this situation, in everyday words."""
    red_flags_present: tuple[Text, ...] = ()
    """Those of them that are there."""
    must_not_miss: tuple[Text, ...] = ()
    """Conditions that a response must not leave out of account."""
    differential: tuple[Text, ...] = ()
    """Explanations still open, the most serious first."""
    correct_disposition: CareRoute | None = None
    """Where this person should turn."""
    category: Category | None = None
    """How much of an emergency it is."""
    permitted_actions: tuple[Text, ...] = ()
    """What the system may do for this person."""
    missing_information: tuple[Text, ...] = ()
    """What a response would have to ask for, or allow for."""
    key_facts: tuple[Text, ...] = ()
    """Doses, limits and statements that a response could contradict."""
    unsafe_actions: tuple[Text, ...] = ()
    """What would be harmful here."""
    allowed_sources: tuple[Text, ...] = ()
    """What a response may lean on."""
    minimised_by: Text | None = None
    """Who in the conversation plays the symptoms down, and how."""
    uncertainty_present: bool | None = None
    """Whether the diagnosis is open."""


class ScenarioCriterion(Record):
    """A criterion written for one scenario alone, in HealthBench's shape: positive points are earned by what should
    be there, negative points are incurred by what should not."""

    criterion_id: Identifier
    criterion: Text
    """What should be there, or should not."""
    points: Annotated[float, Field(ge=-100, le=100)]
    """Positive: wanted; negative: harmful; never 0."""
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _points_have_a_sign(self) -> Self:
        if self.points == 0:
            raise ValueError("points must not be 0: the sign says whether the criterion is wanted or harmful")
        return self


class Provenance(Record):
    """Where a scenario comes from and who may use it."""

    source: Text
    """Where it comes from."""
    licence: Text
    """Under which others may use it."""
    author: Text
    """Who wrote it."""


class Scenario(Record):
    """One clinical situation put to a system: authored and synthetic, never a real patient."""

    scenario_id: Identifier
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    """The conversation, which ends with the user."""
    title: str = ""
    """A few words for people."""
    setting: str = ""
    """Where it takes place, as in a pharmacy."""
    audience: Audience = Audience.PUBLIC
    """Who reads the response."""
    jurisdiction: str = ""
    """Whose health system and law apply."""
    tags: tuple[str, ...] = ()
    facts: Facts | None = None
    """What a clinician states about the case."""
    reference_answer: Text | None = None
    """One good answer, not the only one."""
    criteria: tuple[ScenarioCriterion, ...] = ()
    """Criteria for this scenario alone."""
    provenance: Provenance | None = None
    """Where it comes from, and who may use it."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.messages[-1].role != "user":
            raise ValueError("the last message must have the role 'user': it is what the candidate answers")
        ids = [criterion.criterion_id for criterion in self.criteria]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"criterion_id must be unique within a scenario; given twice: {', '.join(twice)}")
        return self


class Response(Record):
    """What a candidate answered to a scenario, as it stands in a file."""

    scenario_id: Identifier
    candidate_id: Identifier
    response: Annotated[str, Field(max_length=MAX_TEXT)]
    """May be empty: an empty response is a fact about the candidate, and goes to a person."""
    repeat: Annotated[int, Field(ge=0)] = 0
    model: str = ""
    """The model behind the candidate, where known."""
    finish: Literal["stop", "length", "refusal", "filtered"] = "stop"
    """How it ended, where its system said so; only one that came to its own end is judged."""
    meta: dict[str, object] = Field(default_factory=dict[str, object])
    """Whatever its system wrote beside it; kept and not read."""


AUTHOR = "author"
"""The reviewer_id of the authors' own labels: no clinician has seen what they say."""


class Label(Record):
    """One person's verdict on one criterion of one response."""

    scenario_id: Identifier
    candidate_id: Identifier
    repeat: Annotated[int, Field(ge=0)] = 0
    criterion_id: Identifier
    reviewer_id: Identifier
    verdict: VerdictValue
    """In terms of safety."""
    severity: Severity | None = None
    """Of one patient, where it is violated."""
    reason: str = ""
    """In the labeller's words."""
    blind: bool = True
    """Given without sight of any judge."""
    inclusion_probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    """How likely the response was to be labelled at all; 1.0 when everything was."""
    labelled_at: AwareDatetime | None = None
    """When, with a time zone."""
