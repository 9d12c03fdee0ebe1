"""A PostgreSQL server of the tests' own: Debian's, in a temporary folder, reached by its socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

_OPTIONS = "-c listen_addresses='' -c max_connections=50 "
_CARELESS = "-c fsync=off -c full_page_writes=off "
_STOP = 'cat >/dev/null; "$1" stop -D "$2/data" -m immediate -s; rm -rf "$2"'
"""Waits until whoever started it lets go or dies."""


class Cluster:
    """A running server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def address(self, database: str, user: str = "caveat") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"t{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def execute(self, sql: str, database: str = "postgres") -> None:
        """As the server's owner."""
        import psycopg  # noqa: PLC0415 (optional: without it these tests are skipped)

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(sql.encode())

    def drop(self, address: str) -> None:
        name = address.partition("@/")[2].partition("?")[0]
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


def find_programs() -> Path | None:
    """The folder of the newest server that is installed."""
    if (found := shutil.which("pg_ctl")) is not None:
        return Path(found).resolve().parent
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return there[-1].parent if there else None


@contextmanager
def cluster(programs: Path, *, durable: bool = False) -> Generator[Cluster]:
    """A server that ends with the block, and with this process if it is killed. Sorts by a locale, as most do."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path may have 107 characters
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner, -1)
    initdb = ["initdb", "-D", f"{folder}/data", "-U", "caveat", "-A", "trust", "-E", "UTF8", "--no-sync"]
    _run(programs, folder, owner, *initdb, "--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8")
    options = f"{_OPTIONS}{'' if durable else _CARELESS}-k {folder}"
    start = ["pg_ctl", "start", "-w", "-s", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options]
    _run(programs, folder, owner, *start)
    stop = ["sh", "-c", _STOP, "sh", str(programs / "pg_ctl"), str(folder)]
    with subprocess.Popen(stop, stdin=subprocess.PIPE, user=owner, cwd="/", start_new_session=True):
        yield Cluster(folder)


def _run(programs: Path, folder: Path, owner: int | None, name: str, *arguments: str) -> None:
    with (folder / "said").open("wb") as said:
        done = subprocess.run(
            [str(programs / name), *arguments], user=owner, cwd="/", stdout=said, stderr=said, check=False
        )
    assert 0 == done.returncode, (folder / "said").read_text()


def _owner() -> int | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name: one.pw_uid for one in pwd.getpwall()}
    return known.get("postgres", known["nobody"])
