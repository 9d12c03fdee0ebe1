"""Who works in the workspace: what they may do there, their profession, and what they work within."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; checked on the server for every page."""

    TRAINER = "trainer"
    """A clinician who judges items."""
    EVALUATOR = "evaluator"
    """Reads closed work and comments on it."""
    SME = "sme"
    """A subject matter expert: settles escalations, adjudicates."""
    LEAD = "lead"
    """Allocates, sets guidance and deadlines, compares; never edits a judgement."""
    TECHNICAL = "technical"
    """Carries out change requests; sees no names."""
    SAFETY_OFFICER = "safety_officer"
    """Reads everything, signs off."""


MAY_REVIEW = frozenset({Role.TRAINER, Role.SME})
"""Judge items, once a lead has decided that they may do so for real."""


class Profession(StrEnum):
    """Regulated professions that review."""

    DOCTOR = "doctor"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    PARAMEDIC = "paramedic"
    MIDWIFE = "midwife"
    PHYSICIAN_ASSOCIATE = "physician_associate"
    ALLIED_HEALTH = "allied_health"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    person_id: str
    name: str
    """Shown to the person themselves and to leads; a judgement is stored under the id."""
    roles: frozenset[Role]
    profession: Profession | None = None
    scope: frozenset[str] = frozenset()
    """Settings and tags of scenarios that the person works within; empty: any."""
    email: str = ""
    """In lower case. Recognises the person at signing in, and gets the digest; no reader sees it."""
    subject: str = ""
    """What the organisation's sign-in calls the person; surer than an address, which can pass to somebody else."""

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of these roles is the person's."""
        return bool(self.roles & roles)
