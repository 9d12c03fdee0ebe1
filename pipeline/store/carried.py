"""What a store holds that no journal does: people's work. Brought over whole where a store is made anew."""

from pipeline.store.connection import Connection
from pipeline.store.shape import OF_A_RUN

Carried = dict[str, tuple[list[str], list[tuple[object, ...]]]]
"""Names of the columns, and rows as they stand, by table."""

_NOT_CARRIED = OF_A_RUN | {"run", "ingest", "scenario", "rubric", "judge", "label", "schema_version"}
"""Fed from journals, or brought over by themselves."""
_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_catalog = current_database() AND table_schema = current_schema() AND table_type = 'BASE TABLE'
    ORDER BY table_name
"""


def fetch_carried(connection: Connection) -> Carried:
    """Every table of people's work, whole."""
    return {name: _table(connection, name) for name in table_names(connection) if name not in _NOT_CARRIED}


def table_names(connection: Connection) -> list[str]:
    """Every table of the store, in order."""
    return [str(row[0]) for row in connection.execute(_TABLES).fetchall()]


def _table(connection: Connection, name: str) -> tuple[list[str], list[tuple[object, ...]]]:
    cursor = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 (a table's own name)
    columns = [str(column[0]) for column in cursor.description or ()]
    return columns, cursor.fetchall()


def record_carried(connection: Connection, carried: Carried) -> None:
    """Put it into an empty store, unchanged: the chain of events stays the chain that it was."""
    for name, (columns, rows) in carried.items():
        places = ", ".join("?" for _ in columns)
        for row in rows:
            connection.execute(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", row)  # noqa: S608


def count_events(carried: Carried) -> int:
    """How many events there are among it."""
    return len(carried["event"][1]) if "event" in carried else 0
