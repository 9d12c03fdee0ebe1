"""Committing a judgement: locked blind, then kept or changed in sight of the judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.person import Person
from domain.review import CriterionJudgement, Judgement, Phase
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.drafts import forget_draft
from pipeline.store.events import Deed, record_event
from pipeline.store.findings import ShownFinding, fetch_shown_findings
from pipeline.store.guidance import fetch_latest_read
from pipeline.store.review_items import ReviewItem
from pipeline.store.reviews import Version, fetch_versions, record_reveal, record_second_reading, record_version
from pipeline.store.slots import SlotState, fetch_may_double, fetch_n_slots, fetch_slots, record_slot
from review.rules.lease import claim, held_by, stamp
from review.rules.second_reading import is_wanted


@dataclass(frozen=True, slots=True)
class Change:
    """What a person says of one criterion in sight of the judges."""

    value: VerdictValue
    is_defensible: bool
    severity: Severity | None
    """Of a violation; None for any other value."""
    because: str


def lock(connection: Connection, item: ReviewItem, person: Person, judgement: Judgement, now: datetime) -> None:
    """Commit the blind judgement; from then on the person may see the judges. Locked already, nothing changes.

    Committed after its lease, it takes a free place; where there is none it is kept all the same, as an extra reading.
    """
    me, at = person.person_id, stamp(now)
    if fetch_versions(connection, item.item_id, me):
        return
    slot = claim(fetch_slots(connection, item.item_id), fetch_n_slots(connection, item.item_id), me, now)
    given = Version(1, Phase.BLIND, slot is None, at, judgement, {}, fetch_latest_read(connection, me))
    record_version(connection, item.item_id, me, given, item.versions)
    if slot is not None:
        record_slot(connection, item.item_id, replace(slot, state=SlotState.LOCKED))
    forget_draft(connection, item.item_id, me)
    findings = fetch_shown_findings(connection, item.item_id)
    record_reveal(connection, item.item_id, me, at, [one.verdict_id for one in findings])
    if fetch_may_double(connection, item.item_id) and is_wanted(judgement, _by_criterion(findings)):
        why = "every judge sees a grave violation where the reader sees none"
        record_second_reading(connection, item.item_id, me, why, at)


def _by_criterion(findings: Sequence[ShownFinding]) -> dict[str, list[tuple[VerdictValue | None, Severity]]]:
    found: dict[str, list[tuple[VerdictValue | None, Severity]]] = {}
    for one in findings:
        found.setdefault(one.criterion_id, []).append((one.value, one.severity))
    return found


def submit(
    connection: Connection, item: ReviewItem, person: Person, changes: Mapping[str, Change], now: datetime
) -> None:
    """Keep the judgement, or add a version with what is changed. Said twice, the second changes nothing.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        item: what was judged.
        person: who judged it.
        changes: what is said now, by criterion.
        now: the time.
    """
    me, at = person.person_id, stamp(now)
    last = fetch_versions(connection, item.item_id, me)[-1]
    changed, because = _changed(last.judgement, changes)
    mine = held_by(fetch_slots(connection, item.item_id), me)
    if changed != last.judgement:
        version = Version(
            last.version + 1, Phase.REVEALED, last.is_extra, at, changed, because, fetch_latest_read(connection, me)
        )
        record_version(connection, item.item_id, me, version, item.versions)
    elif mine is None or mine.state is not SlotState.SUBMITTED:
        record_event(connection, Deed("judgement_kept", me, item.item_id, at, new={"version": last.version}))
    if mine is not None:
        record_slot(connection, item.item_id, replace(mine, state=SlotState.SUBMITTED))


def _changed(judgement: Judgement, changes: Mapping[str, Change]) -> tuple[Judgement, dict[str, str]]:
    criteria: list[CriterionJudgement] = []
    because: dict[str, str] = {}
    for one in judgement.criteria:
        change = changes.get(one.criterion_id)
        if change is not None:
            now = replace(one, value=change.value, is_defensible=change.is_defensible, severity=change.severity)
            because |= {one.criterion_id: change.because} if now != one else {}
            criteria.append(now)
        else:
            criteria.append(one)
    return Judgement(tuple(criteria), judgement.overall), because
