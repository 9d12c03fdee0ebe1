"""The chain of events as it goes into a pack: every link, and in full what was done to the run's own items.

The links of other runs' events carry no content, so that a pack holds nothing of them, and the chain can be followed
all the same.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pipeline.store.events import EVENT_FIELDS, GENESIS, Break, event_problem

Link = dict[str, Any]
_BARE = ("seq", "prev_sha256", "sha256")
_SUBJECT = EVENT_FIELDS.index("subject_id")


def links_of(events: Iterable[tuple[Any, ...]], items: Collection[str]) -> Iterator[Link]:
    """The chain's links.

    Args:
        events: all of them, from the first on.
        items: ids of the run's items.
    """
    for event in events:
        whole: Link = dict(zip(EVENT_FIELDS, event, strict=True))
        yield whole if event[_SUBJECT] in items else {name: whole[name] for name in _BARE}


def chain_breaks(links: Iterable[Link]) -> list[Break]:
    """Every place where links do not follow each other, or content is not what was hashed."""
    breaks: list[Break] = []
    seq, before = 0, GENESIS
    for link in links:
        if problem := _problem(link, seq, before):
            breaks.append(Break(int(link["seq"]), problem))
        seq, before = int(link["seq"]), str(link["sha256"])
    return breaks


def _problem(link: Link, seq: int, before: str) -> str:
    if link.keys() != set(_BARE):
        return event_problem(tuple(link[name] for name in EVENT_FIELDS), seq, before)
    if link["seq"] != seq + 1:
        return f"expected event {seq + 1}: one or more are not there"
    return "" if link["prev_sha256"] == before else "does not follow the event before it"
