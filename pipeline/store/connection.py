"""What a store is to those who use it, whichever database stands behind: visits, and one SQL text for both.

SQL keeps to what DuckDB and PostgreSQL share, with `?` for values.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Cursor(Protocol):
    """What a query gave."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """One entry a column, its name first."""
        ...

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        ...


class Connection(Protocol):
    """An open visit."""

    def execute(self, sql: str, values: Sequence[object] = ..., /) -> Cursor:
        """Run one statement."""
        ...


class Store(Protocol):
    """Where journals are fed to and people's work is kept. Cheap to make; nothing is opened before the first visit."""

    @property
    def address(self) -> str:
        """Names the store in sentences; holds no secret."""
        ...

    def exists(self) -> bool:
        """Whether anybody has written to it yet.

        Raises:
            StoreError: that cannot be told.
        """
        ...

    def check_rights(self) -> None:
        """Look whether a run could write here; changes nothing.

        Raises:
            StoreError: this user may not.
        """
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """One read, all of it of one moment. The connection is valid inside the block only.

        Raises:
            StoreError: there is no store, it cannot be opened, or it is of another version.
        """
        ...

    def writing(self, turn: str = ...) -> AbstractContextManager[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Args:
            turn: visits of the same turn come one after another, whatever machine they come from.

        Raises:
            StoreError: it cannot be opened or written to, or is of a newer version.
        """
        ...
