"""Who may take on an escalation, and what it takes to settle one."""

from domain.authoring import ReopenedAs
from domain.person import Person
from domain.review import EscalationOutcome
from pipeline.store.escalations import Escalation


def why_not_claim(one: Escalation, person: Person) -> str:
    """Why an expert may not take it on; empty where they may."""
    if one.state == "closed":
        return "it is settled"
    if one.raised_by == person.person_id:
        return "you raised it yourself; another expert settles it"
    if one.claimed_by not in (None, person.person_id):
        return "another expert has it"
    return ""


def why_not_settle(
    one: Escalation, person: Person, outcome: EscalationOutcome, reason: str, *, has_judged: bool
) -> str:
    """Why an expert may not settle it so; empty where they may."""
    if one.state != "claimed" or one.claimed_by != person.person_id:
        return "Take it on first"
    if not reason.strip():
        return "Say why, for whoever raised it"
    if outcome is EscalationOutcome.JUDGED and not has_judged:
        return "Judge the item first; lock your judgement, then settle this"
    return ""


def is_at_fault(one: Escalation, *, is_reopened: bool) -> bool:
    """Whether the item waits for its scenario."""
    return one.outcome is EscalationOutcome.SCENARIO_AT_FAULT and not is_reopened


def why_not_reopen(one: Escalation, how: ReopenedAs, reason: str, *, is_reopened: bool, is_changed: bool) -> str:
    """Why a lead may not bring the item back so; empty where they may."""
    if not is_at_fault(one, is_reopened=is_reopened):
        return "It does not wait for its scenario"
    if how is ReopenedAs.FIXED and not is_changed:
        return "The scenario has no newer version yet; make one first, or say why it stands"
    return "" if reason.strip() else "Say why, for whoever found the scenario at fault"
