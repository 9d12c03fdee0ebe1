"""docs/reference/roles-and-events.md: who may do what in the workspace, and what is kept of what people do."""

from collections.abc import Iterator

from domain.person import Role
from review.ask import Row
from review.routes import rows
from review.setup import Setup
from review.sign_in.demo import DemoWay
from tests.reference.events import kinds
from tests.reference.records import docstrings_of
from tests.reference.words import code, page, prose, table
from tests.review.practising import PRACTICE

_ROLES = """What a person may do is checked on the server for every page. A person may have several roles. Pages on
which work counts are open to readers and experts only once they may review for real (*counts* below)."""
_EVENTS = """Each is appended to a chain in which every event holds the hash of the one before: when, who, about what,
what the person had been shown, and old and new values. `caveat verify` follows the chain. Dots (…) stand for what is
filled in."""


def written() -> str:
    """The page."""
    said = docstrings_of(Role)
    return page(
        "Roles and events",
        "## Roles",
        table(("Role", "May"), ((code(one.value), prose(said[one.name])) for one in Role)),
        "## Pages",
        _ROLES,
        table(("Page", "", *(one.value.replace("_", " ") for one in Role)), _pages()),
        "## Events",
        _EVENTS,
        table(("Kind", "What is done"), ((code(kind), prose(when)) for kind, when in kinds())),
    )


def _pages() -> Iterator[tuple[str, ...]]:
    routes = rows(Setup(None, [DemoWay()], [], PRACTICE))  # type: ignore[arg-type]  # the table does not look at the store
    for row in routes:
        yield code(f"{row.method} {row.path}"), "counts" if row.is_real else "", *_marks(row)


def _marks(row: Row) -> list[str]:
    return ["anybody" if not row.roles else "yes" if role in row.roles else "" for role in Role]
