"""A part of the draft as a page's form has it: read, and kept where it can be taken."""

from collections.abc import Sequence

from pipeline.store.connection import Connection
from pipeline.store.drafts import Fields, record_draft
from review.acts.take import renew
from review.ask import Ask, Form
from review.pages.opened import Opened
from review.rules.lease import stamp
from review.rules.merging import merged
from review.rules.reading import CRITERION_FIELDS, OVERALL, OVERALL_FIELDS, Problem, unreadable


def fields_of(form: Form, part: str) -> dict[str, Sequence[str]]:
    """The form's fields of a part; one that was left out is empty, so that a tick can be taken back."""
    names = OVERALL_FIELDS if part == OVERALL else CRITERION_FIELDS
    return {name: list(form.get(name, ())) for name in sorted(names)}


def sent_of(opened: Opened, ask: Ask, part: str) -> dict[str, Sequence[str]]:
    """What a form that was sent leaves to be kept, beside what another page of the same person kept meanwhile."""
    stored = opened.draft.get(part, {})
    return merged(fields_of(ask.form, part), stored, ask.one("seen"), ask.form.get("touched", ()))


def keep_draft(connection: Connection, opened: Opened, ask: Ask, part: str, fields: Fields) -> list[Problem]:
    """Keep the fields, and the item with them.

    Returns:
        What in them cannot be taken; nothing is kept then.
    """
    problems = unreadable(part, fields, opened.item.response)
    if not problems:
        record_draft(connection, opened.item.item_id, ask.person.person_id, part, fields, stamp(ask.now))
        renew(connection, opened.item.item_id, ask.person, ask.now)
    return problems
