"""A store in a PostgreSQL database, for teams whose clinicians and runs sit on several machines.

It lives in a schema of its own, so that the database may be shared. One connection is kept; each visit is one
transaction, and whatever stands in its way becomes a sentence.
"""

import threading
import weakref
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from domain.errors import StoreError
from pipeline.store.connection import Cursor
from pipeline.store.migration import newest_version, pending, record, refuse_newer
from pipeline.store.postgres_connect import Raw, connect
from pipeline.store.postgres_errors import IN_THE_WAY, sentence
from pipeline.store.postgres_indexes import INDEXES
from pipeline.store.postgres_text import numbered, ordered_bytewise

_LOCK = 0x43415645
"""The class of our advisory locks; the object is a turn, or the schema itself."""
_SCHEMA = 0
_SETTINGS = """
    SET LOCAL search_path = caveat;
    SET LOCAL lock_timeout = '{wait_ms}ms';
    SET LOCAL statement_timeout = '300s';
    SET LOCAL idle_in_transaction_session_timeout = '300s';
"""
_READING = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_SETTINGS}"
_WRITING = (
    f"BEGIN; {_SETTINGS} SELECT pg_advisory_xact_lock_shared({_LOCK}, {_SCHEMA}), "
    f"pg_advisory_xact_lock({_LOCK}, {{turn}})"
)
_MIGRATING = f"BEGIN; {_SETTINGS} SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({_LOCK}, {_SCHEMA})"
_OURS = "SELECT oid FROM pg_namespace WHERE nspname = 'caveat'"
_IS_THERE = f"SELECT count(*) FROM pg_class WHERE relname = 'schema_version' AND relnamespace = ({_OURS})"  # noqa: S608
"""Reads the catalogue itself: `to_regclass` may remember what was so before another process made the schema."""
_TABLES = f"""
    SELECT relname, relkind = 'r' AND NOT (
        has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
        AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))
    FROM pg_class WHERE relnamespace = ({_OURS}) AND relkind IN ('r', 'v') ORDER BY relname
"""  # noqa: S608 (our text)
_MAY_CREATE = "SELECT has_database_privilege(current_database(), 'CREATE')"


class _Visit:
    """A connection as queries see it."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def execute(self, sql: str, values: Sequence[object] = ()) -> Cursor:
        return self._raw.execute(numbered(sql), values or None)


class PostgresStore:
    """A store in a database. Threads may share it; each visit waits for the one before."""

    def __init__(self, conninfo: str, address: str, *, wait_s: float) -> None:
        self.address = address
        self._conninfo = conninfo
        self._wait_ms = max(1, int(1000 * wait_s))
        self._visit = threading.Lock()
        self._raw: Raw | None = None

    def exists(self) -> bool:
        """Whether anybody has written to it yet."""
        with self._begun(_READING) as (_, version):
            return version > 0

    def check_rights(self) -> None:
        """Look whether this user may make the store, or write to the one that is there."""
        with self._begun(_READING) as (connection, version):
            barred = [name for name, lacks in connection.execute(_TABLES).fetchall() if lacks]
            may_create = connection.execute(_MAY_CREATE).fetchone() == (True,)
        if barred:
            raise StoreError(
                self.address,
                f"this user may not read and write {', '.join(barred)}; grant it what docs/how-to-postgresql.md lists",
            )
        if version == 0 and not may_create:
            raise StoreError(
                self.address,
                "there is no store yet and this user may not make it; "
                "grant it CREATE on the database (docs/how-to-postgresql.md)",
            )

    @contextmanager
    def reading(self) -> Generator[_Visit]:
        """One read, all of it of one moment."""
        with self._begun(_READING) as (connection, version):
            if version == 0:
                raise StoreError(self.address, "there is no store yet; `caveat run CONFIG` makes it")
            if version == newest_version():
                yield connection
                return
        self._migrate()
        with self.reading() as connection:
            yield connection

    @contextmanager
    def writing(self, turn: str = "any") -> Generator[_Visit]:
        """One transaction; of the same turn, one at a time over all machines."""
        number = zlib.crc32(turn.encode()) >> 1 or 1
        with self._begun(_WRITING.replace("{turn}", str(number))) as (connection, version):
            if version == newest_version():
                yield connection
                return
        self._migrate()
        with self.writing(turn) as connection:
            yield connection

    def _migrate(self) -> None:
        """Bring the schema forward while nobody writes; whoever comes second finds it done."""
        with self._begun(_MIGRATING) as (connection, version):
            if version == 0:
                self._make_schema(connection)
            for number, script in pending(version):
                record(connection, number, ordered_bytewise(script))
            for index in INDEXES:
                connection.execute(index)

    def _make_schema(self, connection: _Visit) -> None:
        if tables := [name for name, _ in connection.execute(_TABLES).fetchall()]:
            raise StoreError(
                self.address, f"its schema caveat is not a store of Caveat; it holds {', '.join(tables[:5])}"
            )
        if connection.execute(_OURS).fetchone() is None:
            connection.execute("CREATE SCHEMA caveat")

    @contextmanager
    def _begun(self, begin: str) -> Generator[tuple[_Visit, int]]:
        """One transaction, and the schema's version that it finds."""
        with self._visit:
            try:
                raw = self._begin(begin.replace("{wait_ms}", str(self._wait_ms)))
                try:
                    visit = _Visit(raw)
                    yield visit, self._version(visit)
                    self._commit(raw)
                except BaseException:
                    with suppress(psycopg.Error):  # where the connection broke, the server rolls back by itself
                        raw.rollback()
                    raise
            except IN_THE_WAY as error:
                raise StoreError(self.address, sentence(error)) from None

    def _version(self, visit: _Visit) -> int:
        """The schema's version; 0 where there is none yet."""
        if visit.execute(_IS_THERE).fetchone() == (0,):
            return 0
        found = visit.execute("SELECT coalesce(max(version), 0) FROM caveat.schema_version").fetchone()
        version = int(found[0]) if found else 0
        refuse_newer(version, self.address)
        return version

    def _commit(self, raw: Raw) -> None:
        """COMMIT after an error that somebody swallowed would roll back without a word."""
        if raw.execute("COMMIT").statusmessage != "COMMIT":
            raise StoreError(self.address, "a statement of this visit failed; nothing of it was kept")

    def _begin(self, begin: str) -> Raw:
        """Begin on the connection that is kept, or on a new one where the server has gone away since."""
        is_new = self._raw is None or self._raw.closed
        if self._raw is None or is_new:
            self._raw = connect(self._conninfo, self.address)
            weakref.finalize(self, self._raw.close)
        try:
            self._raw.execute(begin.encode())
        except psycopg.OperationalError:
            if self._raw.closed and not is_new:
                return self._begin(begin)
            self._raw.rollback()
            raise
        return self._raw
