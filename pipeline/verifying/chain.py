"""Is what people did as it was written? Every event follows the one before it."""

from collections.abc import Iterator

from pipeline.store.connection import Store
from pipeline.store.events import fetch_head, verify
from pipeline.verifying.check import Broken, Checked

_EVERY_RUN = "all runs"


class ChainCheck:
    """The chain of events, which is one over all runs: it is checked whole whichever run is looked at."""

    counts = "events"

    def __call__(self, store: Store, run_id: str | None) -> Iterator[Checked]:  # noqa: ARG002 (the protocol's)
        """One part: a chain must be read at one moment."""
        with store.reading() as connection:
            breaks, head = verify(connection), fetch_head(connection)
        broken = tuple(Broken(_EVERY_RUN, f"event {one.seq}", one.problem) for one in breaks)
        yield Checked(head.seq, broken)
