"""Whether a store is sound, beyond that it opens: damage shows only in what is read."""

from pathlib import Path

from domain.errors import StoreError
from pipeline.store.carried import table_names
from pipeline.store.connection import Connection
from pipeline.store.events import verify


def read_every_block(connection: Connection) -> None:
    """Have the database read all that it holds; where a block is damaged it raises, and the visit explains."""
    for name in table_names(connection):
        # the whole row as text: nothing less makes both databases read every column
        connection.execute(f"SELECT sum(length(CAST({name} AS TEXT))) FROM {name}").fetchone()  # noqa: S608 (its own name)


def refuse_broken_chain(connection: Connection, place: Path | str) -> None:
    """Refuse a store whose record of what people did is not as it was written.

    Raises:
        StoreError: names the first event that is wrong, and what mends it.
    """
    if breaks := verify(connection):
        first = breaks[0]
        raise StoreError(
            place,
            f"its record of what people did is not as it was written (event {first.seq}: {first.problem}). Find out "
            "who could write to the file; `caveat store restore BACKUP` brings a whole record back, and keeps this one",
        )
