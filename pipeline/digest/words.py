"""A digest as plain text, with links to the pages that say more to whoever may see them."""

from collections.abc import Sequence

from pipeline.digest.facts import Facts

SUBJECT = "Caveat: what waits"
_MOST = 10
"""Ids that are named of each kind."""


def text_of(facts: Facts, url: str) -> str:
    """The whole text.

    Args:
        facts: what is so.
        url: of the workspace.
    """
    lines = [
        _waiting(facts),
        _counted("overdue item", facts.overdue, facts.overdue),
        _counted("open escalation", facts.escalations, [f"{url}/escalations/{one}" for one in facts.escalations]),
        _counted("disputed criterion", facts.disputes, [f"{url}/threads/{one}" for one in facts.disputes]),
        f"Certificates in force: {facts.n_in_force}",
        _counted("certificate that ends within a week", facts.ending, facts.ending),
        _counted("stop that holds", facts.stops, facts.stops),
    ]
    return "\n".join([*filter(None, lines), f"{url}/"])


def _waiting(facts: Facts) -> str:
    if not facts.waiting:
        return "Nothing waits for readers."
    n, minutes = sum(one.n_readings for one in facts.waiting), sum(one.minutes for one in facts.waiting)
    parts = [f"  {one.setting or 'no setting stated'}: {one.n_readings}, {one.minutes} min" for one in facts.waiting]
    return "\n".join([f"Readings that wait: {n}, about {minutes} minutes together", *parts])


def _counted(what: str, found: Sequence[object], named: Sequence[str]) -> str:
    if not found:
        return ""
    more = f", and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return f"{len(found)} × {what}: {', '.join(named[:_MOST])}{more}"
