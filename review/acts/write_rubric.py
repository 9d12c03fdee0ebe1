"""Writing a rubric: a draft begun, written piece by piece, tried, offered, and approved by somebody else."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from domain.authoring import DraftState
from domain.person import Person
from domain.rubric import Rubric
from pipeline.authoring.rubric_files import RubricFiles
from pipeline.store.connection import Connection
from pipeline.store.rejudgings import Touched, fetch_touched, record_rejudging
from pipeline.store.rubric_drafts import (
    Body,
    Draft,
    fetch_taken_ids,
    fetch_trial,
    ids_of,
    record_body,
    record_draft,
    record_draft_state,
    record_trial,
)
from pipeline.store.rubric_versions import fetch_unwritten_rubrics, record_rubric_version
from pipeline.workbench.changes import changes_between
from pipeline.workbench.draft_trial import DraftTrial
from review.rules.lease import stamp
from review.rules.rubric_draft import (
    approved,
    body_from,
    new_body,
    why_not_approve,
    why_not_offer,
    why_not_write,
    with_criterion,
)
from review.rules.rubric_faults import faults_of


def begin_new(connection: Connection, files: RubricFiles, title: str, person: Person, now: datetime) -> int:
    """Begin a rubric of which there is only a title; gives the draft's number."""
    body = new_body(title, _taken(connection, files))
    return record_draft(connection, body["rubric_id"], body, "", None, person.person_id, stamp(now))


def begin_version(connection: Connection, rubric: Rubric, origin_seq: int | None, person: Person, now: datetime) -> int:
    """Begin a new version of a rubric that there is; gives the draft's number."""
    return record_draft(
        connection, rubric.rubric_id, body_from(rubric), rubric.sha256, origin_seq, person.person_id, stamp(now)
    )


def write(
    connection: Connection, draft: Draft, change: Callable[[Body], Body], part: str, person: Person, now: datetime
) -> str:
    """Keep what a person wrote; the same again changes nothing. Returns why not."""
    if refused := why_not_write(draft):
        return refused
    body = change(draft.body)
    if body != draft.body:
        record_body(connection, draft, body, part, person.person_id, stamp(now))
    return ""


def add_criterion(connection: Connection, draft: Draft, files: RubricFiles, person: Person, now: datetime) -> str:
    """One more criterion at the end. Returns why not."""
    taken = _taken(connection, files, but=draft)
    return write(connection, draft, lambda body: with_criterion(body, taken), "criteria", person, now)


def keep_trial(connection: Connection, draft: Draft, trial: DraftTrial, person: Person, now: datetime) -> None:
    """Keep what came of trying the draft."""
    record_trial(connection, draft, trial.run_id, asdict(trial), person.person_id, stamp(now))


def offer(connection: Connection, draft: Draft, because: str, person: Person, now: datetime) -> str:
    """Offer it for approval; its text stands still from then on. Returns why not."""
    was_tried = fetch_trial(connection, draft) is not None
    refused = why_not_offer(draft, because, faults_of(draft.body), was_tried=was_tried)
    if not refused:
        _move(connection, draft, DraftState.OFFERED, because, person, now)
    return refused


def take_back(connection: Connection, draft: Draft, said: str, person: Person, now: datetime) -> str:
    """Back to writing: its authors go on with it, or somebody who may approve it says why not. Returns why not."""
    if draft.state is not DraftState.OFFERED:
        return "it was not offered for approval"
    if person.person_id not in draft.authors and not said.strip():
        return "say why, for those who wrote it"
    _move(connection, draft, DraftState.WRITING, said, person, now)
    return ""


def drop(connection: Connection, draft: Draft, said: str, person: Person, now: datetime) -> str:
    """Write no further. Returns why not."""
    if draft.state not in (DraftState.WRITING, DraftState.OFFERED):
        return "it is finished"
    if not said.strip():
        return "say why"
    _move(connection, draft, DraftState.DROPPED, said, person, now)
    return ""


def approve(connection: Connection, draft: Draft, files: RubricFiles, person: Person, now: datetime) -> str:
    """Make it a version, with the list of what must be judged anew; its file is written after. Returns why not."""
    if refused := why_not_approve(draft, person) or _why_not_in(connection, draft, files):
        return refused
    rubric, by, at = approved(draft, person, now.date()), person.person_id, stamp(now)
    record_rubric_version(connection, rubric, draft, by, at)
    _move(connection, draft, DraftState.APPROVED, "", person, now)
    before = files.by_id.get(draft.rubric_id)
    if before is not None and (touched := touched_by(connection, before.rubric, rubric)):
        record_rejudging(connection, rubric, draft.origin_seq, touched, by, at)
    return ""


def touched_by(connection: Connection, before: Rubric, after: Rubric) -> Sequence[Touched]:
    """Responses to be judged anew once this text takes the place of that one."""
    anew = [one.about for one in changes_between(before, after) if any(change.is_judged_anew for change in one.changes)]
    kept = {one.criterion_id for one in after.criteria}
    return fetch_touched(connection, before, [name for name in anew if name in kept])


def _move(connection: Connection, draft: Draft, to: DraftState, said: str, person: Person, now: datetime) -> None:
    record_draft_state(connection, draft, to, said.strip(), person.person_id, stamp(now))


def _taken(connection: Connection, files: RubricFiles, but: Draft | None = None) -> set[str]:
    """Ids that rubrics and other drafts use."""
    mine = (but.seq,) if but is not None else ()
    others = [one.rubric for name, one in files.by_id.items() if but is None or name != but.rubric_id]
    return fetch_taken_ids(connection, mine) | _ids(others)


def _ids(rubrics: Collection[Rubric]) -> set[str]:
    return set[str]().union(*(ids_of(one.model_dump(mode="json", by_alias=True)) for one in rubrics))


def _why_not_in(connection: Connection, draft: Draft, files: RubricFiles) -> str:
    """Why a draft cannot take its place among the rubrics that there are now."""
    if any(one.rubric_id == draft.rubric_id for one in fetch_unwritten_rubrics(connection)):
        return "an approved version of it is not where runs read it yet; that comes first"
    there = files.by_id.get(draft.rubric_id)
    if (there.rubric.sha256 if there is not None else "") != draft.base_sha256:
        return "the rubric was changed since this draft began; begin a new version from it as it is now"
    others = [one.rubric for name, one in files.by_id.items() if name != draft.rubric_id]
    if both := {one["criterion_id"] for one in draft.body["criteria"]} & _ids(others):
        return f"another rubric has a criterion of the same id meanwhile: {', '.join(sorted(both))}"
    return ""
