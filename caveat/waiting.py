"""What waits for clinicians, as a table."""

from collections.abc import Iterator
from typing import Any

from caveat.place import Place
from caveat.tables import Table
from domain.errors import InputError
from domain.policy import PROVISIONAL
from domain.routing import Lane
from pipeline.exporting.table import Kind, columns
from pipeline.store.queue import count_queue, fetch_queue

_COLUMNS = columns(
    "item_id run_id scenario_id title setting candidate_id repeat outcome disposition lane priority "
    "inclusion_probability reasons queued_at",
    repeat=Kind.WHOLE, priority=Kind.NUMBER, inclusion_probability=Kind.NUMBER, reasons=Kind.JSON,
)  # fmt: skip
_EVERY = 2**31 - 1


def queue_table(place: Place, run_id: str | None, lane: str | None, limit: int | None) -> Table:
    """The queue, the most urgent first.

    Raises:
        InputError: there is no such lane.
    """
    if lane is not None and lane not in list(Lane):
        raise InputError(f"expected one of {', '.join(Lane)}, got {lane!r}", key="lane")

    def rows() -> Iterator[dict[str, Any]]:
        with place.opened().reading() as connection:
            items = fetch_queue(connection, run_id=run_id, lane=lane, limit=limit or _EVERY)
        return (one.as_json() for one in items)

    with place.opened().reading() as connection:
        provisional = any(one.provisional for one in count_queue(connection, run_id=run_id))
    about = f"What waits for clinicians, the most urgent first.{f' {PROVISIONAL}' if provisional else ''}"
    return Table("queue", about, _COLUMNS, rows)
