"""From journal to store: small transactions, the journal's offset in each, deterministic keys, conflicts ignored.

May be interrupted and repeated at any moment; what is already there is left as it is.
"""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from domain.errors import StoreError
from pipeline.journal import NAME, Entry, read_entries
from pipeline.store.columns import type_of
from pipeline.store.connection import Connection, Store
from pipeline.store.shape import OF_A_RUN, Row, rows_of
from pipeline.store.stops import recall_fed

_MOST_BYTES, _MOST_ENTRIES = 8 * 1024 * 1024, 4000
"""Of journal in one transaction. A visit costs nearly the same however little it brings: DuckDB's checkpoint is most
of it: with 1,000 entries feeding took twice as much time a call."""


@dataclass(frozen=True, slots=True)
class _Portion:
    """What stands between two offsets of a run's journal, shaped for the store's tables."""

    run_id: str
    start: int
    end: int
    n_entries: int
    tables: dict[str, list[Row]]


def ingest(store: Store, folder: Path) -> int:
    """Feed everything that the run's journal holds; gives the number of entries taken."""
    journal = folder / NAME
    wanted = journal.stat().st_size if journal.exists() else 0  # what comes meanwhile is the next feeding's
    offset, n_taken = _fed_up_to(store, folder.name), 0
    while offset < wanted:
        portion = _read_portion(folder, offset)  # read and shaped before the door: inside, others wait
        if portion.n_entries == 0:
            break
        stood_at = _feed(store, portion)
        if stood_at == portion.start:
            n_taken += portion.n_entries
            offset = portion.end
        else:
            offset = stood_at  # another process has fed meanwhile: go on from there
    return n_taken


def refuse_other_run(store: Store, run_id: str, begun: Entry | None) -> None:
    """Refuse to feed a journal into a run of the same id that the store has from another journal.

    Args:
        store: may not exist yet.
        run_id: the run's.
        begun: the journal's first entry; None where the journal is new.

    Raises:
        StoreError: the store's run of this id began at another time.
    """
    if not store.exists():
        return
    with store.reading() as connection:
        row = connection.execute("SELECT started_at FROM run WHERE run_id = ?", [run_id]).fetchone()
    if row is not None and (begun is None or begun["at"] != row[0]):
        raise StoreError(
            store.address,
            f"holds another run {run_id!r}, begun {row[0][:16]}, whose journal is gone; begin with another --run-id",
        )


def _fed_up_to(store: Store, run_id: str) -> int:
    if not store.exists():
        return 0
    with store.reading() as connection:
        return _journal_offset(connection, run_id)


def _journal_offset(connection: Connection, run_id: str) -> int:
    row = connection.execute("SELECT journal_offset FROM ingest WHERE run_id = ?", [run_id]).fetchone()
    return int(row[0]) if row else 0


def _read_portion(folder: Path, start: int) -> _Portion:
    tables: dict[str, list[Row]] = {}
    n, end = 0, start
    for entry, after in islice(read_entries(folder / NAME, start, _MOST_BYTES), _MOST_ENTRIES):
        n, end = n + 1, after
        for table, row in rows_of(folder.name, entry, after):
            tables.setdefault(table, []).append(row)
    return _Portion(folder.name, start, end, n, tables)


def _feed(store: Store, portion: _Portion) -> int:
    """One transaction. Gives the offset at which the store stood: elsewhere than at the start, nothing was changed."""
    with store.writing("feeding") as connection:
        stood_at = _journal_offset(connection, portion.run_id)
        if stood_at == portion.start:
            for table, rows in portion.tables.items():
                if table in OF_A_RUN:
                    _insert_entries(connection, table, rows, portion)
                else:
                    insert_new(connection, table, rows)
            if "disposition" in portion.tables:
                recall_fed(connection, portion.run_id, portion.start, portion.end)
            connection.execute(
                "INSERT INTO ingest VALUES (?, ?) "
                "ON CONFLICT (run_id) DO UPDATE SET journal_offset = excluded.journal_offset",
                [portion.run_id, portion.end],
            )
    return stood_at


def _insert_entries(connection: Connection, table: str, rows: list[Row], portion: _Portion) -> None:
    """Insert what is not there yet.

    Only the portion's own stretch of the journal is looked at, which DuckDB finds without reading the table;
    ON CONFLICT would double the time at the door.
    """
    columns = list(rows[0])
    fresh = ", ".join(f"unnest(CAST(? AS {type_of(column)}[])) AS {column}" for column in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM (SELECT {fresh}) AS fresh "  # noqa: S608 (our text)
        f"WHERE journal_offset NOT IN (SELECT journal_offset FROM {table} WHERE run_id = ? AND "
        "journal_offset > ? AND journal_offset <= ?)",
        [*_by_column(rows), portion.run_id, portion.start, portion.end],
    )


def insert_new(connection: Connection, table: str, rows: list[Row]) -> None:
    """Insert what is not there yet; the first of equal keys wins."""
    if not rows:
        return
    columns = list(rows[0])
    values = ", ".join(f"unnest(CAST(? AS {type_of(column)}[]))" for column in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} ON CONFLICT DO NOTHING", _by_column(rows)
    )


def _by_column(rows: list[Row]) -> list[list[object]]:
    return [[row[column] for row in rows] for column in rows[0]]
