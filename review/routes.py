"""Every route with the roles that may use it: one table, on which the tests walk."""

from dataclasses import replace

from review.ask import (
    ANYBODY,
    APPROVERS,
    AUTHORS,
    COMPARERS,
    EVALUATORS,
    EVERYBODY,
    EXPERTS,
    LEADS,
    OVERSEERS,
    REVIEWERS,
    RUBRIC_READERS,
    STOPPERS,
    TECHNICAL,
    Row,
)
from review.pages import (
    account,
    adjudications,
    allocation,
    aside,
    changes,
    check,
    comparison,
    criterion,
    done,
    escalations,
    guidance,
    home,
    item,
    onboarding,
    overall,
    own_work,
    people,
    queue,
    rejudgings,
    reveal,
    rubric_draft,
    rubric_parts,
    rubrics,
    scenario_edit,
    scenarios,
    sign_in,
    stops,
    threads,
    work,
)
from review.pages.figures import Figures
from review.setup import Setup
from review.sign_in.session import end, end_everywhere

ITEM = "/items/{item_id}"
DRAFT = "/rubrics/drafts/{seq:int}"


def rows(setup: Setup) -> tuple[Row, ...]:
    """The table; ways to sign in add their own lines."""
    return (
        Row("GET", "/sign-in", sign_in.page(setup.ways), ANYBODY),
        *(row for way in setup.ways for row in way.rows()),
        Row("POST", "/sign-out", end, EVERYBODY),
        Row("POST", "/sign-out/everywhere", end_everywhere, EVERYBODY),
        Row("GET", "/account", account.show, EVERYBODY),
        Row("POST", "/account/digest", account.choose_digest, EVERYBODY),
        Row("GET", "/", home.show, EVERYBODY),
        *map(_real, _OF_READERS),
        *_OF_READERS_THEMSELVES,
        *onboarding.rows(setup.practice),
        *_OF_OVERSEERS,
        *map(_real, _OF_EXPERTS),
        *_OF_THE_TEAM,
        *_OF_AUTHORS,
        *map(_real, _OF_APPROVERS),
        *_of_leads(Figures()),
    )


def _of_leads(figures: Figures) -> tuple[Row, ...]:
    """What these pages worked out is kept with the server."""
    return (
        Row("GET", "/comparison", comparison.show(figures), COMPARERS),
        Row("GET", "/comparison/differing", comparison.show_differing(figures), COMPARERS),
        Row("GET", "/comparison/items/{item_id}", comparison.show_one, COMPARERS),
    )


def _real(row: Row) -> Row:
    return replace(row, is_real=True)


_OF_READERS = (
    Row("GET", "/queue", queue.show, REVIEWERS),
    Row("POST", "/queue/next", queue.take_next, REVIEWERS),
    Row("POST", f"{ITEM}/take", queue.take_one, REVIEWERS),
    Row("GET", ITEM, item.show, REVIEWERS),
    Row("POST", f"{ITEM}/renew", item.keep, REVIEWERS),
    Row("POST", f"{ITEM}/aside", aside.hand_on_, REVIEWERS),
    Row("GET", f"{ITEM}/criteria/{{number:int}}", criterion.show, REVIEWERS),
    Row("POST", f"{ITEM}/criteria/{{number:int}}", criterion.save, REVIEWERS),
    Row("GET", f"{ITEM}/overall", overall.show, REVIEWERS),
    Row("POST", f"{ITEM}/overall", overall.save, REVIEWERS),
    Row("POST", f"{ITEM}/draft", item.save_field, REVIEWERS),
    Row("GET", f"{ITEM}/check", check.show, REVIEWERS),
    Row("POST", f"{ITEM}/lock", check.lock_, REVIEWERS),
    Row("GET", f"{ITEM}/reveal", reveal.show, REVIEWERS),
    Row("POST", f"{ITEM}/reveal", reveal.submit_, REVIEWERS),
    Row("GET", f"{ITEM}/done", done.show, REVIEWERS),
)
_OF_READERS_THEMSELVES = (
    Row("GET", "/own-work", own_work.show, REVIEWERS),
    Row("GET", "/own-work/pair", own_work.show_pair, REVIEWERS),
    Row("POST", "/own-work/pair", own_work.reflect, REVIEWERS),
)
_OF_OVERSEERS = (
    Row("GET", "/escalations", escalations.show_inbox, OVERSEERS),
    Row("GET", "/escalations/{seq:int}", escalations.show_one, OVERSEERS),
    Row("POST", "/escalations/{seq:int}/reopen", escalations.reopen_one, LEADS),
    Row("GET", "/adjudications", adjudications.show_list, OVERSEERS),
)
_OF_EXPERTS = (
    Row("POST", "/escalations/{seq:int}/claim", escalations.claim_one, EXPERTS),
    Row("POST", "/escalations/{seq:int}/judge", escalations.judge_one, EXPERTS),
    Row("POST", "/escalations/{seq:int}/settle", escalations.settle_one, EXPERTS),
    Row("GET", "/adjudications/{item_id}", adjudications.show_one, EXPERTS),
    Row("POST", "/adjudications/{item_id}/read", adjudications.read_one, EXPERTS),
    Row("POST", "/adjudications/{item_id}/settle", adjudications.settle_one, EXPERTS),
)
_OF_THE_TEAM = (
    Row("GET", "/finished", work.show_list, EVALUATORS),
    Row("GET", "/finished/{seq:int}", work.show_one, EVALUATORS),
    Row("POST", "/finished/{seq:int}/feedback", work.give_feedback, EVALUATORS),
    Row("GET", "/allocation", allocation.show, LEADS),
    Row("POST", "/allocation", allocation.allocate, LEADS),
    Row("GET", "/stops", stops.show, STOPPERS),
    Row("POST", "/stops", stops.stop, STOPPERS),
    Row("POST", "/stops/{stop_id}/lift", stops.lift, STOPPERS),
    Row("GET", "/people", people.show_list, LEADS),
    Row("POST", "/people", people.register, LEADS, names_team=True),
    Row("GET", "/people/{person_id}", people.show_one, LEADS),
    Row("POST", "/people/{person_id}", people.change, LEADS, names_team=True),
    Row("POST", "/people/{person_id}/retire", people.retire, LEADS, names_team=True),
    Row("GET", "/scenarios", scenarios.show_list, AUTHORS),
    Row("GET", "/scenarios/{sha256}", scenarios.show_one, AUTHORS),
    Row("POST", "/scenarios/{sha256}/review", scenarios.review_one, AUTHORS),
    Row("POST", "/scenarios/{sha256}/reference", scenarios.write_reference, AUTHORS),
    Row("GET", "/guidance", guidance.show, EVERYBODY),
    Row("POST", "/guidance", guidance.publish, LEADS),
    Row("POST", "/guidance/read", guidance.mark_read, EVERYBODY),
    Row("GET", "/threads", threads.show_list, EVERYBODY),
    Row("GET", "/threads/new", threads.show_new, EVERYBODY),
    Row("POST", "/threads", threads.open_one, EVERYBODY),
    Row("GET", "/threads/{seq:int}", threads.show_one, EVERYBODY),
    Row("POST", "/threads/{seq:int}/reply", threads.reply, EVERYBODY),
    Row("POST", "/threads/{seq:int}/move", threads.move, EVERYBODY),
)
_OF_AUTHORS = (
    Row("GET", "/rejudgings/{seq:int}", rejudgings.show, RUBRIC_READERS | TECHNICAL),
    Row("GET", "/changes", changes.show, OVERSEERS | TECHNICAL),
    Row("GET", "/rubrics", rubrics.show_list, RUBRIC_READERS),
    Row("GET", "/rubrics/read", rubrics.show_one, RUBRIC_READERS),
    Row("POST", "/rubrics/drafts", rubrics.begin, AUTHORS),
    Row("GET", DRAFT, rubric_draft.show, RUBRIC_READERS),
    Row("GET", f"{DRAFT}/parts/{{number:int}}", rubric_parts.show, RUBRIC_READERS),
    Row("POST", f"{DRAFT}/parts/{{number:int}}", rubric_parts.save, AUTHORS),
    Row("POST", f"{DRAFT}/parts/{{number:int}}/remove", rubric_parts.remove, AUTHORS),
    Row("POST", f"{DRAFT}/criteria", rubric_draft.add, AUTHORS),
    Row("POST", f"{DRAFT}/try", rubric_draft.try_out, AUTHORS),
    Row("POST", f"{DRAFT}/offer", rubric_draft.offer_it, AUTHORS),
    Row("POST", f"{DRAFT}/back", rubric_draft.take_it_back, AUTHORS),
    Row("POST", f"{DRAFT}/drop", rubric_draft.drop_it, AUTHORS),
)
_OF_APPROVERS = (
    Row("GET", "/scenarios/{sha256}/edit", scenario_edit.show, APPROVERS),
    Row("POST", "/scenarios/{sha256}/edit", scenario_edit.save, APPROVERS),
    Row("POST", "/rejudgings/{seq:int}/close", rejudgings.close, APPROVERS),
    Row("POST", "/written", rubrics.write_files, APPROVERS),
    Row("POST", f"{DRAFT}/approve", rubric_draft.approve_it, APPROVERS),
)
